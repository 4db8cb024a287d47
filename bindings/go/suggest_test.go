package userprofile

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// openWithPeople opens a store with three people, the later ones synchronized later, and returns their uids by name.
func openWithPeople(t *testing.T) (*Store, map[string]string) {
	t.Helper()
	store := openStore(t, ":temporary:")
	now := time.UnixMilli(1700000000000)
	must(t, store.SetClock(func() time.Time { return now }))
	uids := map[string]string{}
	for _, person := range [][]string{
		{"zoe", "Zo\u00eb \u00c5ngstr\u00f6m", "", "author"},
		{"jgarcia", "Jos\u00e9 Garc\u00eda", "jose@example.org", "reader"},
		{"anna", "\U0001f980 Anna Garcia", "", "author"},
	} {
		now = now.Add(time.Minute)
		grant := asserted(person[0])
		user := grant.Authentication
		user.FullName, user.Roles = &person[1], person[3:]
		if person[2] != "" {
			user.Email = &person[2]
		}
		profile, err := store.Activate(ctx, grant)
		must(t, err)
		uids[person[0]] = profile.UID
	}
	return store, uids
}

// finds fails unless these people are found, in this order.
func finds(t *testing.T, store *Store, request SuggestRequest, expected ...string) *SuggestResponse {
	t.Helper()
	answer, err := store.Suggest(ctx, request)
	must(t, err)
	var found []string
	for _, profile := range answer.Profiles {
		found = append(found, profile.User.Username)
	}
	if !slices.Equal(found, expected) {
		t.Errorf("%s finds %v, expected %v", mustEncode(t, request), found, expected)
	}
	return answer
}

func TestSuggest(t *testing.T) {
	store, uids := openWithPeople(t)
	must(t, store.UpdateData(ctx, UpdateDataRequest{
		UID:    uids["jgarcia"],
		Labels: json.RawMessage(`{"wiki":{"team":"red"}}`),
		Data:   json.RawMessage(`{"a":{"x":1.0,"y":2},"b":3}`),
	}))
	everybody := []string{"anna", "jgarcia", "zoe"}
	finds(t, store, SuggestRequest{}, everybody...)
	finds(t, store, SuggestRequest{Name: "  "}, everybody...)
	finds(t, store, SuggestRequest{Name: "garc\u00eda"}, "anna", "jgarcia")
	finds(t, store, SuggestRequest{Name: "jose gar"}, "jgarcia", "anna")
	finds(t, store, SuggestRequest{Name: "jose gar", Match: MatchAny}, "jgarcia", "anna")
	finds(t, store, SuggestRequest{Name: "jose gar", Match: MatchAll}, "jgarcia")
	finds(t, store, SuggestRequest{Name: "angtsr"})
	finds(t, store, SuggestRequest{Name: "angtsr", Fuzziness: FuzzinessAuto})
	finds(t, store, SuggestRequest{Name: "angtsr", Fuzziness: FuzzinessAutoLast}, "zoe")
	finds(t, store, SuggestRequest{Hint: &SuggestHint{UIDs: []string{uids["zoe"]}}}, "zoe", "anna", "jgarcia")
	finds(t, store, SuggestRequest{
		Hint: &SuggestHint{Labels: map[string][]string{"wiki.team": {"blue", "red"}}},
	}, "jgarcia", "anna", "zoe")

	for size, expected := range map[int][]string{0: nil, 1: {"jgarcia"}, 5: {"jgarcia", "zoe"}} {
		answer := finds(t, store, SuggestRequest{Size: &size, From: 1}, expected...)
		if answer.Total != (SuggestTotal{3, "eq"}) {
			t.Errorf("%s", answer.Raw)
		}
	}

	answer := finds(t, store, SuggestRequest{Name: "jos", Data: []string{"a.x", "b"}}, "jgarcia")
	profile := answer.Profiles[0]
	if profile.UID != uids["jgarcia"] || *profile.User.Email != "jose@example.org" || profile.Explain != nil ||
		string(profile.Labels) != `{"wiki":{"team":"red"}}` || string(profile.Data) != `{"a":{"x":1.0},"b":3}` {
		t.Errorf("%s", answer.Raw)
	}
	if nobody := finds(t, store, SuggestRequest{Name: "nobody"}); nobody.Profiles == nil || nobody.Total.Value != 0 {
		t.Errorf("%s", nobody.Raw)
	}
}

func TestSuggestExplains(t *testing.T) {
	store, uids := openWithPeople(t)
	request := SuggestRequest{
		Name: "angstrm zo", Explain: true, Hint: &SuggestHint{UIDs: []string{uids["zoe"]}},
	}
	best := finds(t, store, request, "zoe").Profiles[0]
	expected := SuggestExplanation{Score: 3, Hints: 1, Matches: []SuggestMatch{
		{"full_name", 1, "prefix", [2]int{0, 2}},
		{"full_name", 0, "typo", [2]int{4, 12}},
		{"username", 1, "prefix", [2]int{0, 2}},
	}}
	if best.Explain == nil || !reflect.DeepEqual(*best.Explain, expected) {
		t.Fatalf("%+v, expected %+v", best.Explain, expected)
	}
	at := best.Explain.Matches[1].Range
	if text := string([]rune(*best.User.FullName)[at[0]:at[1]]); text != "\u00c5ngstr\u00f6m" {
		t.Errorf("%q is highlighted", text)
	}
}

func TestSuggestWithRequiredPrivileges(t *testing.T) {
	store, _ := openWithPeople(t)
	request := SuggestRequest{RequiredPrivileges: &PrivilegesCheck{Application: []ApplicationPrivileges{editing}}}
	finds(t, store, request)
	putAuthor(t, store)
	if answer := finds(t, store, request, "anna", "zoe"); answer.Total != (SuggestTotal{2, "eq"}) {
		t.Errorf("%s", answer.Raw)
	}
	request.Name = "ang"
	finds(t, store, request, "zoe")
	must(t, store.DeleteRole(ctx, RoleRequest{Name: "author"}))
	finds(t, store, request)
}

func TestWhatSuggestRefuses(t *testing.T) {
	store, _ := openWithPeople(t)
	for reason, request := range map[string]SuggestRequest{
		"[size] parameter cannot be negative but was [-1]":         {Size: Ptr(-1)},
		"[from] parameter cannot be negative but was [-1]":         {From: -1},
		"Result window is too large":                               {From: 10_000, Size: Ptr(1)},
		"[fuzziness] must be one of [auto, auto_last] but was [2]": {Fuzziness: "2"},
		"[match] must be one of [any, all] but was [some]":         {Match: "some"},
		"[name] has [33] words, more than the limit of [32]":       {Name: strings.Repeat("a ", 33)},
		"[hint] parameter cannot be empty":                         {Hint: &SuggestHint{}},
		"[labels] hint supports a single key, got [a,b]":           {Hint: &SuggestHint{Labels: map[string][]string{"a": {"x"}, "b": {"x"}}}},
		"nonsense": {RequiredPrivileges: &PrivilegesCheck{Cluster: []string{"nonsense"}}},
	} {
		_, err := store.Suggest(ctx, request)
		var refusal *Error
		if !errors.As(err, &refusal) || !errors.Is(err, ErrBadRequest) || !strings.Contains(string(refusal.Body), reason) {
			t.Errorf("%s: %v", reason, err)
		}
	}
	nobody := loginWith(t, store, "nobody", "none")
	_, suggest := nobody.Suggest(ctx, SuggestRequest{})
	_, check := nobody.Check(ctx)
	for _, err := range []error{suggest, check} {
		if !errors.Is(err, ErrForbidden) {
			t.Error(err)
		}
	}
}

func TestChangesCountForTheNextSuggest(t *testing.T) {
	path := t.TempDir()
	store, other := openStore(t, path), openStore(t, path)
	uid := activate(t, store, "ana").UID
	finds(t, other, SuggestRequest{Name: "some"}, "ana")
	must(t, other.Disable(ctx, ProfileRequest{UID: uid}))
	finds(t, store, SuggestRequest{Name: "some"})
	renamed := asserted("ana")
	renamed.Authentication.FullName = Ptr("Ana Costa")
	_, err := store.Activate(ctx, renamed)
	must(t, err)
	finds(t, other, SuggestRequest{Name: "some"})
	finds(t, other, SuggestRequest{Name: "cos"}, "ana")
}

func TestCheck(t *testing.T) {
	store := openStore(t, ":temporary:")
	const people = 300
	for n := range people {
		uid := activate(t, store, fmt.Sprint("user", n)).UID
		if n%7 == 0 {
			must(t, store.Disable(ctx, ProfileRequest{UID: uid}))
		}
	}
	checked, err := store.Check(ctx)
	must(t, err)
	if checked.Profiles != people || checked.Postings < people || checked.Differences.Count != 0 ||
		checked.Differences.Details == nil || len(checked.Differences.Details) != 0 {
		t.Errorf("%s", checked.Raw)
	}
}
