package userprofile

import (
	"context"
	"encoding/json"
)

// Privilege is a name that an application has for some actions.
type Privilege struct {
	// Application and Name may be left out of a request, which has them as keys.
	Application string `json:"application,omitzero"`
	Name        string `json:"name,omitzero"`

	// Actions are what the name stands for, for example "page:write": each has a slash, a star or a colon.
	// Required.
	Actions []string `json:"actions,omitzero"`

	Metadata json.RawMessage `json:"metadata,omitzero"` // an object whose names do not start with an underscore
}

// PutPrivilegesRequest has privileges, each whole.
type PutPrivilegesRequest struct {
	Privileges map[string]map[string]Privilege `json:"privileges,omitzero"` // by application and name; required
	Refresh    Refresh                         `json:"refresh,omitzero"`
}

// PutPrivilegesResponse tells new privileges from changed ones.
type PutPrivilegesResponse struct {
	Privileges map[string]map[string]struct {
		Created bool `json:"created"`
	} // by application and name
	Answer
}

// UnmarshalJSON reads the answer, which is the map itself.
func (r *PutPrivilegesResponse) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &r.Privileges)
}

// PutPrivileges creates or replaces privileges of applications, which roles and checks can name. Fails with
// ErrBadRequest when a name or an action is not one.
//
// Elasticsearch: PUT /_security/privilege.
func (s *Store) PutPrivileges(ctx context.Context, request PutPrivilegesRequest) (*PutPrivilegesResponse, error) {
	return do[PutPrivilegesResponse](ctx, s, "put_privileges", request)
}

// GetPrivilegesRequest says which privileges to read.
type GetPrivilegesRequest struct {
	// Application is the application's name; it may end in *. When it is empty all applications are read.
	Application string `json:"application,omitzero"`

	// Names are the privileges' names. Nil reads all of the application.
	Names []string `json:"name,omitzero"`
}

// GetPrivilegesResponse has the privileges that exist.
type GetPrivilegesResponse struct {
	Privileges map[string]map[string]Privilege // by application and name
	Answer
}

// UnmarshalJSON reads the answer, which is the map itself.
func (r *GetPrivilegesResponse) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &r.Privileges)
}

// GetPrivileges reads privileges of applications. Those that do not exist are left out of the answer; when none of
// those named exists it fails with ErrNotFound.
//
// Elasticsearch: GET /_security/privilege/{application}/{name}.
func (s *Store) GetPrivileges(ctx context.Context, request GetPrivilegesRequest) (*GetPrivilegesResponse, error) {
	return do[GetPrivilegesResponse](ctx, s, "get_privileges", request)
}

// DeletePrivilegesRequest names privileges of an application.
type DeletePrivilegesRequest struct {
	Application string   `json:"application,omitzero"` // required
	Names       []string `json:"name,omitzero"`        // required
	Refresh     Refresh  `json:"refresh,omitzero"`
}

// DeletePrivilegesResponse tells the privileges that were there from those that were not.
type DeletePrivilegesResponse struct {
	Privileges map[string]map[string]struct {
		Found bool `json:"found"`
	} // by application and name
	Answer
}

// UnmarshalJSON reads the answer, which is the map itself.
func (r *DeletePrivilegesResponse) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &r.Privileges)
}

// DeletePrivileges removes privileges of an application. Fails with ErrNotFound when none of them was there.
//
// Elasticsearch: DELETE /_security/privilege/{application}/{name}.
func (s *Store) DeletePrivileges(
	ctx context.Context, request DeletePrivilegesRequest,
) (*DeletePrivilegesResponse, error) {
	return do[DeletePrivilegesResponse](ctx, s, "delete_privileges", request)
}
