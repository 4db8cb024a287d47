package userprofile

// Config says which store to open and how. Path is required; the zero value of everything else is the
// library's default.
type Config struct {
	// Path is the store's folder. ":temporary:" opens a private store that is removed when it is closed.
	Path string `json:"path,omitzero"`

	// ReadOnly opens an existing store for reading; every write is refused with ErrForbidden.
	ReadOnly bool `json:"read_only,omitzero"`

	// Create says whether a store that does not exist is made. Default true.
	Create *bool `json:"create,omitzero"`

	// Durability says when a write is acknowledged. Default DurabilityFull.
	Durability Durability `json:"durability,omitzero"`

	// MaxSize is the largest size of the store on disk as a number with a unit, for example "64gb". A write
	// that finds it reached gives ErrUnavailable and changes nothing. Default "1tb".
	MaxSize string `json:"max_size,omitzero"`

	// MapReserve is the address space taken when the store is opened, as a number with a unit. Default
	// "1tb", or less where it is scarce.
	MapReserve string `json:"map_reserve,omitzero"`

	// MaxReaders is the number of reads of all processes that may run at once; the first to open the store
	// decides. Default 1024.
	MaxReaders int `json:"max_readers,omitzero"`

	// Realms says who can be authenticated and by what. Default: one native realm named "default_native".
	Realms *Realms `json:"realms,omitzero"`

	// Anonymous is the user that stands for callers without credentials.
	Anonymous *Anonymous `json:"anonymous,omitzero"`

	// PasswordHashing sets the cost of the hashes of native users' passwords.
	PasswordHashing *PasswordHashing `json:"password_hashing,omitzero"`

	// Profile limits single profiles.
	Profile *ProfileLimits `json:"profile,omitzero"`
}

// Durability says what a power cut may take. The end of the program, however sudden, takes nothing that was
// acknowledged.
type Durability string

const (
	DurabilityFull    Durability = "full"    // on disk before the call returns
	DurabilityRelaxed Durability = "relaxed" // the last writes may be lost, the store stays sound
	DurabilityNone    Durability = "none"    // for bulk loads; a power cut may damage the store
)

// Realms are the configured realms by type and name.
type Realms struct {
	// Native is the realm whose users are kept in the store (PutUser and the like).
	Native map[string]NativeRealm `json:"native,omitzero"`

	// External realms have users whom the host program authenticates itself: see GrantAuthentication.
	External map[string]ExternalRealm `json:"external,omitzero"`
}

// NativeRealm is the realm of the users kept in the store.
type NativeRealm struct {
	// Order is the realm's place in the chain; the lowest is asked first.
	Order int `json:"order"`

	// Enabled says whether the realm is asked at all. Default true.
	Enabled *bool `json:"enabled,omitzero"`

	// CacheTTL is how long a password that was right is remembered in memory, as a number with a unit, for
	// example "20m".
	CacheTTL string `json:"cache.ttl,omitzero"`

	// CacheMaxUsers is the number of users whose passwords are remembered.
	CacheMaxUsers *int `json:"cache.max_users,omitzero"`
}

// ExternalRealm is a realm whose users the host program authenticates.
type ExternalRealm struct {
	// Order is the realm's place in the chain.
	Order int `json:"order"`

	// Enabled says whether its users are taken. Default true.
	Enabled *bool `json:"enabled,omitzero"`

	// Type is what Elasticsearch would call the realm's type, for example "ldap" or "saml".
	Type string `json:"type"`
}

// Anonymous is the user without credentials.
type Anonymous struct {
	Username string `json:"username,omitzero"` // default "_anonymous"
}

// PasswordHashing is the cost of one argon2id hash.
type PasswordHashing struct {
	Algorithm   string `json:"algorithm,omitzero"`   // default "argon2id"
	MemoryKiB   int    `json:"memory_kib,omitzero"`  // default 19456
	Iterations  int    `json:"iterations,omitzero"`  // default 2
	Parallelism int    `json:"parallelism,omitzero"` // default 1
}

// ProfileLimits limits single profiles.
type ProfileLimits struct {
	// MaxSize is the largest size of one profile's labels and data, as a number with a unit. Default
	// "10mb".
	MaxSize string `json:"max_size,omitzero"`
}
