package userprofile

import "context"

// GetTokenRequest says whom a token is for, and proves it. Members of another grant are refused.
type GetTokenRequest struct {
	// GrantType is GrantPassword, GrantRefreshToken or GrantClientCredentials. Required.
	GrantType GrantType `json:"grant_type,omitzero"`

	Username     string `json:"username,omitzero"`
	Password     string `json:"password,omitzero"`
	RefreshToken string `json:"refresh_token,omitzero"`

	// KerberosTicket is for GrantKerberos, which is always refused: there is no Kerberos realm.
	KerberosTicket string `json:"kerberos_ticket,omitzero"`

	// Scope is accepted as clients send it. There is one, "full".
	Scope string `json:"scope,omitzero"`
}

// GetTokenResponse is a new access token, for Login, Activate and Rest. The store keeps no copy of it.
type GetTokenResponse struct {
	AccessToken string `json:"access_token"`
	Type        string `json:"type"`       // "Bearer"
	ExpiresIn   int    `json:"expires_in"` // seconds

	// RefreshToken is for one use within 24 hours. There is none with GrantClientCredentials.
	RefreshToken string `json:"refresh_token,omitzero"`

	Scope          string         `json:"scope,omitzero"` // when another than "full" was asked for
	Authentication Authentication `json:"authentication"` // the user
	Answer
}

// GetToken makes an access token for the user that the request proves, or for the one who logged in
// (GrantClientCredentials). A refresh token gives a new pair once; asked again within 30 seconds it gives the
// same pair.
//
// Fails with ErrUnauthenticated when the password is wrong, with ErrInvalidGrant when the refresh token is, and
// with ErrBadRequest when the request is incomplete.
//
// Elasticsearch: POST /_security/oauth2/token.
func (s *Store) GetToken(ctx context.Context, request GetTokenRequest) (*GetTokenResponse, error) {
	return do[GetTokenResponse](ctx, s, "get_token", request)
}

// InvalidateTokenRequest says which tokens shall end: one, or all of a realm, of a user, or of a user in a realm.
type InvalidateTokenRequest struct {
	Token        string `json:"token,omitzero"`         // an access token
	RefreshToken string `json:"refresh_token,omitzero"` // a refresh token
	RealmName    string `json:"realm_name,omitzero"`
	Username     string `json:"username,omitzero"`
}

// InvalidateTokenResponse counts tokens, of both kinds.
type InvalidateTokenResponse struct {
	InvalidatedTokens           int `json:"invalidated_tokens"`
	PreviouslyInvalidatedTokens int `json:"previously_invalidated_tokens"`
	ErrorCount                  int `json:"error_count"`
	Answer
}

// InvalidateToken ends tokens before their time. An access token and its refresh token end each on its own.
//
// Fails with ErrNotFound when there is no such token, and with ErrBadRequest when the request names nothing or
// too much.
//
// Elasticsearch: DELETE /_security/oauth2/token.
func (s *Store) InvalidateToken(ctx context.Context, request InvalidateTokenRequest) (*InvalidateTokenResponse, error) {
	return do[InvalidateTokenResponse](ctx, s, "invalidate_token", request)
}
