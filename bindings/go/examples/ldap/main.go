// Command ldap authenticates people against an LDAP directory: each keeps one uid, whether a password of the
// directory, one of the store or an access token proves who it is. ../../../../tests/ldap/README.md describes
// the directory that it expects.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/go-ldap/ldap/v3"

	userprofile "libuserprofile/bindings/go"
)

// directory is an LDAP directory with people in ou=people and groups in ou=groups.
type directory struct {
	url, base string
}

// patience is how long the directory may take to answer.
const patience = 10 * time.Second

// authenticate is the store's authenticator.
func (d directory) authenticate(credentials userprofile.Credentials) (*userprofile.ExternalUser, error) {
	// To a directory a name without a password is anonymous, which proves nothing (RFC 4513, 5.1.2).
	if credentials.Username == "" || credentials.Password == "" {
		return nil, nil
	}
	connection, err := ldap.DialURL(d.url, ldap.DialWithDialer(&net.Dialer{Timeout: patience}))
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	connection.SetTimeout(patience)
	dn := "uid=" + ldap.EscapeDN(credentials.Username) + ",ou=people," + d.base
	switch err := connection.Bind(dn, credentials.Password); {
	case ldap.IsErrorAnyOf(err, ldap.LDAPResultInvalidCredentials,
		ldap.LDAPResultInappropriateAuthentication, ldap.LDAPResultNoSuchObject):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return d.read(connection, credentials.Username, dn)
}

// read returns the person who is bound to the connection.
func (d directory) read(connection *ldap.Conn, name, dn string) (*userprofile.ExternalUser, error) {
	people, err := search(connection, dn, ldap.ScopeBaseObject, "(objectClass=*)", "cn", "mail")
	if err != nil {
		return nil, err
	}
	if len(people) != 1 {
		return nil, fmt.Errorf("%d entries at %s", len(people), dn)
	}
	filter := "(member=" + ldap.EscapeFilter(dn) + ")"
	groups, err := search(connection, "ou=groups,"+d.base, ldap.ScopeWholeSubtree, filter, "1.1") // no attributes
	if err != nil {
		return nil, err
	}
	user := &userprofile.ExternalUser{
		Username: name,
		FullName: attribute(people[0], "cn"),
		Email:    attribute(people[0], "mail"),
		DN:       dn,
	}
	for _, group := range groups {
		user.Groups = append(user.Groups, group.DN)
	}
	return user, nil
}

func search(connection *ldap.Conn, base string, scope int, filter string, attributes ...string) ([]*ldap.Entry, error) {
	result, err := connection.Search(
		ldap.NewSearchRequest(base, scope, ldap.NeverDerefAliases, 0, 0, false, filter, attributes, nil))
	if err != nil {
		return nil, err
	}
	return result.Entries, nil
}

// attribute returns the first value of an attribute, or nil.
func attribute(entry *ldap.Entry, name string) *string {
	if values := entry.GetAttributeValues(name); len(values) > 0 {
		return &values[0]
	}
	return nil
}

func main() {
	d := directory{os.Getenv("USERPROFILE_LDAP_URL"), os.Getenv("USERPROFILE_LDAP_BASE")}
	if err := d.tour(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ok")
}

// tour fails where something else happens than it says.
func (d directory) tour(ctx context.Context) error {
	if d.url == "" || d.base == "" {
		return errors.New("USERPROFILE_LDAP_URL and USERPROFILE_LDAP_BASE must be set")
	}
	store, err := d.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	token, err := store.GetToken(ctx, userprofile.GetTokenRequest{
		GrantType: userprofile.GrantPassword, Username: "ana", Password: "ldap-ana-1",
	})
	if err != nil {
		return err
	}
	const inLDAP = `{"username":"ana","roles":["editor"],"realm_name":"ldap1","realm_domain":"people",` +
		`"email":"ana@example.org","full_name":"Ana Example"}`
	const inStore = `{"username":"ana","roles":[],"realm_name":"native1","realm_domain":"people"}`
	const zoe = "zo\u00eb"
	const zoeInLDAP = `{"username":"` + zoe + `","roles":[],"realm_name":"ldap1","realm_domain":"people",` +
		`"full_name":"` + "Zo\u00eb Gr\u00fc\u00dfe" + `"}`
	uids := map[string]string{}
	for _, way := range []struct {
		in       userprofile.ActivateRequest
		expected string
	}{
		{password("ana", "ldap-ana-1"), inLDAP},
		{password("ana", "native-ana-1"), inStore},
		{userprofile.ActivateRequest{GrantType: userprofile.GrantAccessToken, AccessToken: token.AccessToken}, inLDAP},
		{password(zoe, "ldap-stra\u00dfe-2"), zoeInLDAP},
	} {
		profile, err := store.Activate(ctx, way.in)
		if err != nil {
			return err
		}
		if user, err := json.Marshal(profile.User); err != nil || string(user) != way.expected {
			return fmt.Errorf("expected %s, got %s", way.expected, user)
		}
		name := profile.User.Username
		if uid, known := uids[name]; known && uid != profile.UID {
			return fmt.Errorf("%s has two uids: %s and %s", name, uid, profile.UID)
		}
		uids[name] = profile.UID
	}
	if uids["ana"] == uids[zoe] {
		return fmt.Errorf("one uid for two: %s", uids[zoe])
	}
	return refusals(ctx, store)
}

// open opens a store that asks the directory, where its editors have the role "editor".
func (d directory) open(ctx context.Context) (*userprofile.Store, error) {
	store, err := userprofile.Open(userprofile.Config{
		Path: ":temporary:",
		Realms: &userprofile.Realms{
			Native:   map[string]userprofile.NativeRealm{"native1": {Order: 0}},
			External: map[string]userprofile.ExternalRealm{"ldap1": {Order: 1, Type: "ldap"}},
		},
		Domains: map[string]userprofile.Domain{"people": {Realms: []string{"native1", "ldap1"}}},
	})
	if err != nil {
		return nil, err
	}
	rules, err := json.Marshal(map[string]any{"field": map[string]any{"groups": "cn=editors,ou=groups," + d.base}})
	if err == nil {
		_, err = store.PutRoleMapping(ctx, userprofile.PutRoleMappingRequest{
			Name: "editors", Roles: []string{"editor"}, Rules: rules,
		})
	}
	if err == nil {
		_, err = store.PutUser(ctx, userprofile.PutUserRequest{
			Username: "ana", Password: userprofile.Ptr("native-ana-1"), Roles: []string{},
		})
	}
	if err == nil {
		err = store.SetAuthenticator("ldap1", d.authenticate)
	}
	if err != nil {
		store.Close()
		return nil, err
	}
	return store, nil
}

func password(name, password string) userprofile.ActivateRequest {
	return userprofile.ActivateRequest{GrantType: userprofile.GrantPassword, Username: name, Password: password}
}

func refusals(ctx context.Context, store *userprofile.Store) error {
	for name, secret := range map[string]string{
		"ana": "wrong-password", "dan": "ldap-dan-1", "nobody": "ldap-ana-1", "ana,ou=people": "ldap-ana-1",
	} {
		_, err := store.Activate(ctx, password(name, secret))
		if !errors.Is(err, userprofile.ErrUnauthenticated) {
			return fmt.Errorf("%s with %s: %v", name, secret, err)
		}
	}
	_, err := store.Rest(ctx, userprofile.RestRequest{
		Method:  "GET",
		Path:    "/_security/_authenticate",
		Headers: map[string]string{"authorization": "Basic YW5hOg=="},
	})
	if !errors.Is(err, userprofile.ErrUnauthenticated) {
		return fmt.Errorf("ana without a password: %v", err)
	}
	return nil
}
