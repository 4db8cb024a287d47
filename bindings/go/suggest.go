package userprofile

import (
	"context"
	"encoding/json"
)

// Fuzziness says which words of a SuggestRequest's Name may carry typos: one from three characters on, two from six.
type Fuzziness string

const (
	FuzzinessAuto     Fuzziness = "auto"      // all but the last; the default
	FuzzinessAutoLast Fuzziness = "auto_last" // the last one, too
)

// SuggestMatching says how many words of a SuggestRequest's Name must match.
type SuggestMatching string

const (
	MatchAny SuggestMatching = "any" // one is enough; the default
	MatchAll SuggestMatching = "all"
)

// SuggestRequest asks for people by what somebody types.
type SuggestRequest struct {
	// Name is what is typed so far of full names, usernames and e-mail addresses; its last word may be
	// unfinished. Case and accents do not matter. Empty or blank is everybody.
	Name string `json:"name,omitzero"`

	// Size is how many of the best ones to answer, 10 unless given, and From how many to leave out before them;
	// 10,000 together at most.
	Size *int `json:"size,omitzero"`
	From int  `json:"from,omitzero"`

	// Data are paths below Profile.Data to return, as in a GetRequest. Nil returns none.
	Data []string `json:"data,omitzero"`

	// Hint lets people stand higher. Nobody is found by a hint alone.
	Hint *SuggestHint `json:"hint,omitzero"`

	Fuzziness Fuzziness       `json:"fuzziness,omitzero"`
	Match     SuggestMatching `json:"match,omitzero"`

	// RequiredPrivileges leaves out all who have not all of these, by the rules of HasPrivileges.
	RequiredPrivileges *PrivilegesCheck `json:"required_privileges,omitzero"`

	// Explain adds to each profile why it was found.
	Explain bool `json:"explain,omitzero"`
}

// SuggestHint says who should stand higher. At least one member is required.
type SuggestHint struct {
	UIDs []string `json:"uids,omitzero"`

	// Labels has one key, a path below Profile.Labels such as "wiki.team", and the values of which one fits.
	Labels map[string][]string `json:"labels,omitzero"`
}

// SuggestResponse has the profiles found, best first.
type SuggestResponse struct {
	Took     int64              `json:"took"` // milliseconds
	Total    SuggestTotal       `json:"total"`
	Profiles []SuggestedProfile `json:"profiles"`
	Answer
}

// SuggestTotal is how many match.
type SuggestTotal struct {
	Value    int64  `json:"value"`
	Relation string `json:"relation"` // "eq": so many; "gte": at least so many
}

// SuggestedProfile is a profile that was found. Its members are those of [Profile].
type SuggestedProfile struct {
	UID     string              `json:"uid"`
	User    ProfileUser         `json:"user"`
	Labels  json.RawMessage     `json:"labels"`
	Data    json.RawMessage     `json:"data"`
	Explain *SuggestExplanation `json:"explain,omitzero"` // nil unless asked for
}

// SuggestExplanation is why a profile was found, and why it stands where it stands.
type SuggestExplanation struct {
	// Score is how many hints fit, and how many fields (of a name of one word) or words match. The highest stand
	// first.
	Score int `json:"score"`
	Hints int `json:"hints,omitzero"`

	Matches []SuggestMatch `json:"matches"`
}

// SuggestMatch is where a word of the name is in a profile.
type SuggestMatch struct {
	Field string `json:"field"` // "full_name", "username" or "email"
	Word  int    `json:"word"`  // of the name, from 0
	Kind  string `json:"kind"`  // "whole", "prefix", "part" or "typo"

	// Range is what to highlight of the field, in code points: string([]rune(text)[Range[0]:Range[1]]).
	Range [2]int `json:"range"`
}

// Suggest finds people by what somebody types, best first, from one snapshot of the store. Disabled profiles are left
// out. Fails with ErrBadRequest when there is no such privilege among those required.
//
// Elasticsearch: POST /_security/profile/_suggest.
func (s *Store) Suggest(ctx context.Context, request SuggestRequest) (*SuggestResponse, error) {
	return do[SuggestResponse](ctx, s, "suggest", request)
}

// CheckResponse tells what was compared, and what differed.
type CheckResponse struct {
	Profiles    int64       `json:"profiles"`
	Postings    int64       `json:"postings"`
	Differences Differences `json:"differences"`
	Answer
}

// Differences are how many there are, and at most ten of them in words.
type Differences struct {
	Count   int64    `json:"count"`
	Details []string `json:"details"`
}

// Check compares all that Suggest searches with the profiles; nothing ever should differ. It reads the whole store.
//
// Elasticsearch has no such call; here it is GET /_security/profile/_check.
func (s *Store) Check(ctx context.Context) (*CheckResponse, error) {
	return do[CheckResponse](ctx, s, "check", struct{}{})
}
