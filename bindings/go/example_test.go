package userprofile_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"maps"
	"slices"
	"time"

	userprofile "libuserprofile/bindings/go"
)

var ctx = context.Background()

// openExample opens a private store whose clock stands still, with one person in it.
func openExample() (*userprofile.Store, string) {
	store, err := userprofile.Open(userprofile.Config{
		Path:   ":temporary:",
		Realms: &userprofile.Realms{External: map[string]userprofile.ExternalRealm{"sso": {Type: "saml"}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := store.SetClock(func() time.Time { return time.UnixMilli(1700000000000) }); err != nil {
		log.Fatal(err)
	}
	profile, err := store.Activate(ctx, userprofile.ActivateRequest{
		GrantType: userprofile.GrantAuthentication,
		Authentication: &userprofile.Authentication{
			Username:            "ana",
			Roles:               []string{"editor"},
			AuthenticationRealm: &userprofile.Realm{Name: "sso", Type: "saml"},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	return store, profile.UID
}

// A store with users of its own: create one, and activate the profile with the password.
func Example() {
	store, err := userprofile.Open(userprofile.Config{Path: ":temporary:"})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	_, err = store.PutUser(ctx, userprofile.PutUserRequest{
		Username: "jacknich",
		Password: userprofile.Ptr("l0ng-r4nd0m-p@ssw0rd"),
		Roles:    []string{"admin", "other_role1"},
		FullName: userprofile.Ptr("Jack Nicholson"),
	})
	if err != nil {
		log.Fatal(err)
	}
	profile, err := store.Activate(ctx, userprofile.ActivateRequest{
		GrantType: userprofile.GrantPassword,
		Username:  "jacknich",
		Password:  "l0ng-r4nd0m-p@ssw0rd",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(profile.UID, *profile.User.FullName, profile.User.Roles)
	// Output: u_79HkWkwmnBH5gqFKwoxggWPjEBOur1zLPXQPEl1VBW0_0 Jack Nicholson [admin other_role1]
}

// The host program has authenticated the user itself and says so. The realm must be one of the
// configuration.
func ExampleStore_Activate() {
	store, err := userprofile.Open(userprofile.Config{
		Path:   ":temporary:",
		Realms: &userprofile.Realms{External: map[string]userprofile.ExternalRealm{"sso": {Type: "saml"}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	profile, err := store.Activate(ctx, userprofile.ActivateRequest{
		GrantType: userprofile.GrantAuthentication,
		Authentication: &userprofile.Authentication{
			Username:            "ana",
			Roles:               []string{"editor"},
			Email:               userprofile.Ptr("ana@example.com"),
			AuthenticationRealm: &userprofile.Realm{Name: "sso", Type: "saml"},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(profile.User.Username, *profile.User.Email, profile.User.RealmName, profile.Enabled)
	// Output: ana ana@example.com sso true
}

// Data is read by paths. A uid that does not exist is not a failure.
func ExampleStore_Get() {
	store, uid := openExample()
	defer store.Close()
	err := store.UpdateData(ctx, userprofile.UpdateDataRequest{
		UID:  uid,
		Data: json.RawMessage(`{"app1":{"theme":"dark","font":"large"},"app2":{"seen":[1,2]}}`),
	})
	if err != nil {
		log.Fatal(err)
	}
	response, err := store.Get(ctx, userprofile.GetRequest{
		UIDs: []string{uid, "u_nobody_0"},
		Data: []string{"app1.theme", "app2"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", response.Profiles[0].Data)
	fmt.Println(response.Errors.Details["u_nobody_0"].Reason)
	// Output:
	// {"app1":{"theme":"dark"},"app2":{"seen":[1,2]}}
	// profile document not found
}

// Two writers read the same version; the second one to write is told.
func ExampleStore_UpdateData() {
	store, uid := openExample()
	defer store.Close()
	response, err := store.Get(ctx, userprofile.GetRequest{UIDs: []string{uid}})
	if err != nil {
		log.Fatal(err)
	}
	version := response.Profiles[0].Doc
	for _, theme := range []string{`"dark"`, `"light"`} {
		err := store.UpdateData(ctx, userprofile.UpdateDataRequest{
			UID:           uid,
			Data:          json.RawMessage(`{"app1":{"theme":` + theme + `}}`),
			IfSeqNo:       &version.SeqNo,
			IfPrimaryTerm: &version.PrimaryTerm,
		})
		switch {
		case err == nil:
			fmt.Println(theme, "is written")
		case errors.Is(err, userprofile.ErrConflict):
			fmt.Println(theme, "is late: read again")
		default:
			log.Fatal(err)
		}
	}
	// Output:
	// "dark" is written
	// "light" is late: read again
}

// People by what somebody types, with what to highlight.
func ExampleStore_Suggest() {
	store, _ := openExample()
	defer store.Close()
	for username, name := range map[string]string{"zoe": "Zoë Ångström", "jose": "José García"} {
		_, err := store.Activate(ctx, userprofile.ActivateRequest{
			GrantType: userprofile.GrantAuthentication,
			Authentication: &userprofile.Authentication{
				Username:            username,
				FullName:            &name,
				Roles:               []string{"editor"},
				AuthenticationRealm: &userprofile.Realm{Name: "sso", Type: "saml"},
			},
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	answer, err := store.Suggest(ctx, userprofile.SuggestRequest{Name: "jozé gar", Explain: true})
	if err != nil {
		log.Fatal(err)
	}
	for _, profile := range answer.Profiles {
		name := []rune(*profile.User.FullName)
		for _, match := range profile.Explain.Matches {
			if match.Field == "full_name" {
				fmt.Println(match.Kind, string(name[match.Range[0]:match.Range[1]]))
			}
		}
	}
	// Output:
	// typo José
	// prefix Gar
}

// A disabled profile is still there; the user's next activation enables it.
func ExampleStore_Disable() {
	store, uid := openExample()
	defer store.Close()
	if err := store.Disable(ctx, userprofile.ProfileRequest{UID: uid}); err != nil {
		log.Fatal(err)
	}
	response, err := store.Get(ctx, userprofile.GetRequest{UIDs: []string{uid}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.Profiles[0].Enabled)
	// Output: false
}

// A Store for one user may do what the user may. The role superuser may do everything.
func ExampleStore_Login() {
	store, uid := openExample()
	defer store.Close()
	_, err := store.PutUser(ctx, userprofile.PutUserRequest{
		Username: "joe",
		Password: userprofile.Ptr("correct horse"),
		Roles:    []string{"reader"},
	})
	if err != nil {
		log.Fatal(err)
	}
	joe, err := store.Login(ctx, userprofile.LoginRequest{Username: "joe", Password: "correct horse"})
	if err != nil {
		log.Fatal(err)
	}
	defer joe.Close()
	who, err := joe.Authenticate(ctx)
	if err != nil {
		log.Fatal(err)
	}
	err = joe.Disable(ctx, userprofile.ProfileRequest{UID: uid})
	fmt.Println(who.Username, who.Roles, errors.Is(err, userprofile.ErrForbidden))
	// Output: joe [reader] true
}

// The host program answers for the users of a realm, here from a map; a role mapping gives them roles by group.
func ExampleStore_SetAuthenticator() {
	store, _ := openExample()
	defer store.Close()
	passwords := map[string]string{"ana": "correct horse"}
	err := store.SetAuthenticator("sso", func(c userprofile.Credentials) (*userprofile.ExternalUser, error) {
		if password, known := passwords[c.Username]; !known || c.Password != password {
			return nil, nil
		}
		return &userprofile.ExternalUser{FullName: userprofile.Ptr("Ana Example"), Groups: []string{"staff"}}, nil
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = store.PutRoleMapping(ctx, userprofile.PutRoleMappingRequest{
		Name:  "staff",
		Roles: []string{"reader"},
		Rules: json.RawMessage(`{"field":{"groups":"staff"}}`),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, password := range []string{"correct horse", "wrong"} {
		profile, err := store.Activate(ctx, userprofile.ActivateRequest{
			GrantType: userprofile.GrantPassword, Username: "ana", Password: password,
		})
		switch {
		case err == nil:
			fmt.Println(profile.User.RealmName, *profile.User.FullName, profile.User.Roles)
		case errors.Is(err, userprofile.ErrUnauthenticated):
			fmt.Println("refused")
		default:
			log.Fatal(err)
		}
	}
	// Output:
	// sso Ana Example [reader]
	// refused
}

// An access token stands for the password for a while. A refresh token gives the next one, until it is
// invalidated.
func ExampleStore_GetToken() {
	store, _ := openExample()
	defer store.Close()
	_, err := store.PutUser(ctx, userprofile.PutUserRequest{
		Username: "joe",
		Password: userprofile.Ptr("correct horse"),
		Roles:    []string{"reader"},
	})
	if err != nil {
		log.Fatal(err)
	}
	token, err := store.GetToken(ctx, userprofile.GetTokenRequest{
		GrantType: userprofile.GrantPassword, Username: "joe", Password: "correct horse",
	})
	if err != nil {
		log.Fatal(err)
	}
	joe, err := store.Login(ctx, userprofile.LoginRequest{AccessToken: token.AccessToken})
	if err != nil {
		log.Fatal(err)
	}
	defer joe.Close()
	fmt.Println(token.Type, token.ExpiresIn, token.Authentication.Username)
	_, err = store.InvalidateToken(ctx, userprofile.InvalidateTokenRequest{RefreshToken: token.RefreshToken})
	if err != nil {
		log.Fatal(err)
	}
	_, err = store.GetToken(ctx, userprofile.GetTokenRequest{
		GrantType: userprofile.GrantRefreshToken, RefreshToken: token.RefreshToken,
	})
	fmt.Println(errors.Is(err, userprofile.ErrInvalidGrant))
	// Output:
	// Bearer 1200 joe
	// true
}

// Which of these people may do this? An application names what can be done in it, roles allow that on some of its
// resources.
func ExampleStore_HasPrivileges() {
	store, ana := openExample() // who has the role editor
	defer store.Close()
	_, err := store.PutPrivileges(ctx, userprofile.PutPrivilegesRequest{
		Privileges: map[string]map[string]userprofile.Privilege{"wiki": {"write": {Actions: []string{"page:write"}}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = store.PutRole(ctx, userprofile.PutRoleRequest{
		Name: "wiki_author",
		Role: userprofile.Role{Applications: []userprofile.ApplicationPrivileges{
			{Application: "wiki", Privileges: []string{"write"}, Resources: []string{"space/home/*"}},
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	people := map[string]string{ana: "ana"}
	for username, role := range map[string]string{"ben": "wiki_author", "eva": "superuser"} {
		profile, err := store.Activate(ctx, userprofile.ActivateRequest{
			GrantType: userprofile.GrantAuthentication,
			Authentication: &userprofile.Authentication{
				Username:            username,
				Roles:               []string{role},
				AuthenticationRealm: &userprofile.Realm{Name: "sso", Type: "saml"},
			},
		})
		if err != nil {
			log.Fatal(err)
		}
		people[profile.UID] = username
	}
	answer, err := store.HasPrivileges(ctx, userprofile.HasPrivilegesRequest{
		UIDs: slices.Collect(maps.Keys(people)),
		Privileges: userprofile.PrivilegesCheck{Application: []userprofile.ApplicationPrivileges{
			{Application: "wiki", Privileges: []string{"write"}, Resources: []string{"space/home/start"}},
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, uid := range answer.HasPrivilegeUIDs {
		fmt.Println(people[uid], "may write")
	}
	// Unordered output:
	// ben may write
	// eva may write
}

// JSON in, JSON out, nothing parsed on the way.
func ExampleStore_Call() {
	store, uid := openExample()
	defer store.Close()
	request := []byte(`{"uid":"` + uid + `","data":{"app1":{"count":1.0}}}`)
	answer, err := store.Call(ctx, "update_data", request)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", answer)
	// Output: {"acknowledged":true}
}

// What was written against Elasticsearch's REST interface works unchanged.
func ExampleStore_Rest() {
	store, uid := openExample()
	defer store.Close()
	body, err := store.Rest(ctx, userprofile.RestRequest{
		Method: "PUT",
		Path:   "/_security/profile/" + uid + "/_data?refresh=wait_for",
		Body:   json.RawMessage(`{"labels":{"direction":"east"}}`),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", body)
	// Output: {"acknowledged":true}
}

// The store's messages go where the program's own go.
func ExampleStore_SetLogger() {
	store, _ := openExample()
	defer store.Close()
	err := store.SetLogger(func(level slog.Level, message string) {
		slog.Log(ctx, level, message, "component", "userprofile")
	})
	fmt.Println(err)
	// Output: <nil>
}

// Every refusal carries the status, type and reason that Elasticsearch gives.
func ExampleError() {
	store, _ := openExample()
	defer store.Close()
	err := store.Enable(ctx, userprofile.ProfileRequest{UID: "u_nobody_0"})
	var refusal *userprofile.Error
	if errors.As(err, &refusal) {
		fmt.Println(refusal.Status, refusal.Type)
		fmt.Println(refusal.Reason)
	}
	// Output:
	// 404 document_missing_exception
	// [profile_u_nobody_0]: document missing
}
