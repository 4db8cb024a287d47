package userprofile

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"testing"
)

// residentBytes is the memory that the process takes, C's included, without what Go holds in reserve.
func residentBytes(t *testing.T) int {
	t.Helper()
	debug.FreeOSMemory()
	var total, resident int
	_, err := fmt.Sscan(string(readFile(t, "/proc/self/statm")), &total, &resident)
	must(t, err)
	return resident * os.Getpagesize()
}

func TestAnswersAreFreed(t *testing.T) {
	const size, rounds = 256 << 10, 64
	store := openStore(t, ":temporary:")
	uid := activate(t, store, "ana").UID
	must(t, store.UpdateData(ctx, UpdateDataRequest{UID: uid, Data: dataOf(size)}))
	success := []byte(`{"uid":"` + uid + `","data":"*"}`)
	failure := []byte(`{"uid":"` + uid + `","refresh":"` + strings.Repeat("x", size) + `"}`)
	before := residentBytes(t)
	for range rounds {
		_, err := store.Call(ctx, "get", success)
		must(t, err)
		_, err = store.Call(ctx, "enable", failure)
		var refusal *Error
		if !errors.As(err, &refusal) || len(refusal.Body) < size {
			t.Fatal("the answer should repeat the request's member")
		}
	}
	if grown := residentBytes(t) - before; grown > size*rounds/2 {
		t.Errorf("%d answers of %d bytes, twice, left %d bytes behind", rounds, size, grown)
	}
}
