package userprofile

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var editing = ApplicationPrivileges{
	Application: "wiki", Privileges: []string{"edit"}, Resources: []string{"space/home"},
}

func putRole(t testing.TB, store *Store, name string, role Role) {
	t.Helper()
	_, err := store.PutRole(ctx, PutRoleRequest{Name: name, Role: role})
	must(t, err)
}

// putAuthor puts the role author, which may edit below space/, and the privilege that it names.
func putAuthor(t testing.TB, store *Store) {
	t.Helper()
	_, err := store.PutPrivileges(ctx, PutPrivilegesRequest{Privileges: map[string]map[string]Privilege{
		"wiki": {"edit": {Actions: []string{"page:edit"}}},
	}})
	must(t, err)
	all := editing
	all.Resources = []string{"space/*"}
	putRole(t, store, "author", Role{Applications: []ApplicationPrivileges{all}})
}

// loginWith makes a user who has a role, and returns the user's Store.
func loginWith(t testing.TB, store *Store, username, role string) *Store {
	t.Helper()
	putUser(t, store, username, role)
	restricted, err := store.Login(ctx, LoginRequest{Username: username, Password: "correct horse"})
	must(t, err)
	t.Cleanup(func() { restricted.Close() })
	return restricted
}

// activateWith activates a user of the realm ldap1 who has a role, and returns the uid.
func activateWith(t testing.TB, store *Store, username, role string) string {
	t.Helper()
	grant := asserted(username)
	grant.Authentication.Roles = []string{role}
	profile, err := store.Activate(ctx, grant)
	must(t, err)
	return profile.UID
}

func TestRolesComeBackAndCanBePutBack(t *testing.T) {
	store := openStore(t, ":temporary:")
	indices := IndicesPrivileges{
		Names:                  []string{"logs-*", "/a|b/"},
		Privileges:             []string{"read"},
		FieldSecurity:          &FieldSecurity{Grant: []string{"*"}, Except: []string{"secret"}},
		Query:                  Ptr(`{"match_all":{}}`),
		AllowRestrictedIndices: true,
	}
	role := Role{
		Cluster:       []string{"monitor", "cluster:monitor/*"},
		Global:        json.RawMessage(`{"profile":{"write":{"applications":["wiki*"]}}}`),
		Indices:       []IndicesPrivileges{indices},
		Applications:  []ApplicationPrivileges{editing},
		RunAs:         []string{"ana"},
		Metadata:      json.RawMessage(`{"z":1.0,"a":null}`),
		RemoteIndices: []RemoteIndicesPrivileges{{indices, []string{"far"}}},
		RemoteCluster: []RemoteClusterPrivileges{{[]string{"monitor_enrich"}, []string{"far"}}},
		Description:   Ptr("Writes"),
	}
	for round, expected := range []bool{true, false} {
		put, err := store.PutRole(ctx, PutRoleRequest{Name: "author", Role: role, Refresh: RefreshWaitFor})
		must(t, err)
		if put.Role.Created != expected {
			t.Errorf("round %d: %s", round, put.Raw)
		}
		got, err := store.GetRole(ctx, GetRoleRequest{Names: []string{"author", "none"}})
		must(t, err)
		again := got.Roles["author"]
		if string(again.TransientMetadata) != `{"enabled":true}` {
			t.Errorf("%s", got.Raw)
		}
		if round == 0 { // the answer names every kind of global privilege
			role.Global, role.TransientMetadata = again.Global, again.TransientMetadata
		}
		if len(got.Roles) != 1 || !reflect.DeepEqual(again, role) {
			t.Errorf("%+v, put %+v", again, role)
		}
	}
}

func TestZeroMembersOfARole(t *testing.T) {
	store := openStore(t, ":temporary:")
	putRole(t, store, "author", Role{Cluster: []string{"all"}, Description: Ptr("")})
	putRole(t, store, "author", Role{})
	got, err := store.GetRole(ctx, GetRoleRequest{})
	must(t, err)
	const empty = `{"cluster":[],"indices":[],"applications":[],"run_as":[],"metadata":{},` +
		`"transient_metadata":{"enabled":true}}`
	if text := mustEncode(t, got.Roles["author"]); strings.TrimSpace(string(text)) != empty {
		t.Errorf("%s", text)
	}
	if len(got.Roles["superuser"].Cluster) == 0 {
		t.Errorf("no built-in roles: %s", got.Raw)
	}
}

func TestPrivilegesOfApplications(t *testing.T) {
	store := openStore(t, ":temporary:")
	metadata := json.RawMessage(`{"z":1.0,"a":null}`)
	edit := Privilege{Actions: []string{"page:edit"}, Metadata: metadata}
	put, err := store.PutPrivileges(ctx, PutPrivilegesRequest{
		Privileges: map[string]map[string]Privilege{"wiki": {"edit": edit}}, Refresh: RefreshTrue,
	})
	must(t, err)
	if !put.Privileges["wiki"]["edit"].Created {
		t.Errorf("%s", put.Raw)
	}
	edit.Application, edit.Name = "wiki", "edit"
	for _, request := range []GetPrivilegesRequest{
		{}, {Application: "wi*"}, {Application: "wiki", Names: []string{"none", "edit"}},
	} {
		got, err := store.GetPrivileges(ctx, request)
		must(t, err)
		if len(got.Privileges) != 1 || !reflect.DeepEqual(got.Privileges["wiki"]["edit"], edit) {
			t.Errorf("%+v: %s", request, got.Raw)
		}
	}
	both := DeletePrivilegesRequest{Application: "wiki", Names: []string{"edit", "none"}}
	deleted, err := store.DeletePrivileges(ctx, both)
	must(t, err)
	if found := deleted.Privileges["wiki"]; !found["edit"].Found || found["none"].Found {
		t.Errorf("%s", deleted.Raw)
	}
	_, err = store.DeletePrivileges(ctx, both)
	var refusal *Error
	if !errors.As(err, &refusal) || !errors.Is(err, ErrNotFound) {
		t.Fatal(err)
	}
	if string(refusal.Body) != `{"wiki":{"edit":{"found":false},"none":{"found":false}}}` {
		t.Error(err)
	}
}

func TestErrorsOfAccess(t *testing.T) {
	store := openStore(t, ":temporary:")
	nobody := loginWith(t, store, "nobody", "none")
	author, check := PutRoleRequest{Name: "author"}, PrivilegesCheck{Cluster: []string{"all"}}
	_, missingRole := store.GetRole(ctx, GetRoleRequest{Names: []string{"author"}})
	_, missingPrivilege := store.GetPrivileges(ctx, GetPrivilegesRequest{Application: "wiki"})
	_, nameless := store.PutRole(ctx, PutRoleRequest{})
	_, reserved := store.PutRole(ctx, PutRoleRequest{Name: "superuser"})
	_, regex := store.PutRole(ctx, PutRoleRequest{Name: "author", Role: Role{RunAs: []string{"/(/"}}})
	big := json.RawMessage(`{"text":"` + strings.Repeat("x", 1<<20) + `"}`)
	_, large := store.PutRole(ctx, PutRoleRequest{Name: "author", Role: Role{Metadata: big}})
	_, noPrivileges := store.PutPrivileges(ctx, PutPrivilegesRequest{})
	_, noUIDs := store.HasPrivileges(ctx, HasPrivilegesRequest{Privileges: check})
	_, noCheck := store.HasPrivileges(ctx, HasPrivilegesRequest{UIDs: []string{"u_nobody_0"}})
	_, another := nobody.UserHasPrivileges(ctx, UserHasPrivilegesRequest{User: "ana", PrivilegesCheck: check})
	_, nothing := nobody.UserHasPrivileges(ctx, UserHasPrivilegesRequest{})
	_, put := nobody.PutRole(ctx, author)
	_, get := nobody.GetRole(ctx, GetRoleRequest{})
	_, putPrivileges := nobody.PutPrivileges(ctx, PutPrivilegesRequest{Privileges: map[string]map[string]Privilege{
		"wiki": {"edit": {Actions: []string{"page:edit"}}},
	}})
	_, getPrivileges := nobody.GetPrivileges(ctx, GetPrivilegesRequest{})
	_, deletePrivileges := nobody.DeletePrivileges(ctx, DeletePrivilegesRequest{Application: "wiki", Names: []string{"edit"}})
	_, has := nobody.HasPrivileges(ctx, HasPrivilegesRequest{UIDs: []string{"u_nobody_0"}, Privileges: check})
	for _, c := range []struct {
		what     string
		err      error
		expected error
	}{
		{"a role that is not there", missingRole, ErrNotFound},
		{"deleting it", store.DeleteRole(ctx, RoleRequest{Name: "author"}), ErrNotFound},
		{"an application that is not there", missingPrivilege, ErrNotFound},
		{"a role without a name", nameless, ErrBadRequest},
		{"a reserved role", reserved, ErrBadRequest},
		{"deleting a reserved role", store.DeleteRole(ctx, RoleRequest{Name: "superuser"}), ErrBadRequest},
		{"a regular expression that is none", regex, ErrBadRequest},
		{"a large role", large, ErrTooLarge},
		{"no privileges", noPrivileges, ErrBadRequest},
		{"no uids", noUIDs, ErrBadRequest},
		{"no question", noCheck, ErrBadRequest},
		{"a question about another user", another, ErrBadRequest},
		{"no question about oneself", nothing, ErrBadRequest},
		{"PutRole", put, ErrForbidden},
		{"GetRole", get, ErrForbidden},
		{"DeleteRole", nobody.DeleteRole(ctx, RoleRequest{Name: "author"}), ErrForbidden},
		{"PutPrivileges", putPrivileges, ErrForbidden},
		{"GetPrivileges", getPrivileges, ErrForbidden},
		{"DeletePrivileges", deletePrivileges, ErrForbidden},
		{"HasPrivileges", has, ErrForbidden},
	} {
		if !errors.Is(c.err, c.expected) {
			t.Errorf("%s: %v, expected %v", c.what, c.err, c.expected)
		}
		if forbidden := c.expected == ErrForbidden; forbidden != errors.Is(c.err, ErrForbidden) {
			t.Errorf("%s and ErrForbidden: %v", c.what, c.err)
		} else if forbidden && !strings.Contains(c.err.Error(), "is unauthorized for user [nobody] with effective roles []") {
			t.Errorf("%s: %v", c.what, c.err)
		}
	}
	got, err := store.GetPrivileges(ctx, GetPrivilegesRequest{})
	if err != nil || len(got.Privileges) != 0 {
		t.Errorf("a refused call has done something: %+v, %v", got, err)
	}
}

func TestWhichOfThesePeople(t *testing.T) {
	store := openStore(t, ":temporary:")
	putAuthor(t, store)
	ana, ben := activateWith(t, store, "ana", "author"), activateWith(t, store, "ben", "reader")
	eva, off := activateWith(t, store, "eva", "author"), activateWith(t, store, "off", "author")
	must(t, store.Disable(ctx, ProfileRequest{UID: off}))
	request := HasPrivilegesRequest{
		UIDs:       []string{eva, "u_nobody_0", ben, ana, off, eva},
		Privileges: PrivilegesCheck{Application: []ApplicationPrivileges{editing}},
	}
	answer, err := store.HasPrivileges(ctx, request)
	must(t, err)
	if !slices.Equal(answer.HasPrivilegeUIDs, []string{eva, ana}) {
		t.Errorf("%s", answer.Raw)
	}
	if e := answer.Errors; e == nil || e.Count != 1 || e.Details["u_nobody_0"].Reason != "profile document not found" {
		t.Errorf("%s", answer.Raw)
	}
	request.UIDs = []string{ben}
	request.Privileges.Index = []IndicesPrivilegesCheck{{Names: []string{"logs-*"}, Privileges: []string{"read"}}}
	answer, err = store.HasPrivileges(ctx, request)
	must(t, err)
	if answer.HasPrivilegeUIDs == nil || len(answer.HasPrivilegeUIDs) != 0 || answer.Errors != nil {
		t.Errorf("%s", answer.Raw)
	}
	request.Privileges = PrivilegesCheck{Cluster: []string{"nonsense"}}
	answer, err = store.HasPrivileges(ctx, request)
	must(t, err)
	if e := answer.Errors; e == nil || e.Count != 1 || !strings.Contains(e.Details[ben].Reason, "[nonsense]") {
		t.Errorf("%s", answer.Raw)
	}
}

func TestWhichOfTenThousandPeople(t *testing.T) {
	const people = 10_000
	config := testConfig(":temporary:")
	config.Durability = DurabilityNone
	store, err := Open(config)
	must(t, err)
	defer store.Close()
	putAuthor(t, store)
	var uids, authors, unknown []string
	for n := range people {
		role := []string{"author", "reader"}[n%2]
		uids = append(uids, activateWith(t, store, fmt.Sprint("user", n), role))
		if role == "author" {
			authors = append(authors, uids[n])
		}
		unknown = append(unknown, fmt.Sprint("u_", n, "_0"))
	}
	check := PrivilegesCheck{Application: []ApplicationPrivileges{editing}}
	answer, err := store.HasPrivileges(ctx, HasPrivilegesRequest{UIDs: append(unknown, uids...), Privileges: check})
	must(t, err)
	if !slices.Equal(answer.HasPrivilegeUIDs, authors) {
		t.Errorf("%d of %d people", len(answer.HasPrivilegeUIDs), len(authors))
	}
	if e := answer.Errors; e == nil || e.Count != people || len(e.Details) != people {
		t.Errorf("not an error for each of %d uids that do not exist", people)
	}
}

func TestOnesOwnPrivileges(t *testing.T) {
	store := openStore(t, ":temporary:")
	putAuthor(t, store)
	ana := loginWith(t, store, "ana", "author")
	check := PrivilegesCheck{
		Cluster:     []string{"monitor"},
		Index:       []IndicesPrivilegesCheck{{Names: []string{"logs"}, Privileges: []string{"read"}}},
		Application: []ApplicationPrivileges{editing},
	}
	for _, user := range []string{"", "ana"} {
		answer, err := ana.UserHasPrivileges(ctx, UserHasPrivilegesRequest{User: user, PrivilegesCheck: check})
		must(t, err)
		expected := UserHasPrivilegesResponse{
			Username:    "ana",
			Cluster:     map[string]bool{"monitor": false},
			Index:       map[string]map[string]bool{"logs": {"read": false}},
			Application: map[string]map[string]map[string]bool{"wiki": {"space/home": {"edit": true}}},
			Answer:      answer.Answer,
		}
		if !reflect.DeepEqual(*answer, expected) {
			t.Errorf("%s", answer.Raw)
		}
	}
	host, err := store.UserHasPrivileges(ctx, UserHasPrivilegesRequest{PrivilegesCheck: check})
	must(t, err)
	if !host.HasAllRequested {
		t.Errorf("%s", host.Raw)
	}
	own, err := ana.GetUserPrivileges(ctx)
	must(t, err)
	if len(own.Cluster) != 0 || len(own.Applications) != 1 || own.Applications[0].Resources[0] != "space/*" {
		t.Errorf("%s", own.Raw)
	}
}

func TestARoleThatChangesCountsForTheNextCall(t *testing.T) {
	path := t.TempDir()
	store, other := openStore(t, path), openStore(t, path)
	reader := Role{Cluster: []string{"read_security"}}
	putRole(t, store, "operator", reader)
	ana := loginWith(t, store, "ana", "operator")
	may := func(expected error) {
		t.Helper()
		if _, err := ana.GetRole(ctx, GetRoleRequest{}); !errors.Is(err, expected) {
			t.Errorf("%v, expected %v", err, expected)
		}
	}
	for _, s := range []*Store{store, other} {
		may(nil)
		putRole(t, s, "operator", Role{})
		may(ErrForbidden)
		putRole(t, s, "operator", reader)
	}
	may(nil)
	must(t, other.DeleteRole(ctx, RoleRequest{Name: "operator"}))
	may(ErrForbidden)
	putRole(t, other, "operator", reader)
	may(nil)
	putUser(t, store, "ana", "reader")
	may(ErrForbidden)
}

func TestWritingBelowSomeNamesOnly(t *testing.T) {
	store := openStore(t, ":temporary:")
	uid := activate(t, store, "ana").UID
	putRole(t, store, "writer", Role{Global: json.RawMessage(`{"profile":{"write":{"applications":["wiki*"]}}}`)})
	writer := loginWith(t, store, "writer", "writer")
	write := func(data string) error {
		return writer.UpdateData(ctx, UpdateDataRequest{UID: uid, Data: json.RawMessage(data)})
	}
	must(t, write(`{"wiki":{"theme":"dark"}}`))
	if err := write(`{"wiki":1,"kibana":1}`); !errors.Is(err, ErrForbidden) {
		t.Error(err)
	}
	if data := string(getOne(t, store, uid).Data); data != `{"wiki":{"theme":"dark"}}` {
		t.Error(data)
	}
}

func TestRunAs(t *testing.T) {
	store := openStore(t, ":temporary:")
	putRole(t, store, "assistant", Role{RunAs: []string{"ben"}})
	ana := loginWith(t, store, "ana", "assistant")
	for _, name := range []string{"ben", "eva"} {
		putUser(t, store, name, "reader")
	}
	runAs := func(s *Store, name string) (json.RawMessage, error) {
		return s.Rest(ctx, RestRequest{
			Method: "GET", Path: "/_security/_authenticate", Headers: map[string]string{"es-security-runas-user": name},
		})
	}
	for name, s := range map[string]*Store{"ben": ana, "eva": store} {
		body, err := runAs(s, name)
		must(t, err)
		who, err := decode[Authentication](body)
		must(t, err)
		if who.Username != name {
			t.Errorf("%s, expected %s", body, name)
		}
	}
	if _, err := runAs(ana, "eva"); !errors.Is(err, ErrForbidden) {
		t.Error(err)
	}
}
