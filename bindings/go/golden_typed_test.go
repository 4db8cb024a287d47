package userprofile

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"sync"
	"testing"
)

// typed is one operation through its typed method.
type typed struct {
	// request decodes a request; it fails when the type has no such member or a member of another type.
	request func(text []byte) (any, error)

	// call returns the answer as it came and as it was understood; both are nil where the method returns an
	// error only.
	call func(s *Store, request any) (raw []byte, answer any, err error)
}

var typedOperations = map[string]typed{
	"activate":     withAnswer((*Store).Activate, func(r *ActivateResponse) ([]byte, any) { return r.Raw, r }),
	"get":          withAnswer((*Store).Get, func(r *GetResponse) ([]byte, any) { return r.Raw, r }),
	"suggest":      withAnswer((*Store).Suggest, func(r *SuggestResponse) ([]byte, any) { return r.Raw, r }),
	"check":        withAnswer(check, func(r *CheckResponse) ([]byte, any) { return r.Raw, r }),
	"put_user":     withAnswer((*Store).PutUser, func(r *PutUserResponse) ([]byte, any) { return r.Raw, r }),
	"get_user":     withAnswer((*Store).GetUser, func(r *GetUserResponse) ([]byte, any) { return r.Raw, r.Users }),
	"authenticate": withAnswer(authenticate, func(r *Authentication) ([]byte, any) { return r.Raw, r }),
	"rest":         withAnswer(rest, func(r *json.RawMessage) ([]byte, any) { return *r, *r }),
	"get_token":    withAnswer((*Store).GetToken, func(r *GetTokenResponse) ([]byte, any) { return r.Raw, r }),
	"invalidate_token": withAnswer((*Store).InvalidateToken,
		func(r *InvalidateTokenResponse) ([]byte, any) { return r.Raw, r }),
	"put_role_mapping": withAnswer((*Store).PutRoleMapping,
		func(r *PutRoleMappingResponse) ([]byte, any) { return r.Raw, r }),
	"get_role_mapping": withAnswer((*Store).GetRoleMapping,
		func(r *GetRoleMappingResponse) ([]byte, any) { return r.Raw, r.RoleMappings }),
	"put_role": withAnswer((*Store).PutRole, func(r *PutRoleResponse) ([]byte, any) { return r.Raw, r }),
	"get_role": withAnswer((*Store).GetRole, func(r *GetRoleResponse) ([]byte, any) { return r.Raw, r.Roles }),
	"put_privileges": withAnswer((*Store).PutPrivileges,
		func(r *PutPrivilegesResponse) ([]byte, any) { return r.Raw, r.Privileges }),
	"get_privileges": withAnswer((*Store).GetPrivileges,
		func(r *GetPrivilegesResponse) ([]byte, any) { return r.Raw, r.Privileges }),
	"delete_privileges": withAnswer((*Store).DeletePrivileges,
		func(r *DeletePrivilegesResponse) ([]byte, any) { return r.Raw, r.Privileges }),
	"has_privileges": withAnswer((*Store).HasPrivileges,
		func(r *HasPrivilegesResponse) ([]byte, any) { return r.Raw, r }),
	"user_has_privileges": withAnswer((*Store).UserHasPrivileges,
		func(r *UserHasPrivilegesResponse) ([]byte, any) { return r.Raw, r }),
	"get_user_privileges": withAnswer(getUserPrivileges,
		func(r *GetUserPrivilegesResponse) ([]byte, any) { return r.Raw, r }),
	"update_data":         withError((*Store).UpdateData),
	"delete_role":         withError((*Store).DeleteRole),
	"delete_role_mapping": withError((*Store).DeleteRoleMapping),
	"enable":              withError((*Store).Enable),
	"disable":             withError((*Store).Disable),
	"delete_user":         withError((*Store).DeleteUser),
	"change_password":     withError((*Store).ChangePassword),
	"enable_user":         withError((*Store).EnableUser),
	"disable_user":        withError((*Store).DisableUser),
}

func authenticate(s *Store, ctx context.Context, _ struct{}) (*Authentication, error) {
	return s.Authenticate(ctx)
}

func check(s *Store, ctx context.Context, _ struct{}) (*CheckResponse, error) {
	return s.Check(ctx)
}

func getUserPrivileges(s *Store, ctx context.Context, _ struct{}) (*GetUserPrivilegesResponse, error) {
	return s.GetUserPrivileges(ctx)
}

func rest(s *Store, ctx context.Context, request RestRequest) (*json.RawMessage, error) {
	body, err := s.Rest(ctx, request)
	return &body, err
}

func withAnswer[Request, Response any](
	method func(*Store, context.Context, Request) (*Response, error), show func(*Response) ([]byte, any),
) typed {
	return typed{decodeRequest[Request], func(s *Store, request any) ([]byte, any, error) {
		response, err := method(s, context.Background(), request.(Request))
		if err != nil {
			return nil, nil, err
		}
		raw, answer := show(response)
		return raw, answer, nil
	}}
}

func withError[Request any](method func(*Store, context.Context, Request) error) typed {
	return typed{decodeRequest[Request], func(s *Store, request any) ([]byte, any, error) {
		return nil, nil, method(s, context.Background(), request.(Request))
	}}
}

func decodeRequest[Request any](text []byte) (any, error) {
	var request Request
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&request)
	return request, err
}

// Why a step is sent as text. What succeeds, the types can say: noSuchMember and leftOut are for what is refused.
const (
	exactText    = "the case is about the text of the request"
	noSuchMember = "the type has no such member, or a member of another type"
	leftOut      = "the type leaves out a value that the request gives"
	otherRefresh = "Refresh is true, false or wait_for, as a string"
	otherOrder   = "the type sorts the privileges, and the answer has the order of the request"
)

// typedRequest is the request of a step in its operation's type, or the reason why there is none.
func typedRequest(t *testing.T, step goldenStep) (request any, reason string) {
	if step.Request == nil {
		return nil, exactText
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(step.Request, &members) != nil {
		return nil, noSuchMember
	}
	if refresh := string(members["refresh"]); refresh == "true" || refresh == "false" || refresh == `""` {
		return nil, otherRefresh
	}
	oneForm(t, step.Call, members)
	request, reason = decodeWhole(t, typedOperations[step.Call].request, mustEncode(t, members))
	if put, is := request.(PutPrivilegesRequest); is && !bytes.Equal(compact(t, step.Request), compact(t, mustEncode(t, put))) {
		return nil, otherOrder
	}
	return request, reason
}

// decodeWhole decodes a text, or tells why the type cannot say what it says.
func decodeWhole(t *testing.T, decode func([]byte) (any, error), text []byte) (value any, reason string) {
	value, err := decode(text)
	if err != nil {
		return nil, noSuchMember
	}
	if !sameValue(t, text, mustEncode(t, value)) {
		return nil, leftOut
	}
	return value, ""
}

// Members that may be a comma list or a single string, and members that have another name too.
var (
	lists = map[string][]string{
		"get": {"uid", "data"}, "suggest": {"data"}, "get_user": {"username"}, "get_role_mapping": {"name"}, "get_role": {"name"},
		"get_privileges": {"name"}, "delete_privileges": {"name"}, "has_privileges": {"uids"},
	}
	otherNames = map[string]map[string]string{
		"put_role":            {"index": "indices", "application": "applications"},
		"user_has_privileges": {"applications": "application"},
	}
)

// oneForm gives a request the one form that its type has, where the operation takes several.
func oneForm(t *testing.T, operation string, members map[string]json.RawMessage) {
	for _, name := range lists[operation] {
		makeList(t, members, name)
	}
	for other, name := range otherNames[operation] {
		if value, found := members[other]; found {
			members[name] = value
			delete(members, other)
		}
	}
	switch operation {
	case "put_role":
		delete(members, "type") // which the library does not look at
	case "has_privileges", "suggest":
		for _, name := range []string{"privileges", "required_privileges"} {
			change(t, members, name, func(check map[string]json.RawMessage) {
				oneForm(t, "user_has_privileges", check)
			})
		}
		for _, name := range []string{"size", "from"} {
			if number := bytes.Trim(members[name], `"`); json.Valid(number) {
				members[name] = number
			}
		}
		change(t, members, "hint", func(hint map[string]json.RawMessage) {
			makeList(t, hint, "uids")
			change(t, hint, "labels", func(labels map[string]json.RawMessage) {
				for key := range labels {
					makeList(t, labels, key)
				}
			})
		})
		for name, standard := range map[string]string{"name": `""`, "from": "0", "explain": "false"} {
			if string(members[name]) == standard {
				delete(members, name)
			}
		}
	}
	for _, name := range []string{"index", "indices", "remote_indices"} {
		change(t, members, name, func(entries []map[string]json.RawMessage) {
			for _, entry := range entries {
				makeList(t, entry, "names")
				if query := entry["query"]; len(query) > 0 && query[0] == '{' {
					entry["query"] = mustEncode(t, string(compact(t, query)))
				}
			}
		})
	}
}

func makeList(t *testing.T, members map[string]json.RawMessage, name string) {
	if text := members[name]; len(text) > 0 && text[0] == '"' {
		members[name] = mustEncode(t, []json.RawMessage{text})
	}
}

// change changes a member, if it is there and of the type.
func change[T any](t *testing.T, members map[string]json.RawMessage, name string, do func(T)) {
	var value T
	if json.Unmarshal(members[name], &value) == nil {
		do(value)
		members[name] = mustEncode(t, value)
	}
}

func mustEncode(t *testing.T, value any) []byte {
	t.Helper()
	text, err := encode(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sameValue compares documents as values with exact numbers. A member that has its default is as good as
// none.
func sameValue(t *testing.T, a, b []byte) bool {
	t.Helper()
	return reflect.DeepEqual(parse(t, a), parse(t, b))
}

func parse(t *testing.T, text []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	dropDefaults(value)
	return value
}

var defaults = map[string]any{
	"full_name": nil, "email": nil, "with_profile_uid": false, "allow_restricted_indices": false,
}

func dropDefaults(value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if standard, found := defaults[name]; found && member == standard {
				delete(value, name)
			}
			dropDefaults(member)
		}
	case []any:
		for _, element := range value {
			dropDefaults(element)
		}
	}
}

func TestGoldenTyped(t *testing.T) {
	typedSteps, textSteps, typedConfigs := &counts{}, &counts{}, &counts{}
	open := func(t *testing.T, text []byte) (*Store, error) {
		config, reason := decodeWhole(t, decodeRequest[Config], text)
		if reason != "" {
			typedConfigs.add("text: " + reason)
			return OpenJSON(text)
		}
		typedConfigs.add("typed")
		return Open(config.(Config))
	}
	perform := func(t *testing.T, on *Store, step goldenStep) ([]byte, error) {
		request, reason := typedRequest(t, step)
		if reason != "" {
			if step.Status == 0 && (reason == noSuchMember || reason == leftOut) {
				t.Errorf("a request that succeeds cannot be typed: %s", reason)
			}
			textSteps.add(reason)
			return callAsText(on, step)
		}
		typedSteps.add(step.Call)
		raw, answer, err := typedOperations[step.Call].call(on, request)
		if err == nil && raw == nil {
			raw = step.Response // not to be had from this method
		}
		if answer != nil && !sameValue(t, raw, mustEncode(t, answer)) {
			t.Errorf("answered\n%s, understood\n%s", raw, mustEncode(t, answer))
		}
		return raw, err
	}
	cases := goldenCases(t)
	t.Run("cases", func(t *testing.T) {
		for _, c := range cases {
			t.Run(c.Name, func(t *testing.T) {
				t.Parallel()
				c.replay(t,
					func(config []byte) (*Store, error) { return open(t, config) },
					func(on *Store, step goldenStep) ([]byte, error) { return perform(t, on, step) })
			})
		}
	})
	for operation := range operations {
		if typedSteps.of[operation] == 0 {
			t.Errorf("no golden step of %s went through its typed method", operation)
		}
	}
	t.Logf("configurations %v, typed steps %v, steps sent as text %v", typedConfigs.of, typedSteps.of, textSteps.of)
}

// counts counts things by name, from any goroutine.
type counts struct {
	mu sync.Mutex
	of map[string]int
}

func (c *counts) add(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[string]int{}
	}
	c.of[name]++
}
