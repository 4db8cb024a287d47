package userprofile

import (
	"context"
	"encoding/json"
)

// Role says what the users who have it may do. Names of indices, resources and users are patterns, with * and ?,
// or /regular expressions/.
type Role struct {
	// Cluster are privileges by name ("manage_user_profile") or by action ("cluster:monitor/*").
	Cluster []string `json:"cluster,omitzero"`

	// Global are privileges that depend on the request: {"profile":{"write":{"applications":["wiki*"]}}} allows
	// UpdateData below these names, {"application":{"manage":...}} allows PutPrivileges and the like for these
	// applications.
	Global json.RawMessage `json:"global,omitzero"`

	Indices      []IndicesPrivileges     `json:"indices,omitzero"`
	Applications []ApplicationPrivileges `json:"applications,omitzero"`

	// RunAs are the users that Rest may act as.
	RunAs []string `json:"run_as,omitzero"`

	// Metadata is an object whose names do not start with an underscore, TransientMetadata the library's own, which
	// PutRole does not keep.
	Metadata          json.RawMessage `json:"metadata,omitzero"`
	TransientMetadata json.RawMessage `json:"transient_metadata,omitzero"`

	// RemoteIndices, RemoteCluster and Description are kept and do not allow anything.
	RemoteIndices []RemoteIndicesPrivileges `json:"remote_indices,omitzero"`
	RemoteCluster []RemoteClusterPrivileges `json:"remote_cluster,omitzero"`
	Description   *string                   `json:"description,omitzero"` // at most 1000 characters
}

// IndicesPrivileges say what a role allows with some indices.
type IndicesPrivileges struct {
	Names      []string `json:"names,omitzero"`      // required
	Privileges []string `json:"privileges,omitzero"` // by name ("read") or by action ("indices:data/*"); required

	// FieldSecurity and Query, the JSON text of a query, are about documents. They are kept; no check looks at them.
	FieldSecurity *FieldSecurity `json:"field_security,omitzero"`
	Query         *string        `json:"query,omitzero"`

	// AllowRestrictedIndices says whether Names stand for the indices of Elasticsearch itself too.
	AllowRestrictedIndices bool `json:"allow_restricted_indices,omitzero"`
}

// FieldSecurity are fields of documents: those of Grant without those of Except.
type FieldSecurity struct {
	Grant  []string `json:"grant,omitzero"`
	Except []string `json:"except,omitzero"`
}

// ApplicationPrivileges are privileges on resources of an application: what a role allows, or what a
// [PrivilegesCheck] asks.
type ApplicationPrivileges struct {
	// Application is the application's name. In a role it may end in *. Required.
	Application string `json:"application,omitzero"`

	Privileges []string `json:"privileges,omitzero"` // by name, see PutPrivileges, or by action; required
	Resources  []string `json:"resources,omitzero"`  // required
}

// RemoteIndicesPrivileges are about indices of other clusters.
type RemoteIndicesPrivileges struct {
	IndicesPrivileges
	Clusters []string `json:"clusters,omitzero"` // required
}

// RemoteClusterPrivileges are about other clusters.
type RemoteClusterPrivileges struct {
	Privileges []string `json:"privileges,omitzero"` // required
	Clusters   []string `json:"clusters,omitzero"`   // required
}

// PutRoleRequest is a role, whole: what is left out of it is not allowed.
type PutRoleRequest struct {
	// Name has 1 to 507 printable ASCII characters and no space at its ends. Required.
	Name string `json:"name,omitzero"`

	Role
	Refresh Refresh `json:"refresh,omitzero"`
}

// PutRoleResponse tells a new role from a changed one.
type PutRoleResponse struct {
	Role struct {
		Created bool `json:"created"`
	} `json:"role"`
	Answer
}

// PutRole creates or replaces a role. Fails with ErrBadRequest when a rule above is broken or the role is a
// built-in one, and with ErrTooLarge when it has more than 1 MiB.
//
// Elasticsearch: PUT /_security/role/{name}.
func (s *Store) PutRole(ctx context.Context, request PutRoleRequest) (*PutRoleResponse, error) {
	return do[PutRoleResponse](ctx, s, "put_role", request)
}

// GetRoleRequest says which roles to read.
type GetRoleRequest struct {
	// Names are the roles' names. Nil reads all roles.
	Names []string `json:"name,omitzero"`
}

// GetRoleResponse has the roles that exist.
type GetRoleResponse struct {
	Roles map[string]Role // by name
	Answer
}

// UnmarshalJSON reads the answer, which is the map itself.
func (r *GetRoleResponse) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &r.Roles)
}

// GetRole reads roles, built-in ones included. Names that do not exist are left out of the answer; when none of
// them exists it fails with ErrNotFound.
//
// Elasticsearch: GET /_security/role/{name}.
func (s *Store) GetRole(ctx context.Context, request GetRoleRequest) (*GetRoleResponse, error) {
	return do[GetRoleResponse](ctx, s, "get_role", request)
}

// RoleRequest names a role.
type RoleRequest struct {
	Name    string  `json:"name,omitzero"` // required
	Refresh Refresh `json:"refresh,omitzero"`
}

// DeleteRole removes a role; who has it may no longer do what it alone allowed. Fails with ErrNotFound when there
// is no such role, and with ErrBadRequest when it is a built-in one.
//
// Elasticsearch: DELETE /_security/role/{name}.
func (s *Store) DeleteRole(ctx context.Context, request RoleRequest) error {
	_, err := send(ctx, s, "delete_role", request)
	return err
}
