package userprofile

import (
	"context"
	"encoding/json"
)

// PutUserRequest is a native user, whole: except for the password, what is left out is emptied.
type PutUserRequest struct {
	// Username has 1 to 507 printable ASCII characters and no space at its ends. Required.
	Username string `json:"username,omitzero"`

	// Password has at least 6 characters, PasswordHash is an argon2id, bcrypt or PBKDF2 hash of one. A new
	// user needs one of them; when both are nil an existing user keeps the password.
	Password     *string `json:"password,omitzero"`
	PasswordHash *string `json:"password_hash,omitzero"`

	// Roles are the names of the user's roles. Required: nil is refused, an empty slice is not.
	Roles []string `json:"roles,omitzero"`

	FullName *string         `json:"full_name,omitzero"`
	Email    *string         `json:"email,omitzero"`
	Metadata json.RawMessage `json:"metadata,omitzero"` // an object whose names do not start with an underscore
	Enabled  *bool           `json:"enabled,omitzero"`  // default true
	Refresh  Refresh         `json:"refresh,omitzero"`
}

// PutUserResponse tells a new user from a changed one.
type PutUserResponse struct {
	Created bool `json:"created"`
	Answer
}

// PutUser creates or replaces a native user. Fails with ErrBadRequest when a rule above is broken.
//
// Elasticsearch: PUT /_security/user/{username}.
func (s *Store) PutUser(ctx context.Context, request PutUserRequest) (*PutUserResponse, error) {
	return do[PutUserResponse](ctx, s, "put_user", request)
}

// GetUserRequest says which native users to read.
type GetUserRequest struct {
	// Usernames are the users' names. Nil reads all users.
	Usernames []string `json:"username,omitzero"`

	// WithProfileUID adds the uid of the user's profile, if there is one.
	WithProfileUID bool `json:"with_profile_uid,omitzero"`
}

// GetUserResponse has the users that exist.
type GetUserResponse struct {
	Users map[string]User // by username
	Answer
}

// UnmarshalJSON reads the answer, which is the map itself.
func (r *GetUserResponse) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &r.Users)
}

// User is a native user. What the user has not is nil.
type User struct {
	Username   string          `json:"username"`
	Roles      []string        `json:"roles"`
	FullName   *string         `json:"full_name"`
	Email      *string         `json:"email"`
	Metadata   json.RawMessage `json:"metadata"` // an object
	Enabled    bool            `json:"enabled"`
	ProfileUID *string         `json:"profile_uid,omitzero"`
}

// GetUser reads native users. Names that do not exist are left out of the answer; when none of them exists
// it fails with ErrNotFound.
//
// Elasticsearch: GET /_security/user/{username}.
func (s *Store) GetUser(ctx context.Context, request GetUserRequest) (*GetUserResponse, error) {
	return do[GetUserResponse](ctx, s, "get_user", request)
}

// UserRequest names a native user.
type UserRequest struct {
	Username string  `json:"username,omitzero"` // required
	Refresh  Refresh `json:"refresh,omitzero"`
}

// DeleteUser removes a native user. The user's profile stays. Fails with ErrNotFound when there is no such
// user.
//
// Elasticsearch: DELETE /_security/user/{username}.
func (s *Store) DeleteUser(ctx context.Context, request UserRequest) error {
	_, err := send(ctx, s, "delete_user", request)
	return err
}

// EnableUser lets a native user log in again. It is unrelated to Profile.Enabled. Fails with ErrBadRequest
// when there is no such user.
//
// Elasticsearch: PUT /_security/user/{username}/_enable.
func (s *Store) EnableUser(ctx context.Context, request UserRequest) error {
	_, err := send(ctx, s, "enable_user", request)
	return err
}

// DisableUser keeps a native user from logging in, and the user's open Stores get ErrUnauthenticated. It is
// unrelated to Profile.Enabled. Fails with ErrBadRequest when there is no such user.
//
// Elasticsearch: PUT /_security/user/{username}/_disable.
func (s *Store) DisableUser(ctx context.Context, request UserRequest) error {
	_, err := send(ctx, s, "disable_user", request)
	return err
}

// ChangePasswordRequest has a native user's new password, or the hash of it.
type ChangePasswordRequest struct {
	// Username is the user's name. When it is empty the user who logged in is meant.
	Username string `json:"username,omitzero"`

	// Password has at least 6 characters, PasswordHash is an argon2id, bcrypt or PBKDF2 hash of one. One of
	// them is required.
	Password     string `json:"password,omitzero"`
	PasswordHash string `json:"password_hash,omitzero"`

	Refresh Refresh `json:"refresh,omitzero"`
}

// ChangePassword gives a native user another password. Fails with ErrBadRequest when there is no such user.
//
// Elasticsearch: PUT /_security/user/{username}/_password.
func (s *Store) ChangePassword(ctx context.Context, request ChangePasswordRequest) error {
	_, err := send(ctx, s, "change_password", request)
	return err
}
