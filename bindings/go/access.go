package userprofile

import (
	"context"
	"encoding/json"
)

// Authentication tells who acts: what Authenticate answers, and what the host asserts in an
// ActivateRequest. What the user has not is nil.
type Authentication struct {
	Username            string          `json:"username,omitzero"`
	Roles               []string        `json:"roles,omitzero"`
	FullName            *string         `json:"full_name,omitzero"`
	Email               *string         `json:"email,omitzero"`
	Metadata            json.RawMessage `json:"metadata,omitzero"` // an object
	Enabled             *bool           `json:"enabled,omitzero"`
	AuthenticationRealm *Realm          `json:"authentication_realm,omitzero"`
	LookupRealm         *Realm          `json:"lookup_realm,omitzero"`
	AuthenticationType  string          `json:"authentication_type,omitzero"` // "realm", "token", ...
	Answer
}

// Realm names a configured realm.
type Realm struct {
	Name   string  `json:"name"`
	Type   string  `json:"type"`
	Domain *string `json:"domain,omitzero"`
}

// Authenticate tells who acts through this Store: the user of a Store that Login returned, or the host's
// own identity.
//
// Elasticsearch: GET /_security/_authenticate.
func (s *Store) Authenticate(ctx context.Context) (*Authentication, error) {
	return do[Authentication](ctx, s, "authenticate", struct{}{})
}

// RestRequest is a call as Elasticsearch's REST interface has it.
type RestRequest struct {
	Method string `json:"method,omitzero"` // required, for example "PUT"
	Path   string `json:"path,omitzero"`   // required, with its query: "/_security/profile/u_1?data=*"

	// Headers are HTTP headers, by names whose case does not matter. "authorization" may be Basic or Bearer,
	// with "es-client-authentication" for some JWTs; without it the Store's own identity acts. With
	// "es-security-runas-user" that user acts, if a role of the first one has it in RunAs.
	Headers map[string]string `json:"headers,omitzero"`

	// Body is the body, if the call has one.
	Body json.RawMessage `json:"body,omitzero"`
}

// Rest runs any operation by method and path, and returns the body of the answer.
//
// Fails as the operation does; an unknown path matches ErrBadRequest, and a wrong method is an [*Error]
// with status 405.
func (s *Store) Rest(ctx context.Context, request RestRequest) (json.RawMessage, error) {
	return send(ctx, s, "rest", request)
}
