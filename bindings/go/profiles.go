package userprofile

import (
	"context"
	"encoding/json"
)

// Profile is what the store knows of one person.
type Profile struct {
	// UID names the profile forever, for example "u_79HkWkwmnBH5gqFKwoxggWPjEBOur1zLPXQPEl1VBW0_0".
	UID string `json:"uid"`

	// Enabled is false after Disable. Activation enables again.
	Enabled bool `json:"enabled"`

	// LastSynchronized is the time of the last activation that was stored, in milliseconds since 1970.
	LastSynchronized int64 `json:"last_synchronized"`

	// User is the user at that time.
	User ProfileUser `json:"user"`

	// Labels and Data are objects; their top-level members are named after applications. Data has what the
	// request asked for.
	Labels json.RawMessage `json:"labels"`
	Data   json.RawMessage `json:"data"`

	// Doc is the version, for UpdateDataRequest.IfSeqNo and IfPrimaryTerm.
	Doc Doc `json:"_doc"`
}

// ProfileUser is the user block of a profile. What the user has not is nil.
type ProfileUser struct {
	Username    string   `json:"username"`
	Roles       []string `json:"roles"`
	RealmName   string   `json:"realm_name"`
	RealmDomain *string  `json:"realm_domain,omitzero"`
	Email       *string  `json:"email,omitzero"`
	FullName    *string  `json:"full_name,omitzero"`
}

// Doc is the version of a profile. Every write in the store takes the next SeqNo.
type Doc struct {
	PrimaryTerm int64 `json:"_primary_term"`
	SeqNo       int64 `json:"_seq_no"`
}

// Refresh is accepted as Elasticsearch's clients send it. It needs no work: what is acknowledged is visible
// at once.
type Refresh string

const (
	RefreshTrue    Refresh = "true"
	RefreshFalse   Refresh = "false"
	RefreshWaitFor Refresh = "wait_for"
)

// GrantType is the kind of proof in an ActivateRequest or a GetTokenRequest.
type GrantType string

const (
	GrantPassword GrantType = "password" // Username and Password

	// For Activate.
	GrantAccessToken    GrantType = "access_token"   // AccessToken, and ClientAuthentication for some JWTs
	GrantAuthentication GrantType = "authentication" // Authentication; on the host's own Store

	// For GetToken.
	GrantRefreshToken      GrantType = "refresh_token"      // RefreshToken
	GrantClientCredentials GrantType = "client_credentials" // nothing: the user of the Store
	GrantKerberos          GrantType = "_kerberos"          // KerberosTicket
)

// ActivateRequest says whose profile to activate, and proves it. Members of another grant are refused.
type ActivateRequest struct {
	GrantType            GrantType             `json:"grant_type,omitzero"` // required
	Username             string                `json:"username,omitzero"`
	Password             string                `json:"password,omitzero"`
	AccessToken          string                `json:"access_token,omitzero"`
	ClientAuthentication *ClientAuthentication `json:"client_authentication,omitzero"`
	Authentication       *Authentication       `json:"authentication,omitzero"`
}

// ClientAuthentication is the secret that a realm shares with its clients.
type ClientAuthentication struct {
	Scheme string `json:"scheme,omitzero"` // "SharedSecret", the default
	Value  string `json:"value,omitzero"`
}

// ActivateResponse is the profile, with its labels and without data.
type ActivateResponse struct {
	Profile
	Answer
}

// Activate creates the profile of the user that the request proves, or brings it up to date and enables it.
// Within 30 seconds of the last time, when nothing about the user changed, it writes nothing. It never
// fails with a version conflict.
//
// Fails with ErrUnauthenticated when the proof is wrong and with ErrBadRequest when it is incomplete or the
// asserted realm is not configured.
//
// Elasticsearch: POST /_security/profile/_activate.
func (s *Store) Activate(ctx context.Context, request ActivateRequest) (*ActivateResponse, error) {
	return do[ActivateResponse](ctx, s, "activate", request)
}

// GetRequest says which profiles to read, and how much of their data.
type GetRequest struct {
	// UIDs are the uids of the profiles. Required.
	UIDs []string `json:"uid,omitzero"`

	// Data are paths below Profile.Data to return: "*" for all, "app1", "app1.key1", "app*.theme". Nil
	// returns none.
	Data []string `json:"data,omitzero"`
}

// GetResponse has the profiles that exist, in the order of the request, and says what became of the others.
type GetResponse struct {
	Profiles []Profile      `json:"profiles"`
	Errors   *ProfileErrors `json:"errors,omitzero"` // nil when every uid was found
	Answer
}

// ProfileErrors are the uids that have no profile to show.
type ProfileErrors struct {
	Count   int                   `json:"count"`
	Details map[string]ErrorCause `json:"details"` // by uid
}

// ErrorCause is why one uid of several has no profile to show.
type ErrorCause struct {
	Type     string      `json:"type"`
	Reason   string      `json:"reason"`
	CausedBy *ErrorCause `json:"caused_by,omitzero"`
}

// Get reads profiles by uid, disabled ones included, from one snapshot of the store. A uid that does not
// exist is an entry of GetResponse.Errors and not a failure.
//
// Elasticsearch: GET /_security/profile/{uid}.
func (s *Store) Get(ctx context.Context, request GetRequest) (*GetResponse, error) {
	return do[GetResponse](ctx, s, "get", request)
}

// UpdateDataRequest says what to merge into a profile. At least one of Labels and Data must have a member.
type UpdateDataRequest struct {
	// UID is the profile's uid. Required.
	UID string `json:"uid,omitzero"`

	// Labels and Data are objects whose members are named after applications, for example
	// {"app1":{"theme":"dark"}}. Such a name has no dot and does not start with an underscore.
	Labels json.RawMessage `json:"labels,omitzero"`
	Data   json.RawMessage `json:"data,omitzero"`

	// IfSeqNo and IfPrimaryTerm make the update depend on the version that was read (Profile.Doc). Both or
	// neither; nil and negative numbers mean neither.
	IfSeqNo       *int64 `json:"if_seq_no,omitzero"`
	IfPrimaryTerm *int64 `json:"if_primary_term,omitzero"`

	Refresh Refresh `json:"refresh,omitzero"`
}

// UpdateData merges labels and data into a profile: objects member by member, everything else (arrays too)
// by replacement. A null is stored as a null; nothing is ever removed. A merge that changes nothing writes
// nothing.
//
// Fails with ErrNotFound when there is no such profile, ErrConflict when it has another version than
// the one asked for, and ErrTooLarge when it would outgrow the limit.
//
// Elasticsearch: PUT /_security/profile/{uid}/_data.
func (s *Store) UpdateData(ctx context.Context, request UpdateDataRequest) error {
	_, err := send(ctx, s, "update_data", request)
	return err
}

// ProfileRequest names a profile.
type ProfileRequest struct {
	UID     string  `json:"uid,omitzero"` // required
	Refresh Refresh `json:"refresh,omitzero"`
}

// Enable makes a profile enabled. Fails with ErrNotFound when there is no such profile.
//
// Elasticsearch: PUT /_security/profile/{uid}/_enable.
func (s *Store) Enable(ctx context.Context, request ProfileRequest) error {
	_, err := send(ctx, s, "enable", request)
	return err
}

// Disable makes a profile disabled: Get still shows it and UpdateData still changes it, and the user's next
// activation enables it again. Fails with ErrNotFound when there is no such profile.
//
// Elasticsearch: PUT /_security/profile/{uid}/_disable.
func (s *Store) Disable(ctx context.Context, request ProfileRequest) error {
	_, err := send(ctx, s, "disable", request)
	return err
}
