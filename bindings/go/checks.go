package userprofile

import (
	"context"
	"encoding/json"
)

// PrivilegesCheck is a question: may somebody do all of this? At least one member is required.
type PrivilegesCheck struct {
	Cluster     []string                 `json:"cluster,omitzero"` // by name or by action, as in a Role
	Index       []IndicesPrivilegesCheck `json:"index,omitzero"`
	Application []ApplicationPrivileges  `json:"application,omitzero"`
}

// IndicesPrivilegesCheck asks for privileges on indices, on all that a name stands for if it is a pattern.
type IndicesPrivilegesCheck struct {
	Names      []string `json:"names,omitzero"`      // required
	Privileges []string `json:"privileges,omitzero"` // by name or by action; required

	// AllowRestrictedIndices says whether Names stand for the indices of Elasticsearch itself too.
	AllowRestrictedIndices bool `json:"allow_restricted_indices,omitzero"`
}

// HasPrivilegesRequest asks which of some people may do something.
type HasPrivilegesRequest struct {
	// UIDs are the uids of the people's profiles. Required.
	UIDs []string `json:"uids,omitzero"`

	// Privileges is what they may do. Required.
	Privileges PrivilegesCheck `json:"privileges,omitzero"`
}

// HasPrivilegesResponse names the people who may do all of it, in the order of the request, and says which uids
// could not be checked.
type HasPrivilegesResponse struct {
	HasPrivilegeUIDs []string       `json:"has_privilege_uids"`
	Errors           *ProfileErrors `json:"errors,omitzero"` // nil when every uid was checked
	Answer
}

// HasPrivileges tells which of any number of people may do something, from one snapshot of the store. They have
// the roles of their last activation, and a role allows what it allows now. A uid that does not exist is an entry
// of HasPrivilegesResponse.Errors and not a failure, as is each uid when a privilege does not exist; disabled
// profiles are left out.
//
// Elasticsearch: POST /_security/profile/_has_privileges.
func (s *Store) HasPrivileges(ctx context.Context, request HasPrivilegesRequest) (*HasPrivilegesResponse, error) {
	return do[HasPrivilegesResponse](ctx, s, "has_privileges", request)
}

// UserHasPrivilegesRequest asks what the user of a Store may do.
type UserHasPrivilegesRequest struct {
	// User is empty or the name of that user; every other name is refused.
	User string `json:"user,omitzero"`

	PrivilegesCheck
}

// UserHasPrivilegesResponse has the answer to each part of the question.
type UserHasPrivilegesResponse struct {
	Username        string                                `json:"username"`
	HasAllRequested bool                                  `json:"has_all_requested"`
	Cluster         map[string]bool                       `json:"cluster"`     // by privilege
	Index           map[string]map[string]bool            `json:"index"`       // by name and privilege
	Application     map[string]map[string]map[string]bool `json:"application"` // by application, resource and privilege
	Answer
}

// UserHasPrivileges tells which of some privileges the user of s has: the one who logged in, or the host. Every
// user may ask.
//
// Elasticsearch: POST /_security/user/_has_privileges.
func (s *Store) UserHasPrivileges(
	ctx context.Context, request UserHasPrivilegesRequest,
) (*UserHasPrivilegesResponse, error) {
	return do[UserHasPrivilegesResponse](ctx, s, "user_has_privileges", request)
}

// GetUserPrivilegesResponse has what all roles of a user allow, each privilege once. Its members are those of
// [Role].
type GetUserPrivilegesResponse struct {
	Cluster       []string                      `json:"cluster"`
	Global        []json.RawMessage             `json:"global"`
	Indices       []UserIndicesPrivileges       `json:"indices"`
	Applications  []ApplicationPrivileges       `json:"applications"`
	RunAs         []string                      `json:"run_as"`
	RemoteIndices []UserRemoteIndicesPrivileges `json:"remote_indices,omitzero"`
	RemoteCluster []RemoteClusterPrivileges     `json:"remote_cluster,omitzero"`
	Answer
}

// UserIndicesPrivileges say what roles that agree about some indices allow with them.
type UserIndicesPrivileges struct {
	Names                  []string        `json:"names"`
	Privileges             []string        `json:"privileges"`
	FieldSecurity          []FieldSecurity `json:"field_security,omitzero"`
	Query                  []string        `json:"query,omitzero"`
	AllowRestrictedIndices bool            `json:"allow_restricted_indices"`
}

// UserRemoteIndicesPrivileges are about indices of other clusters.
type UserRemoteIndicesPrivileges struct {
	UserIndicesPrivileges
	Clusters []string `json:"clusters"`
}

// GetUserPrivileges tells all that the user of s may do: the one who logged in, or the host. Every user may ask.
//
// Elasticsearch: GET /_security/user/_privileges.
func (s *Store) GetUserPrivileges(ctx context.Context) (*GetUserPrivilegesResponse, error) {
	return do[GetUserPrivilegesResponse](ctx, s, "get_user_privileges", struct{}{})
}
