package userprofile

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"
)

// Store is an open store, seen with the rights of the host or of one user. It may be used by any number of
// goroutines at once. Close it when it is no longer needed.
type Store struct {
	mu      sync.RWMutex   // guards closed
	closed  bool           // no call may start
	calls   sync.WaitGroup // those in flight; one that starts another must not hold mu, for which Close may wait
	once    sync.Once      // for Close
	native  native
	cleanup runtime.Cleanup
	info    Info
}

// Info describes an open store.
type Info struct {
	Path     string `json:"path"`      // the folder, or ":temporary:"
	Format   int    `json:"format"`    // the version of the format on disk
	ReadOnly bool   `json:"read_only"` // whether writes are refused
	Answer
}

// Open opens the store that config describes and returns the host's own handle, which may do everything.
//
// Fails with ErrBadRequest when a setting is not valid or the path is none for a store (a file, a folder that
// may not be read, a newer format), with ErrInternal when the store is damaged, and with ErrUnavailable when it
// cannot be opened now.
func Open(config Config) (*Store, error) {
	text, err := encode(config)
	if err != nil {
		return nil, err
	}
	return OpenJSON(text)
}

// OpenJSON is [Open] with a configuration in JSON, as it stands in a file. It also takes settings by their
// full name, for example "xpack.security.authc.realms.native.native1.order".
func OpenJSON(config []byte) (*Store, error) {
	hooks := newHooks()
	handle, raw, err := openNative(config, hooks)
	if err != nil {
		hooks.handle.Delete()
		return nil, err
	}
	info, err := decode[Info](raw)
	if err != nil {
		handle.close()
		return nil, err
	}
	return newStore(handle, *info), nil
}

func newStore(handle native, info Info) *Store {
	s := &Store{native: handle, info: info}
	s.cleanup = runtime.AddCleanup(s, native.close, handle)
	return s
}

// LoginRequest is what a user proves to be by: Username and Password, or AccessToken. A request without any is
// for the anonymous user, if the configuration has one.
type LoginRequest struct {
	Username string `json:"username,omitzero"`
	Password string `json:"password,omitzero"`

	// AccessToken is a token of GetToken or a JWT.
	AccessToken string `json:"access_token,omitzero"`

	// ClientAuthentication is for a JWT whose realm shares a secret with its clients.
	ClientAuthentication *ClientAuthentication `json:"client_authentication,omitzero"`
}

// Login returns a Store on the same data that may do what the user may. It stays usable when s is closed
// and is closed on its own. [Store.Authenticate] on it tells who the user is.
//
// Every call on it is checked anew: when the user was deleted or disabled, or the token has ended, it fails with
// ErrUnauthenticated.
//
// Fails with ErrUnauthenticated when there is no such user, the password or the token is wrong, or the user is
// disabled.
func (s *Store) Login(ctx context.Context, request LoginRequest) (*Store, error) {
	text, err := encode(request)
	if err != nil {
		return nil, err
	}
	restricted, _, err := s.login(ctx, text)
	return restricted, err
}

func (s *Store) login(ctx context.Context, request []byte) (*Store, []byte, error) {
	if err := s.begin(ctx); err != nil {
		return nil, nil, err
	}
	defer s.calls.Done()
	handle, raw, err := s.native.login(request)
	if err != nil {
		return nil, nil, err
	}
	return newStore(handle, s.info), raw, nil
}

// Close ends the use of s: it waits for the calls in flight, and every later call returns ErrClosed. Stores
// that came from s by Login stay open. Closing again does nothing. A Store that is not closed is closed
// after it became unreachable, at a time of the garbage collector's choice.
func (s *Store) Close() error {
	s.once.Do(func() {
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		s.calls.Wait()
		s.cleanup.Stop()
		s.native.close()
	})
	return nil
}

// Info tells where the store is and in which form. It may be called on a closed Store.
func (s *Store) Info() Info {
	return s.info
}

// Call runs an operation by its name in the C interface ("get", "update_data", ...) with a request and an
// answer in JSON. An empty request is {}. The request is lent to the library and the answer copied once;
// neither is parsed here.
func (s *Store) Call(ctx context.Context, operation string, request []byte) ([]byte, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.calls.Done()
	function, known := operations[operation]
	if !known {
		return nil, fmt.Errorf("%w: unknown operation %q", ErrBadRequest, operation)
	}
	return s.native.call(function, request)
}

// SetClock makes the store read the time from now, in whole milliseconds, instead of the system's clock;
// nil returns to the system's clock. It is for tests and for replaying history, holds for s and the Stores
// that come from it by Login, and is refused with ErrForbidden on those.
//
// now runs inside calls, from any goroutine: it must return, and must not use a Store. If it panics the
// system's clock stands in.
func (s *Store) SetClock(now func() time.Time) error {
	if err := s.begin(context.Background()); err != nil {
		return err
	}
	defer s.calls.Done()
	if err := s.native.setClock(now != nil); err != nil {
		return err
	}
	s.native.hooks.clock.Store(&now)
	return nil
}

// SetLogger gives the store a function that is told of rare events (growth, a full disk, readers of killed
// processes cleared) and never of secrets or profiles; nil takes it away. A store has one logger in a
// process: the last one set. It is refused with ErrForbidden on Stores that Login returned.
//
// logger runs inside calls, from any goroutine: it must return, and must not use a Store. A panic in it is
// ignored.
func (s *Store) SetLogger(logger func(level slog.Level, message string)) error {
	if err := s.begin(context.Background()); err != nil {
		return err
	}
	defer s.calls.Done()
	if err := s.native.setLogger(logger != nil); err != nil {
		return err
	}
	s.native.hooks.logger.Store(&logger)
	return nil
}

// begin starts a call. Unless it fails, the caller ends the call with s.calls.Done.
func (s *Store) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return ErrClosed
	}
	s.calls.Add(1)
	return nil
}
