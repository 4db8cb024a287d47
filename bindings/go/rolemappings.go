package userprofile

import (
	"context"
	"encoding/json"
)

// PutRoleMappingRequest is a role mapping, whole.
type PutRoleMappingRequest struct {
	// Name is the mapping's name. Required.
	Name string `json:"name,omitzero"`

	// Roles are given as they are, RoleTemplates are filled in for each user. One of them is required.
	Roles         []string       `json:"roles,omitzero"`
	RoleTemplates []RoleTemplate `json:"role_templates,omitzero"`

	// Rules say who gets the roles: {"field":{"groups":"cn=editors,*"}}, and "all", "any" and "except" of
	// such. Required.
	Rules json.RawMessage `json:"rules,omitzero"`

	Enabled  *bool           `json:"enabled,omitzero"`  // default true
	Metadata json.RawMessage `json:"metadata,omitzero"` // an object whose names do not start with an underscore
	Refresh  Refresh         `json:"refresh,omitzero"`
}

// RoleTemplate makes names of roles.
type RoleTemplate struct {
	Template json.RawMessage `json:"template"`        // {"source":"..."}
	Format   string          `json:"format,omitzero"` // "string", the default: one name; "json": a name or a list
}

// PutRoleMappingResponse tells a new mapping from a changed one.
type PutRoleMappingResponse struct {
	RoleMapping struct {
		Created bool `json:"created"`
	} `json:"role_mapping"`
	Answer
}

// PutRoleMapping creates or replaces a role mapping: the rules by which users of file, jwt and external realms
// get roles. Native users have theirs from PutUser alone. Fails with ErrBadRequest when a rule above is broken.
//
// Elasticsearch: PUT /_security/role_mapping/{name}.
func (s *Store) PutRoleMapping(ctx context.Context, request PutRoleMappingRequest) (*PutRoleMappingResponse, error) {
	return do[PutRoleMappingResponse](ctx, s, "put_role_mapping", request)
}

// GetRoleMappingRequest says which role mappings to read.
type GetRoleMappingRequest struct {
	// Names are the mappings' names. Nil reads all mappings.
	Names []string `json:"name,omitzero"`
}

// GetRoleMappingResponse has the role mappings that exist.
type GetRoleMappingResponse struct {
	RoleMappings map[string]RoleMapping // by name
	Answer
}

// UnmarshalJSON reads the answer, which is the map itself.
func (r *GetRoleMappingResponse) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &r.RoleMappings)
}

// RoleMapping gives roles to users; see PutRoleMappingRequest.
type RoleMapping struct {
	Enabled       bool            `json:"enabled"`
	Roles         []string        `json:"roles,omitzero"`
	RoleTemplates []RoleTemplate  `json:"role_templates,omitzero"`
	Rules         json.RawMessage `json:"rules"`
	Metadata      json.RawMessage `json:"metadata"`
}

// GetRoleMapping reads role mappings. Names that do not exist are left out of the answer; when none of them
// exists it fails with ErrNotFound.
//
// Elasticsearch: GET /_security/role_mapping/{name}.
func (s *Store) GetRoleMapping(ctx context.Context, request GetRoleMappingRequest) (*GetRoleMappingResponse, error) {
	return do[GetRoleMappingResponse](ctx, s, "get_role_mapping", request)
}

// RoleMappingRequest names a role mapping.
type RoleMappingRequest struct {
	Name    string  `json:"name,omitzero"` // required
	Refresh Refresh `json:"refresh,omitzero"`
}

// DeleteRoleMapping removes a role mapping. Fails with ErrNotFound when there is no such mapping.
//
// Elasticsearch: DELETE /_security/role_mapping/{name}.
func (s *Store) DeleteRoleMapping(ctx context.Context, request RoleMappingRequest) error {
	_, err := send(ctx, s, "delete_role_mapping", request)
	return err
}
