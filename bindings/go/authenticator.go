package userprofile

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/cgo"
)

// Authenticator answers for the users of an external realm: it looks the credentials up in an LDAP directory,
// asks a single sign-on, or whatever the host program has. It returns the user; nil and no error to decline,
// when the credentials are wrong or of a kind that it does not know; an error when it could not find out. After
// nil and after an error, which goes to the logger, the next realm is asked.
//
// It runs inside calls, from any goroutine and perhaps several at once. It may call the same Store, where its
// own realm is skipped as long as it does so from the goroutine that it was called on. It must return, and must
// not close the Store whose call it answers. A panic is an error.
type Authenticator func(credentials Credentials) (*ExternalUser, error)

// Credentials are what somebody wants to be known by: a username and a password, or an access token. They are
// secret.
type Credentials struct {
	Realm                Realm                 `json:"realm"` // the one that is asked
	Username             string                `json:"username"`
	Password             string                `json:"password"`
	AccessToken          string                `json:"access_token"`
	ClientAuthentication *ClientAuthentication `json:"client_authentication"`
}

// String has no secrets.
func (c Credentials) String() string {
	return fmt.Sprintf("credentials of %q for realm %q", c.Username, c.Realm.Name)
}

// ExternalUser is a user of an external realm. Role mappings give more roles, by Groups and DN for example.
type ExternalUser struct {
	// Username names the person in the store. Default: the name in the credentials; required for an access
	// token.
	Username string `json:"username,omitzero"`

	Roles    []string        `json:"roles,omitzero"`
	FullName *string         `json:"full_name,omitzero"`
	Email    *string         `json:"email,omitzero"`
	Metadata json.RawMessage `json:"metadata,omitzero"` // an object
	Groups   []string        `json:"groups,omitzero"`
	DN       string          `json:"dn,omitzero"`
}

// SetAuthenticator gives an external realm of the configuration, by its name, the function that answers for its
// users: in Login, Activate, GetToken and Rest. Nil takes it away. It holds for s and the Stores that come from
// it by Login, until the last of them is closed; calls that run keep the function that they have started with.
//
// Fails with ErrBadRequest when there is no such external realm, and with ErrForbidden on Stores that Login
// returned.
func (s *Store) SetAuthenticator(realm string, authenticator Authenticator) error {
	if err := s.begin(context.Background()); err != nil {
		return err
	}
	defer s.calls.Done()
	return s.native.setAuthenticator(realm, authenticator)
}

// runAuthenticator is called by the library, and a panic must not unwind through its frames: it is a failure. The
// answer is a user, nothing, or the reason of the failure.
func runAuthenticator(handle cgo.Handle, text []byte) (answer []byte, failed bool) {
	defer func() {
		if reason := recover(); reason != nil {
			answer, failed = fmt.Appendf(nil, "panic: %v", reason), true
		}
	}()
	answer, err := askAuthenticator(handle.Value().(Authenticator), text)
	if err != nil {
		return []byte(err.Error()), true
	}
	return answer, false
}

func askAuthenticator(authenticator Authenticator, text []byte) ([]byte, error) {
	var credentials Credentials
	if err := json.Unmarshal(text, &credentials); err != nil {
		return nil, err
	}
	user, err := authenticator(credentials)
	if user == nil || err != nil {
		return nil, err
	}
	return encode(user)
}
