package userprofile

import "encoding/json"

// Realms are the configured realms by type and name. Passwords are tried in the order of their Order, then of
// their names. Times are numbers with a unit, for example "20m".
type Realms struct {
	// Native is the realm whose users are kept in the store (PutUser and the like).
	Native map[string]NativeRealm `json:"native,omitzero"`

	// File is the realm whose users are kept in files.
	File map[string]FileRealm `json:"file,omitzero"`

	// JWT realms take users from signed JSON web tokens.
	JWT map[string]JWTRealm `json:"jwt,omitzero"`

	// External realms have users whom the host program authenticates itself: see SetAuthenticator and
	// GrantAuthentication.
	External map[string]ExternalRealm `json:"external,omitzero"`
}

// NativeRealm is the realm of the users kept in the store.
type NativeRealm struct {
	// Order is the realm's place in the chain; the lowest is asked first.
	Order int `json:"order"`

	// Enabled says whether the realm is asked at all. Default true.
	Enabled *bool `json:"enabled,omitzero"`

	// CacheTTL is how long a password that was right is remembered in memory.
	CacheTTL string `json:"cache.ttl,omitzero"`

	// CacheMaxUsers is the number of users whose passwords are remembered.
	CacheMaxUsers *int `json:"cache.max_users,omitzero"`
}

// FileRealm is the realm of the users kept in files, which are read again when they change.
type FileRealm struct {
	Order         int    `json:"order"`
	Enabled       *bool  `json:"enabled,omitzero"` // default true
	CacheTTL      string `json:"cache.ttl,omitzero"`
	CacheMaxUsers *int   `json:"cache.max_users,omitzero"`

	// Users is a file of lines "name:hash", UsersRoles one of lines "role:name,name". Default: "users" and
	// "users_roles" in the store's folder.
	Users      string `json:"files.users,omitzero"`
	UsersRoles string `json:"files.users_roles,omitzero"`
}

// JWTRealm is a realm of users who prove themselves by signed JSON web tokens (JWTs). Its files are read again
// when they change.
type JWTRealm struct {
	Order   int   `json:"order"`
	Enabled *bool `json:"enabled,omitzero"` // default true

	// TokenType is "id_token", the default, or "access_token".
	TokenType string `json:"token_type,omitzero"`

	// AllowedIssuer and AllowedAudiences are what "iss" and "aud" must be. Required.
	AllowedIssuer    string   `json:"allowed_issuer,omitzero"`
	AllowedAudiences []string `json:"allowed_audiences,omitzero"`

	// AllowedSubjects and AllowedSubjectPatterns (wildcards, or /regular expressions/) restrict "sub". Access
	// tokens need one of them.
	AllowedSubjects        []string `json:"allowed_subjects,omitzero"`
	AllowedSubjectPatterns []string `json:"allowed_subject_patterns,omitzero"`

	// AllowedSignatureAlgorithms are of HS, RS, PS and ES with 256, 384 and 512. Default "RS256".
	AllowedSignatureAlgorithms []string `json:"allowed_signature_algorithms,omitzero"`

	// AllowedClockSkew is by how much the issuer's clock may be wrong. Default "60s".
	AllowedClockSkew string `json:"allowed_clock_skew,omitzero"`

	// FallbackSubject and FallbackAudience are the claims of access tokens that stand for "sub" and "aud" where
	// those are missing.
	FallbackSubject  string `json:"fallback_claims.sub,omitzero"`
	FallbackAudience string `json:"fallback_claims.aud,omitzero"`

	// RequiredClaims have the values, by claim, of which each token must have one.
	RequiredClaims map[string][]string `json:"required_claims,omitzero"`

	// These name the claims that a user is made of: the username (required), the groups, the DN, the e-mail
	// address and the full name.
	ClaimPrincipal string `json:"claims.principal,omitzero"`
	ClaimGroups    string `json:"claims.groups,omitzero"`
	ClaimDN        string `json:"claims.dn,omitzero"`
	ClaimMail      string `json:"claims.mail,omitzero"`
	ClaimName      string `json:"claims.name,omitzero"`

	// These are regular expressions whose first group is the part of the claim that counts. Default: all of it.
	PatternPrincipal string `json:"claim_patterns.principal,omitzero"`
	PatternGroups    string `json:"claim_patterns.groups,omitzero"`
	PatternDN        string `json:"claim_patterns.dn,omitzero"`
	PatternMail      string `json:"claim_patterns.mail,omitzero"`
	PatternName      string `json:"claim_patterns.name,omitzero"`

	// PopulateUserMetadata says whether the claims become metadata of the user. Default true.
	PopulateUserMetadata *bool `json:"populate_user_metadata,omitzero"`

	// AuthorizationRealms are native and file realms whose user of the same name gives the roles, the full name
	// and the rest. Default: role mappings give the roles.
	AuthorizationRealms []string `json:"authorization_realms,omitzero"`

	// PKCJWKSet and HMACJWKSet are JWK sets of public and of secret keys, as an object or in a string; or the
	// path of a file with the set. HMACKey is one secret.
	PKCJWKSet      json.RawMessage `json:"pkc_jwkset,omitzero"`
	PKCJWKSetPath  string          `json:"pkc_jwkset_path,omitzero"`
	HMACJWKSet     json.RawMessage `json:"hmac_jwkset,omitzero"`
	HMACJWKSetPath string          `json:"hmac_jwkset_path,omitzero"`
	HMACKey        string          `json:"hmac_key,omitzero"`

	// ClientAuthentication says how clients prove that they may bring tokens: "shared_secret", the default, or
	// "none".
	ClientAuthentication string `json:"client_authentication.type,omitzero"`

	// SharedSecret is the secret of the clients, SharedSecretPath a file with it. RotationGracePeriod is how
	// long the old secret holds after the file has changed; default "1m".
	SharedSecret        string `json:"client_authentication.shared_secret,omitzero"`
	SharedSecretPath    string `json:"client_authentication.shared_secret_path,omitzero"`
	RotationGracePeriod string `json:"client_authentication.rotation_grace_period,omitzero"`

	// CacheTTL is how long a token that was right is remembered in memory, CacheSize the number of them.
	CacheTTL  string `json:"jwt.cache.ttl,omitzero"`
	CacheSize *int   `json:"jwt.cache.size,omitzero"`
}

// ExternalRealm is a realm whose users the host program authenticates.
type ExternalRealm struct {
	// Order is the realm's place in the chain.
	Order int `json:"order"`

	// Enabled says whether its users are taken. Default true.
	Enabled *bool `json:"enabled,omitzero"`

	// Type is what Elasticsearch would call the realm's type, for example "ldap" or "saml". Default "external".
	Type string `json:"type,omitzero"`
}

// Domain joins realms.
type Domain struct {
	// Realms are the names of the realms; a realm is in one domain at most. Required.
	Realms []string `json:"realms,omitzero"`

	// UIDGeneration says what new uids look like.
	UIDGeneration *UIDGeneration `json:"uid_generation,omitzero"`
}

// UIDGeneration makes readable uids: "u_", the username, "_" and the suffix.
type UIDGeneration struct {
	LiteralUsername bool   `json:"literal_username,omitzero"`
	Suffix          string `json:"suffix,omitzero"` // required with LiteralUsername: up to 10 letters and digits
}
