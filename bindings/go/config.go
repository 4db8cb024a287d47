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

	// Domains join realms: a person has one profile for all realms of a domain. By name.
	Domains map[string]Domain `json:"domains,omitzero"`

	// Anonymous is the user that stands for callers without credentials. Default: there is none.
	Anonymous *Anonymous `json:"anonymous,omitzero"`

	// Token sets what GetToken makes.
	Token *TokenSettings `json:"token,omitzero"`

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

// Anonymous is the user without credentials.
type Anonymous struct {
	Username string   `json:"username,omitzero"` // default "_anonymous"
	Roles    []string `json:"roles,omitzero"`    // without any there is no such user
}

// TokenSettings are about access tokens.
type TokenSettings struct {
	// Timeout is how long they last, from "1s" to "1h". Default "20m".
	Timeout string `json:"timeout,omitzero"`
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
