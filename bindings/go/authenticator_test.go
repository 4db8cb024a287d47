package userprofile

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func byPassword(username, password string) ActivateRequest {
	return ActivateRequest{GrantType: GrantPassword, Username: username, Password: password}
}

// anyone knows everybody whose password is "right".
func anyone(credentials Credentials) (*ExternalUser, error) {
	if credentials.Password != "right" {
		return nil, nil
	}
	return &ExternalUser{}, nil
}

// watch returns an authenticator that does the same, and whether the garbage collector has taken it, which it
// cannot while the library may call it.
func watch(authenticator Authenticator) (watched Authenticator, gone func() bool) {
	object, collected := new([64]byte), new(atomic.Bool)
	runtime.AddCleanup(object, func(collected *atomic.Bool) { collected.Store(true) }, collected)
	return func(credentials Credentials) (*ExternalUser, error) {
		defer runtime.KeepAlive(object)
		return authenticator(credentials)
	}, collected.Load
}

func awaitRelease(gone func() bool) {
	for !gone() {
		runtime.GC()
	}
}

func TestAuthenticator(t *testing.T) {
	store := openStore(t, ":temporary:")
	var asked Credentials
	must(t, store.SetAuthenticator("ldap1", func(credentials Credentials) (*ExternalUser, error) {
		asked = credentials
		return &ExternalUser{
			Username: "ana",
			Roles:    []string{"reader", "editor"},
			FullName: Ptr("Ana Example"),
			Email:    Ptr("ana@example.org"),
			Metadata: json.RawMessage(`{"floor":1.0}`),
		}, nil
	}))
	ldap := Realm{Name: "ldap1", Type: "ldap"}
	password := Credentials{Realm: ldap, Username: "Ana", Password: "p\u00e4ss\"w\u2028rd"}
	token := Credentials{Realm: ldap, AccessToken: "a ticket"}
	basic := base64.StdEncoding.EncodeToString([]byte(password.Username + ":" + password.Password))
	whoAmI := RestRequest{Method: "GET", Path: "/_security/_authenticate"}
	for _, way := range []struct {
		expected Credentials
		call     func() error
	}{
		{password, func() error {
			profile, err := store.Activate(ctx, byPassword(password.Username, password.Password))
			must(t, err)
			user := ProfileUser{"ana", []string{"reader", "editor"}, "ldap1", nil, Ptr("ana@example.org"), Ptr("Ana Example")}
			if !reflect.DeepEqual(profile.User, user) {
				t.Errorf("%s", profile.Raw)
			}
			return nil
		}},
		{password, func() error {
			ana, err := store.Login(ctx, LoginRequest{Username: password.Username, Password: password.Password})
			must(t, err)
			defer ana.Close()
			who, err := ana.Authenticate(ctx)
			must(t, err)
			if who.Username != "ana" || *who.AuthenticationRealm != ldap || string(who.Metadata) != `{"floor":1.0}` {
				t.Errorf("%s", who.Raw)
			}
			return ana.SetAuthenticator("ldap1", nil)
		}},
		{password, func() error {
			_, err := store.GetToken(ctx, GetTokenRequest{
				GrantType: GrantPassword, Username: password.Username, Password: password.Password,
			})
			return err
		}},
		{password, func() error {
			whoAmI.Headers = map[string]string{"authorization": "Basic " + basic}
			_, err := store.Rest(ctx, whoAmI)
			return err
		}},
		{token, func() error {
			_, err := store.Activate(ctx, ActivateRequest{GrantType: GrantAccessToken, AccessToken: "a ticket"})
			return err
		}},
		{token, func() error {
			ana, err := store.Login(ctx, LoginRequest{AccessToken: "a ticket"})
			must(t, err)
			return ana.Close()
		}},
		{token, func() error {
			whoAmI.Headers = map[string]string{"authorization": "Bearer a ticket"}
			_, err := store.Rest(ctx, whoAmI)
			return err
		}},
	} {
		asked = Credentials{}
		if err := way.call(); err != nil && !errors.Is(err, ErrForbidden) { // a user may not set authenticators
			t.Error(err)
		}
		if asked != way.expected {
			t.Errorf("asked %#v, expected %#v", asked, way.expected)
		}
	}
}

func TestCredentialsDoNotPrintTheirSecrets(t *testing.T) {
	credentials := Credentials{
		Realm: Realm{Name: "ldap1"}, Username: "ana", Password: "secret", AccessToken: "secret",
		ClientAuthentication: &ClientAuthentication{Value: "secret"},
	}
	for _, verb := range []string{"%v", "%+v", "%s"} {
		text := fmt.Sprintf(verb+verb, credentials, &credentials)
		if strings.Contains(text, "secret") || !strings.Contains(text, "ana") {
			t.Error(text)
		}
	}
}

// nilError is an error whose text cannot be had.
type nilError struct{ text string }

func (e *nilError) Error() string {
	return e.text
}

// What does not succeed is the same 401, and the logger gets the reason.
func TestAuthenticatorsThatDoNotSucceed(t *testing.T) {
	for what, c := range map[string]struct {
		authenticator Authenticator
		reason        string
	}{
		"declines": {anyone, ""},
		"fails":    {func(Credentials) (*ExternalUser, error) { return nil, errors.New("no route \xff") }, "no route \ufffd"},
		"fails with a user": {func(Credentials) (*ExternalUser, error) {
			return &ExternalUser{}, errors.New("half done")
		}, "half done"},
		"panics":          {func(Credentials) (*ExternalUser, error) { panic("out of cheese") }, "panic: out of cheese"},
		"panics with nil": {func(Credentials) (*ExternalUser, error) { panic(nil) }, "panic: "},
		"panics in the error": {func(Credentials) (*ExternalUser, error) {
			return nil, (*nilError)(nil)
		}, "panic: runtime error"},
		"runs out of a slice": {func(Credentials) (*ExternalUser, error) {
			return &ExternalUser{Roles: strings.Fields("")[:1]}, nil
		}, "panic: runtime error: slice bounds out of range"},
		"metadata is no object": {func(Credentials) (*ExternalUser, error) {
			return &ExternalUser{Metadata: json.RawMessage(`[]`)}, nil
		}, "metadata"},
		"metadata is no JSON": {func(Credentials) (*ExternalUser, error) {
			return &ExternalUser{Metadata: json.RawMessage(`{`)}, nil
		}, "JSON"},
		"a name is not UTF-8": {func(Credentials) (*ExternalUser, error) {
			return &ExternalUser{Username: "\xff"}, nil
		}, "Username is not valid UTF-8"},
	} {
		t.Run(what, func(t *testing.T) {
			store := openStore(t, ":temporary:")
			var messages []string
			must(t, store.SetLogger(func(_ slog.Level, message string) { messages = append(messages, message) }))
			_, unknown := store.Activate(ctx, byPassword("ana", "wrong-password"))
			must(t, store.SetAuthenticator("ldap1", c.authenticator))
			_, err := store.Activate(ctx, byPassword("ana", "wrong-password"))
			if !errors.Is(err, ErrUnauthenticated) || err.Error() != unknown.Error() {
				t.Errorf("%v, expected %v", err, unknown)
			}
			told := strings.Join(messages, "\n")
			if (told == "") != (c.reason == "") || !strings.Contains(told, c.reason) {
				t.Errorf("logged %q, expected %q", told, c.reason)
			}
			if strings.Contains(told, "wrong-password") {
				t.Errorf("the password is in the log: %q", told)
			}
		})
	}
}

func TestTheNextRealmIsAsked(t *testing.T) {
	config := testConfig(":temporary:")
	config.Realms.External = map[string]ExternalRealm{"first": {Order: 1}, "second": {Order: 2}}
	store, err := Open(config)
	must(t, err)
	defer store.Close()
	must(t, store.SetAuthenticator("second", anyone))
	for _, first := range []Authenticator{
		nil,
		func(Credentials) (*ExternalUser, error) { return nil, nil },
		func(Credentials) (*ExternalUser, error) { return nil, errors.New("no") },
		func(Credentials) (*ExternalUser, error) { panic("no") },
	} {
		must(t, store.SetAuthenticator("first", first))
		profile, err := store.Activate(ctx, byPassword("ana", "right"))
		must(t, err)
		if profile.User.RealmName != "second" {
			t.Errorf("%s", profile.Raw)
		}
	}
}

func TestManyGoroutinesAuthenticate(t *testing.T) {
	const goroutines = 16
	store := openStore(t, ":temporary:")
	var inside sync.WaitGroup // until all are in the function at once
	inside.Add(goroutines)
	must(t, store.SetAuthenticator("ldap1", func(credentials Credentials) (*ExternalUser, error) {
		inside.Done()
		inside.Wait()
		return &ExternalUser{FullName: Ptr(credentials.Username + "/" + credentials.Password)}, nil
	}))
	var group sync.WaitGroup
	for n := range goroutines {
		group.Add(1)
		go func() {
			defer group.Done()
			name, password := fmt.Sprint("user", n), fmt.Sprint("password", n)
			profile, err := store.Activate(ctx, byPassword(name, password))
			if err != nil {
				t.Error(err)
			} else if profile.User.Username != name || *profile.User.FullName != name+"/"+password {
				t.Errorf("%s got %s", name, profile.Raw)
			}
		}()
	}
	group.Wait()
}

// An authenticator uses the store that asks it: it reads, writes, and logs in, where its own realm is skipped.
func TestAnAuthenticatorUsesItsStore(t *testing.T) {
	store := openStore(t, ":temporary:")
	putUser(t, store, "native", "reader")
	asked := 0
	must(t, store.SetAuthenticator("ldap1", func(credentials Credentials) (*ExternalUser, error) {
		asked++
		_, err := store.Activate(ctx, byPassword(credentials.Username, credentials.Password))
		if !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("its own realm: %v", err)
		}
		native, err := store.Login(ctx, LoginRequest{Username: "native", Password: "correct horse"})
		if err != nil {
			return nil, err
		}
		defer native.Close()
		if _, err := native.Authenticate(ctx); err != nil {
			return nil, err
		}
		_, err = store.Activate(ctx, asserted("bob"))
		return &ExternalUser{Roles: []string{"reader"}}, err
	}))
	profile, err := store.Activate(ctx, byPassword("ana", "right"))
	must(t, err)
	if profile.User.RealmName != "ldap1" || asked != 1 {
		t.Errorf("asked %d times: %s", asked, profile.Raw)
	}
	if bob := activate(t, store, "bob"); bob.Doc.SeqNo != 0 {
		t.Errorf("not written by the authenticator: %s", bob.Raw)
	}
}

// A function that was replaced while it ran goes on to its end, and is released after it.
func TestAnAuthenticatorIsReplacedWhileItRuns(t *testing.T) {
	store := openStore(t, ":temporary:")
	entered, leave := make(chan struct{}), make(chan struct{})
	old, gone := watch(func(Credentials) (*ExternalUser, error) {
		close(entered)
		<-leave
		return &ExternalUser{FullName: Ptr("by the old one")}, nil
	})
	must(t, store.SetAuthenticator("ldap1", old))
	old = nil
	answered := make(chan *ActivateResponse)
	go func() {
		profile, err := store.Activate(ctx, byPassword("ana", "right"))
		if err != nil {
			t.Error(err)
		}
		answered <- profile
	}()
	<-entered
	must(t, store.SetAuthenticator("ldap1", anyone))
	profile, err := store.Activate(ctx, byPassword("bob", "right"))
	must(t, err)
	if profile.User.FullName != nil {
		t.Errorf("not by the new one: %s", profile.Raw)
	}
	for range 3 {
		runtime.GC()
	}
	if gone() {
		t.Error("released while it runs")
	}
	close(leave)
	if profile := <-answered; profile == nil || *profile.User.FullName != "by the old one" {
		t.Errorf("%+v", profile)
	}
	awaitRelease(gone)
}

// Being released twice would be a panic in the library's frames, and the end of the program.
func TestAuthenticatorsAreReleased(t *testing.T) {
	path := t.TempDir()
	for what, end := range map[string]func(store *Store) error{
		"removed":       func(store *Store) error { return store.SetAuthenticator("ldap1", nil) },
		"replaced":      func(store *Store) error { return store.SetAuthenticator("ldap1", anyone) },
		"store closed":  func(store *Store) error { return store.Close() },
		"store dropped": func(*Store) error { return nil },
		"removed by itself": func(store *Store) error {
			itself, gone := watch(func(Credentials) (*ExternalUser, error) {
				return nil, store.SetAuthenticator("ldap1", nil)
			})
			must(t, store.SetAuthenticator("ldap1", itself))
			itself = nil
			if _, err := store.Activate(ctx, byPassword("ana", "right")); !errors.Is(err, ErrUnauthenticated) {
				t.Error(err)
			}
			awaitRelease(gone)
			return nil
		},
	} {
		t.Run(what, func(t *testing.T) {
			store, err := Open(testConfig(path))
			must(t, err)
			authenticator, gone := watch(anyone)
			must(t, store.SetAuthenticator("ldap1", authenticator))
			authenticator = nil
			_, err = store.Activate(ctx, byPassword("ana", "right"))
			must(t, err)
			must(t, end(store))
			awaitRelease(gone)
		})
	}
}

func TestAnAuthenticatorStaysWithTheLastStore(t *testing.T) {
	store := openStore(t, ":temporary:")
	restricted := login(t, store)
	authenticator, gone := watch(anyone)
	must(t, store.SetAuthenticator("ldap1", authenticator))
	authenticator = nil
	must(t, store.Close())
	for range 3 {
		runtime.GC()
	}
	_, err := restricted.Activate(ctx, byPassword("ana", "right"))
	must(t, err)
	must(t, restricted.Close())
	awaitRelease(gone)
}

func TestAuthenticatorsThatAreRefused(t *testing.T) {
	store := openStore(t, ":temporary:")
	restricted := login(t, store)
	closed := openStore(t, ":temporary:")
	must(t, closed.Close())
	for what, c := range map[string]struct {
		store    *Store
		realm    string
		expected error
	}{
		"unknown":      {store, "ldap2", ErrBadRequest},
		"no name":      {store, "", ErrBadRequest},
		"native":       {store, "native1", ErrBadRequest},
		"not UTF-8":    {store, "ldap1\xff", ErrBadRequest},
		"restricted":   {restricted, "ldap1", ErrForbidden},
		"closed store": {closed, "ldap1", ErrClosed},
	} {
		authenticator, gone := watch(anyone)
		if err := c.store.SetAuthenticator(c.realm, authenticator); !errors.Is(err, c.expected) {
			t.Errorf("%s: %v", what, err)
		}
		awaitRelease(gone)
	}
}

// Close waits for the call in flight, whose authenticator finds the store closed and must not wait for Close.
func TestCloseWhileAnAuthenticatorUsesItsStore(t *testing.T) {
	store := openStore(t, ":temporary:")
	var within error
	must(t, store.SetAuthenticator("ldap1", func(Credentials) (*ExternalUser, error) {
		go store.Close()
		for within == nil {
			_, within = store.Authenticate(ctx)
		}
		return &ExternalUser{}, nil
	}))
	profile, err := store.Activate(ctx, byPassword("ana", "right"))
	must(t, err)
	if within != ErrClosed || profile.User.Username != "ana" {
		t.Errorf("%v, %s", within, profile.Raw)
	}
	must(t, store.Close())
}

func TestAuthenticatorsAreReplacedWhileCallsRun(t *testing.T) {
	store := openStore(t, ":temporary:")
	must(t, store.SetAuthenticator("ldap1", anyone))
	var group sync.WaitGroup
	for n := range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			for range 20 {
				if _, err := store.Activate(ctx, byPassword(fmt.Sprint("user", n), "right")); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	for range 50 {
		authenticator, gone := watch(anyone)
		must(t, store.SetAuthenticator("ldap1", authenticator))
		authenticator = nil
		must(t, store.SetAuthenticator("ldap1", anyone))
		awaitRelease(gone)
	}
	group.Wait()
}
