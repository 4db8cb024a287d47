package userprofile

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/cgo"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	store := openStore(t, ":temporary:")
	now := time.Date(2024, 2, 29, 12, 0, 0, 123456789, time.UTC)
	must(t, store.SetClock(func() time.Time { return now }))
	profile := activate(t, store, "ana")
	if at := time.UnixMilli(profile.LastSynchronized); !at.Equal(now.Truncate(time.Millisecond)) {
		t.Errorf("%v is not %v", at, now)
	}
	now = now.Add(30 * time.Second)
	if again := activate(t, store, "ana"); again.LastSynchronized != profile.LastSynchronized+30000 {
		t.Errorf("%s after %s", again.Raw, profile.Raw)
	}
	before := time.Now().UnixMilli()
	must(t, store.SetClock(nil))
	if bob := activate(t, store, "bob"); bob.LastSynchronized < before {
		t.Errorf("not the system's clock: %s", bob.Raw)
	}
}

func TestLogger(t *testing.T) {
	config := testConfig(":temporary:")
	config.MapReserve = "1mb"
	store, err := Open(config)
	must(t, err)
	defer store.Close()
	var messages []string
	must(t, store.SetLogger(func(level slog.Level, message string) {
		messages = append(messages, fmt.Sprint(level, ": ", message))
	}))
	uid := activate(t, store, "ana").UID
	must(t, store.UpdateData(ctx, UpdateDataRequest{UID: uid, Data: dataOf(8 << 20)}))
	if len(messages) == 0 || !strings.HasPrefix(messages[0], "INFO: the map has grown to ") {
		t.Errorf("%q", messages)
	}
}

// dataOf is data of about so many bytes.
func dataOf(bytes int) json.RawMessage {
	return json.RawMessage(`{"app":"` + strings.Repeat("x", bytes) + `"}`)
}

func TestAPanicInTheClockStaysInside(t *testing.T) {
	store := openStore(t, ":temporary:")
	var messages []string
	must(t, store.SetLogger(func(level slog.Level, message string) {
		messages = append(messages, fmt.Sprint(level, ": ", message))
		panic("in the logger as well")
	}))
	must(t, store.SetClock(func() time.Time { panic("no time") }))
	before := time.Now().UnixMilli()
	if profile := activate(t, store, "ana"); profile.LastSynchronized < before {
		t.Errorf("not the system's clock: %s", profile.Raw)
	}
	if len(messages) == 0 || messages[0] != "ERROR: the clock function panicked: no time" {
		t.Errorf("%q", messages)
	}
	must(t, store.SetLogger(nil))
	told := len(messages)
	activate(t, store, "bob")
	if len(messages) != told {
		t.Errorf("the logger was taken away and called: %q", messages)
	}
}

func TestHooksAreReplacedWhileCallsRun(t *testing.T) {
	store := openStore(t, ":temporary:")
	var group sync.WaitGroup
	for n := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for round := range 10 {
				_, err := store.Activate(ctx, asserted(fmt.Sprint("user", n, round)))
				if err != nil {
					t.Error(err)
				}
			}
		}()
	}
	for n := range 50 {
		must(t, store.SetClock(func() time.Time { return time.UnixMilli(int64(n)) }))
		must(t, store.SetLogger(func(slog.Level, string) {}))
		must(t, store.SetClock(nil))
		must(t, store.SetLogger(nil))
	}
	group.Wait()
}

func TestReleasedHooksAreHarmless(t *testing.T) {
	handle := cgo.NewHandle(nil)
	handle.Delete()
	before := time.Now().UnixMilli()
	if readClock(handle) < before {
		t.Error("not the system's clock")
	}
	writeLog(handle, slog.LevelInfo, "nobody listens")
}
