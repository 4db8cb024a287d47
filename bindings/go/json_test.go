package userprofile

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestDataKeepsItsText(t *testing.T) {
	store := openStore(t, ":temporary:")
	uid := activate(t, store, "ana").UID
	data := `{"app":{"z":1.0,"a":1e400,"big":1180591620717411303424,"html":"<b>&\u00e9\u2028</b>","slash":"\/"}}`
	spaced := strings.NewReplacer(":", " : ", ",", ",\n").Replace(data)
	update := UpdateDataRequest{UID: uid, Labels: json.RawMessage(data), Data: json.RawMessage(spaced)}
	must(t, store.UpdateData(ctx, update))
	profile := getOne(t, store, uid)
	if string(profile.Labels) != data || string(profile.Data) != data {
		t.Errorf("labels %s\ndata   %s\nwere   %s", profile.Labels, profile.Data, data)
	}
}

func TestZeroAndAbsentAreToldApart(t *testing.T) {
	requests := map[string]any{
		`{}`:                                  UpdateDataRequest{},
		`{"if_seq_no":0,"if_primary_term":1}`: UpdateDataRequest{IfSeqNo: Ptr[int64](0), IfPrimaryTerm: Ptr[int64](1)},
		`{"data":null}`:                       UpdateDataRequest{Data: json.RawMessage("null")},
		`{"username":"a"}`:                    PutUserRequest{Username: "a"},
		`{"roles":[],"full_name":"","enabled":false}`: PutUserRequest{Roles: []string{}, FullName: Ptr(""), Enabled: Ptr(false)},
		`{"uid":[],"data":[]}`:                        GetRequest{UIDs: []string{}, Data: []string{}},
		`{"path":"p","create":false}`:                 Config{Path: "p", Create: Ptr(false)},
	}
	for expected, request := range requests {
		text, err := encode(request)
		must(t, err)
		if strings.TrimSpace(string(text)) != expected {
			t.Errorf("%s, expected %s", text, expected)
		}
	}
}

func TestConditionsOnVersionZero(t *testing.T) {
	store := openStore(t, ":temporary:")
	profile := activate(t, store, "ana")
	if profile.Doc.SeqNo != 0 {
		t.Fatalf("the first write of a store: %s", profile.Raw)
	}
	update := UpdateDataRequest{
		UID:           profile.UID,
		Data:          json.RawMessage(`{"app":1}`),
		IfSeqNo:       &profile.Doc.SeqNo,
		IfPrimaryTerm: &profile.Doc.PrimaryTerm,
	}
	must(t, store.UpdateData(ctx, update))
	if err := store.UpdateData(ctx, update); !errors.Is(err, ErrConflict) {
		t.Errorf("the second update with one version: %v", err)
	}
}

func TestRequestsThatAreNotJSON(t *testing.T) {
	store := openStore(t, ":temporary:")
	secret := "secret\xff"
	_, get := store.Get(ctx, GetRequest{UIDs: []string{"u", secret}})
	_, login := store.Login(ctx, LoginRequest{Username: "ana", Password: secret})
	_, put := store.PutUser(ctx, PutUserRequest{Username: "ana", Password: &secret})
	_, rest := store.Rest(ctx, RestRequest{Headers: map[string]string{"authorization": secret}})
	_, name := store.Rest(ctx, RestRequest{Headers: map[string]string{secret: ""}})
	_, nested := store.Activate(ctx, asserted(secret))
	raw := store.UpdateData(ctx, UpdateDataRequest{UID: "u", Data: json.RawMessage(`{"app":"` + secret + `"}`)})
	cut := store.UpdateData(ctx, UpdateDataRequest{UID: "u", Data: json.RawMessage(`{"app":`)})
	empty := store.UpdateData(ctx, UpdateDataRequest{UID: "u", Data: json.RawMessage{}})
	_, unknown := store.Call(ctx, "make_coffee", nil)
	for what, err := range map[string]error{
		"in a list": get, "in a string": login, "behind a pointer": put, "in a map": rest, "as a key": name,
		"nested": nested, "in raw JSON": raw, "cut off": cut, "empty": empty, "unknown operation": unknown,
	} {
		if !errors.Is(err, ErrBadRequest) {
			t.Errorf("%s: %v", what, err)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the text of the request is in the error: %v", what, err)
		}
	}
}

func TestRawKeepsUnknownMembers(t *testing.T) {
	text := `{"profiles":[{"uid":"u","of_a_later_version":true}],"more":1}`
	response, err := decode[GetResponse]([]byte(text))
	must(t, err)
	if string(response.Raw) != text || response.Profiles[0].UID != "u" {
		t.Errorf("%+v", response)
	}
	if _, err := decode[GetResponse]([]byte(`{"profiles":{}}`)); err == nil {
		t.Error("an answer of another form was read")
	}
}

func TestErrors(t *testing.T) {
	store := openStore(t, ":temporary:")
	err := store.Enable(ctx, ProfileRequest{UID: "u_nobody_0"})
	var refusal *Error
	if !errors.As(err, &refusal) || !errors.Is(err, ErrNotFound) || errors.Is(err, ErrConflict) {
		t.Fatal(err)
	}
	const kind, reason = "document_missing_exception", "[profile_u_nobody_0]: document missing"
	if refusal.Status != 404 || refusal.Type != kind || refusal.Reason != reason {
		t.Errorf("%+v", refusal)
	}
	if !strings.Contains(string(refusal.Body), `"root_cause"`) {
		t.Errorf("not the whole answer: %s", refusal.Body)
	}
	if err.Error() != "userprofile: status 404: "+kind+": "+reason {
		t.Error(err)
	}
}

func TestErrorsWithAFormOfTheirOwn(t *testing.T) {
	store := openStore(t, ":temporary:")
	deleted := store.DeleteUser(ctx, UserRequest{Username: "nobody"})
	_, got := store.GetUser(ctx, GetUserRequest{Usernames: []string{"nobody"}})
	for body, err := range map[string]error{`{"found":false}`: deleted, `{}`: got} {
		var refusal *Error
		if !errors.As(err, &refusal) || string(refusal.Body) != body || refusal.Type != "" {
			t.Errorf("expected %s: %v", body, err)
		} else if !errors.Is(err, ErrNotFound) || err.Error() != "userprofile: status 404: "+body {
			t.Error(err)
		}
	}
	_, method := store.Rest(ctx, RestRequest{Method: "PATCH", Path: "/_security/_authenticate"})
	var refusal *Error
	if !errors.As(method, &refusal) || refusal.Status != 405 {
		t.Error(method)
	}
}
