package userprofile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var ctx = context.Background()

// testConfig is a store whose password hashes are cheap.
func testConfig(path string) Config {
	return Config{
		Path: path,
		Realms: &Realms{
			Native:   map[string]NativeRealm{"native1": {Order: 0}},
			External: map[string]ExternalRealm{"ldap1": {Order: 1, Type: "ldap"}},
		},
		PasswordHashing: &PasswordHashing{MemoryKiB: 8, Iterations: 1, Parallelism: 1},
	}
}

func openStore(t testing.TB, path string) *Store {
	t.Helper()
	store, err := Open(testConfig(path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// asserted is the grant for a user of the realm ldap1.
func asserted(username string) ActivateRequest {
	return ActivateRequest{GrantType: GrantAuthentication, Authentication: &Authentication{
		Username:            username,
		Roles:               []string{"reader"},
		FullName:            Ptr("Someone"),
		AuthenticationRealm: &Realm{Name: "ldap1", Type: "ldap"},
		AuthenticationType:  "realm",
	}}
}

func activate(t testing.TB, store *Store, username string) *ActivateResponse {
	t.Helper()
	profile, err := store.Activate(ctx, asserted(username))
	must(t, err)
	return profile
}

func getOne(t testing.TB, store *Store, uid string) Profile {
	t.Helper()
	response, err := store.Get(ctx, GetRequest{UIDs: []string{uid}, Data: []string{"*"}})
	must(t, err)
	if len(response.Profiles) != 1 {
		t.Fatalf("not found: %s", response.Raw)
	}
	return response.Profiles[0]
}

// callAll calls every method that can fail with zero values, and returns the errors by name.
func callAll(store *Store, ctx context.Context) map[string]error {
	failures := map[string]error{}
	value := reflect.ValueOf(store)
	for i := range value.NumMethod() {
		name, method := value.Type().Method(i).Name, value.Method(i)
		if name == "Close" || name == "Info" {
			continue
		}
		var arguments []reflect.Value
		for n := range method.Type().NumIn() {
			if kind := method.Type().In(n); kind == reflect.TypeFor[context.Context]() {
				arguments = append(arguments, reflect.ValueOf(ctx))
			} else {
				arguments = append(arguments, reflect.Zero(kind))
			}
		}
		results := method.Call(arguments)
		failures[name], _ = results[len(results)-1].Interface().(error)
	}
	return failures
}

func TestEveryMethodOfAClosedStoreFails(t *testing.T) {
	store := openStore(t, ":temporary:")
	for range 3 {
		must(t, store.Close())
	}
	failures := callAll(store, ctx)
	if len(failures) != len(operations)+5 { // Call, Login, SetAuthenticator, SetClock, SetLogger
		t.Errorf("%d methods for %d operations", len(failures), len(operations))
	}
	for name, err := range failures {
		if err != ErrClosed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestADoneContextStopsACallBeforeItStarts(t *testing.T) {
	store := openStore(t, ":temporary:")
	done, cancel := context.WithCancel(ctx)
	cancel()
	for name, err := range callAll(store, done) {
		if hook := strings.HasPrefix(name, "Set"); hook == (err == context.Canceled) { // those take no context
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := store.Activate(done, asserted("ana")); err != context.Canceled {
		t.Error(err)
	}
	profile := activate(t, store, "ana")
	if profile.Doc.SeqNo != 0 {
		t.Errorf("something was written before: %s", profile.Raw)
	}
}

func TestCloseWaitsForCallsInFlight(t *testing.T) {
	store := openStore(t, ":temporary:")
	entered, leave := make(chan struct{}), make(chan struct{})
	var left atomic.Bool
	must(t, store.SetClock(sync.OnceValue(func() time.Time {
		close(entered)
		<-leave
		left.Store(true)
		return time.UnixMilli(5000)
	})))
	answered := make(chan error)
	go func() {
		_, err := store.Activate(ctx, asserted("ana"))
		answered <- err
	}()
	<-entered
	closed := make(chan bool, 1)
	go func() {
		store.Close()
		closed <- left.Load()
	}()
	for store.begin(ctx) == nil { // until Close is waiting
		store.calls.Done()
		runtime.Gosched()
	}
	close(leave)
	if err := <-answered; err != nil {
		t.Errorf("the call in flight: %v", err)
	}
	if !<-closed {
		t.Error("Close returned while a call was in flight")
	}
}

func TestConcurrentClose(t *testing.T) {
	for range 20 {
		store := openStore(t, ":temporary:")
		uid := activate(t, store, "ana").UID
		restricted := login(t, store)
		var group sync.WaitGroup
		for n := range 16 {
			group.Add(1)
			go func() {
				defer group.Done()
				if n%4 == 3 {
					store.Close()
					restricted.Close()
					return
				}
				for _, s := range []*Store{store, restricted} {
					_, err := s.Get(ctx, GetRequest{UIDs: []string{uid}})
					if err != nil && err != ErrClosed {
						t.Errorf("neither an answer nor ErrClosed: %v", err)
					}
				}
			}()
		}
		group.Wait()
	}
}

func putUser(t testing.TB, store *Store, username, role string) {
	t.Helper()
	_, err := store.PutUser(ctx, PutUserRequest{
		Username: username,
		Password: Ptr("correct horse"),
		Roles:    []string{role},
	})
	must(t, err)
}

// login returns a Store for a superuser whom it makes.
func login(t testing.TB, store *Store) *Store {
	t.Helper()
	putUser(t, store, "root", "superuser")
	restricted, err := store.Login(ctx, LoginRequest{Username: "root", Password: "correct horse"})
	must(t, err)
	t.Cleanup(func() { restricted.Close() })
	return restricted
}

func TestLoginOutlivesTheHostsHandle(t *testing.T) {
	store := openStore(t, t.TempDir())
	must(t, store.SetClock(func() time.Time { return time.UnixMilli(42) }))
	uid := activate(t, store, "ana").UID
	restricted := login(t, store)
	must(t, store.Close())
	if profile := getOne(t, restricted, uid); profile.LastSynchronized != 42 {
		t.Errorf("%+v", profile)
	}
	again, err := restricted.Activate(ctx, ActivateRequest{
		GrantType: GrantPassword, Username: "root", Password: "correct horse",
	})
	must(t, err)
	if again.LastSynchronized != 42 {
		t.Errorf("the clock went with the host's handle: %s", again.Raw)
	}
	if restricted.Info().Path != store.Info().Path {
		t.Errorf("%+v is not %+v", restricted.Info(), store.Info())
	}
	who, err := restricted.Authenticate(ctx)
	must(t, err)
	if who.Username != "root" || who.AuthenticationRealm.Name != "native1" {
		t.Errorf("%s", who.Raw)
	}
	if released(restricted.native.hooks) {
		t.Error("the hooks went with the host's handle")
	}
	must(t, restricted.Close())
	if !released(restricted.native.hooks) {
		t.Error("the hooks stay when all handles are closed")
	}
	if _, err := restricted.Authenticate(ctx); err != ErrClosed {
		t.Error(err)
	}
}

// released says whether the handle that C has of the hooks was given back.
func released(hooks *hooks) (yes bool) {
	defer func() { yes = recover() != nil }()
	hooks.handle.Value()
	return false
}

func TestLoginIsRestricted(t *testing.T) {
	store := openStore(t, ":temporary:")
	putUser(t, store, "joe", "reader")
	if _, err := store.Login(ctx, LoginRequest{Username: "joe", Password: "wrong"}); !errors.Is(err, ErrUnauthenticated) {
		t.Error(err)
	}
	joe, err := store.Login(ctx, LoginRequest{Username: "joe", Password: "correct horse"})
	must(t, err)
	defer joe.Close()
	if _, err := joe.Get(ctx, GetRequest{UIDs: []string{"u"}}); !errors.Is(err, ErrForbidden) {
		t.Error(err)
	}
	if err := joe.SetClock(time.Now); !errors.Is(err, ErrForbidden) {
		t.Error(err)
	}
	if err := joe.SetLogger(nil); !errors.Is(err, ErrForbidden) {
		t.Error(err)
	}
}

func TestTwoStoresOnOnePath(t *testing.T) {
	path := t.TempDir()
	first, second := openStore(t, path), openStore(t, path)
	must(t, first.SetClock(func() time.Time { return time.UnixMilli(1000) }))
	must(t, second.SetClock(func() time.Time { return time.UnixMilli(2000) }))
	uid := activate(t, first, "ana").UID
	must(t, second.UpdateData(ctx, UpdateDataRequest{UID: uid, Data: json.RawMessage(`{"app":{"by":"second"}}`)}))
	if data := string(getOne(t, first, uid).Data); data != `{"app":{"by":"second"}}` {
		t.Error(data)
	}
	must(t, first.Close())
	if bob := activate(t, second, "bob"); bob.LastSynchronized != 2000 || bob.Doc.SeqNo != 2 {
		t.Errorf("%s", bob.Raw)
	}
	third := openStore(t, path)
	if profile := getOne(t, third, uid); profile.LastSynchronized != 1000 {
		t.Errorf("%+v", profile)
	}
}

func TestManyGoroutines(t *testing.T) {
	const goroutines, rounds = 64, 8
	path := t.TempDir()
	stores := []*Store{openStore(t, path), openStore(t, path)}
	stores = append(stores, login(t, stores[0]))
	var group sync.WaitGroup
	for n := range goroutines {
		group.Add(1)
		go func() {
			defer group.Done()
			if err := useStore(stores[n%2], stores[n%3], n, rounds); err != nil {
				t.Errorf("goroutine %d: %v", n, err)
			}
		}()
	}
	group.Wait()
	for n := range 4 {
		profile := getOne(t, stores[0], activate(t, stores[1], fmt.Sprint("user", n)).UID)
		var data map[string]int
		must(t, json.Unmarshal(profile.Data, &data))
		if len(data) != goroutines/4 {
			t.Errorf("user%d has %d members of %d", n, len(data), goroutines/4)
		}
		for name, round := range data {
			if round != rounds-1 {
				t.Errorf("user%d, %s: the last update is lost: %d", n, name, round)
			}
		}
	}
}

// useStore activates one of four users and counts in a member that belongs to goroutine n alone.
func useStore(host, other *Store, n, rounds int) error {
	for round := range rounds {
		profile, err := host.Activate(ctx, asserted(fmt.Sprint("user", n%4)))
		if err != nil {
			return err
		}
		member := fmt.Sprintf(`{"app%d":%d}`, n, round)
		if err := other.UpdateData(ctx, UpdateDataRequest{UID: profile.UID, Data: json.RawMessage(member)}); err != nil {
			return err
		}
		response, err := other.Get(ctx, GetRequest{UIDs: []string{profile.UID}, Data: []string{fmt.Sprint("app", n)}})
		if err != nil {
			return err
		}
		if data := string(response.Profiles[0].Data); data != member {
			return fmt.Errorf("read %s after writing %s", data, member)
		}
	}
	return nil
}

func TestAnUnreachableStoreIsClosed(t *testing.T) {
	store, err := Open(testConfig(":temporary:"))
	must(t, err)
	hooks := store.native.hooks
	for !released(hooks) { // which closing the handle does, and nothing else
		runtime.GC()
	}
}

func TestAStoreInUseIsNotCollected(t *testing.T) {
	store, err := Open(testConfig(":temporary:"))
	must(t, err)
	must(t, store.SetClock(func() time.Time {
		for range 3 {
			runtime.GC()
		}
		return time.UnixMilli(7)
	}))
	// This is the last use of store: nothing but the call itself holds it.
	profile, err := store.Activate(ctx, asserted("ana"))
	must(t, err)
	if profile.LastSynchronized != 7 {
		t.Errorf("%s", profile.Raw)
	}
}

func TestInfo(t *testing.T) {
	path := t.TempDir()
	openStore(t, path)
	config := testConfig(path)
	config.ReadOnly = true
	store, err := Open(config)
	must(t, err)
	defer store.Close()
	if info := store.Info(); info.Path == "" || info.Format < 1 || !info.ReadOnly || !json.Valid(info.Raw) {
		t.Errorf("%+v", info)
	}
	if _, err := store.Activate(ctx, asserted("ana")); err == nil {
		t.Error("a read-only store was written to")
	}
}

func TestOpenFails(t *testing.T) {
	file := t.TempDir() + "/file"
	must(t, os.WriteFile(file, []byte("not a store"), 0o600))
	damaged := t.TempDir()
	must(t, os.WriteFile(damaged+"/data.mdb", bytes.Repeat([]byte("no"), 8192), 0o600))
	for what, open := range map[string]struct {
		config   Config
		expected error
	}{
		"no path":         {Config{}, ErrBadRequest},
		"a file":          {Config{Path: file}, ErrBadRequest},
		"must not create": {Config{Path: t.TempDir() + "/none", Create: Ptr(false)}, ErrBadRequest},
		"no such value":   {Config{Path: ":temporary:", Durability: "perhaps"}, ErrBadRequest},
		"not UTF-8":       {Config{Path: "\xff"}, ErrBadRequest},
		"damaged":         {Config{Path: damaged}, ErrInternal},
	} {
		store, err := Open(open.config)
		if store != nil || !errors.Is(err, open.expected) {
			t.Errorf("%s: %v, %v", what, store, err)
		}
	}
}

func TestLimits(t *testing.T) {
	config := testConfig(":temporary:")
	config.MaxSize = "2mb"
	config.Profile = &ProfileLimits{MaxSize: "4mb"}
	store, err := Open(config)
	must(t, err)
	defer store.Close()
	uid := activate(t, store, "ana").UID
	for size, expected := range map[int]error{3 << 20: ErrUnavailable, 5 << 20: ErrTooLarge} {
		if err := store.UpdateData(ctx, UpdateDataRequest{UID: uid, Data: dataOf(size)}); !errors.Is(err, expected) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	if profile := getOne(t, store, uid); string(profile.Data) != "{}" {
		t.Errorf("a refused update is there: %d bytes", len(profile.Data))
	}
}
