package userprofile

import (
	"errors"
	"testing"
	"time"
)

var anaByPassword = GetTokenRequest{GrantType: GrantPassword, Username: "ana", Password: "correct horse"}

func refresh(token string) GetTokenRequest {
	return GetTokenRequest{GrantType: GrantRefreshToken, RefreshToken: token}
}

func TestTokens(t *testing.T) {
	store := openStore(t, ":temporary:")
	putUser(t, store, "ana", "reader")
	first, err := store.GetToken(ctx, anaByPassword)
	must(t, err)
	if first.Type != "Bearer" || first.ExpiresIn != 1200 || first.Authentication.Username != "ana" {
		t.Errorf("%s", first.Raw)
	}
	byPassword, err := store.Activate(ctx, ActivateRequest{
		GrantType: GrantPassword, Username: "ana", Password: "correct horse",
	})
	must(t, err)
	byToken, err := store.Activate(ctx, ActivateRequest{GrantType: GrantAccessToken, AccessToken: first.AccessToken})
	must(t, err)
	if byToken.UID != byPassword.UID {
		t.Errorf("%s by token, %s by password", byToken.UID, byPassword.UID)
	}
	second, err := store.GetToken(ctx, refresh(first.RefreshToken))
	must(t, err)
	again, err := store.GetToken(ctx, refresh(first.RefreshToken))
	must(t, err)
	if second.AccessToken == first.AccessToken || second.AccessToken != again.AccessToken {
		t.Errorf("%s, then %s, then %s", first.Raw, second.Raw, again.Raw)
	}
	for _, token := range []string{first.AccessToken, second.AccessToken} {
		ana, err := store.Login(ctx, LoginRequest{AccessToken: token})
		must(t, err)
		defer ana.Close()
		who, err := ana.Authenticate(ctx)
		must(t, err)
		if who.Username != "ana" || who.AuthenticationType != "token" {
			t.Errorf("%s", who.Raw)
		}
		ended, err := store.InvalidateToken(ctx, InvalidateTokenRequest{Token: token})
		must(t, err)
		if ended.InvalidatedTokens != 1 || ended.PreviouslyInvalidatedTokens != 0 || ended.ErrorCount != 0 {
			t.Errorf("%s", ended.Raw)
		}
		if _, err := ana.Authenticate(ctx); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("after the end of the token: %v", err)
		}
	}
}

func TestTokensOfAUserWhoLoggedIn(t *testing.T) {
	store := openStore(t, ":temporary:")
	root := login(t, store)
	own, err := root.GetToken(ctx, GetTokenRequest{GrantType: GrantClientCredentials})
	must(t, err)
	if own.RefreshToken != "" || own.Authentication.Username != "root" {
		t.Errorf("%s", own.Raw)
	}
	body, err := store.Rest(ctx, RestRequest{
		Method:  "GET",
		Path:    "/_security/_authenticate",
		Headers: map[string]string{"Authorization": "Bearer " + own.AccessToken},
	})
	must(t, err)
	who, err := decode[Authentication](body)
	must(t, err)
	if who.Username != "root" {
		t.Errorf("%s", body)
	}
	if _, err := store.GetToken(ctx, GetTokenRequest{GrantType: GrantClientCredentials}); !errors.Is(err, ErrBadRequest) {
		t.Errorf("a token of nobody: %v", err)
	}
}

func TestErrorsOfTokens(t *testing.T) {
	store := openStore(t, ":temporary:")
	now := time.UnixMilli(1700000000000)
	must(t, store.SetClock(func() time.Time { return now }))
	putUser(t, store, "ana", "reader")
	token, err := store.GetToken(ctx, anaByPassword)
	must(t, err)
	_, unknown := store.GetToken(ctx, refresh("nonsense"))
	_, incomplete := store.GetToken(ctx, GetTokenRequest{GrantType: GrantPassword, Username: "ana"})
	_, unsupported := store.GetToken(ctx, GetTokenRequest{GrantType: "smile"})
	_, wrong := store.GetToken(ctx, GetTokenRequest{GrantType: GrantPassword, Username: "ana", Password: "wrong"})
	_, nothing := store.InvalidateToken(ctx, InvalidateTokenRequest{Username: "nobody"})
	now = now.Add(21 * time.Minute)
	_, expired := store.Login(ctx, LoginRequest{AccessToken: token.AccessToken})
	now = now.Add(24 * time.Hour)
	_, old := store.GetToken(ctx, refresh(token.RefreshToken))
	const grants = "grant_type only supports the values: [password, _kerberos, refresh_token, client_credentials]"
	for _, c := range []struct {
		err          error
		is           error
		kind, reason string
	}{
		{unknown, ErrInvalidGrant, "invalid_grant", "could not refresh the requested token"},
		{unknown, ErrBadRequest, "invalid_grant", "could not refresh the requested token"},
		{old, ErrInvalidGrant, "invalid_grant", "refresh token is expired"},
		{incomplete, ErrBadRequest, "invalid_request", "Validation Failed: 1: password is missing;"},
		{unsupported, ErrBadRequest, "unsupported_grant_type", "Validation Failed: 1: " + grants + ";"},
		{wrong, ErrUnauthenticated, "security_exception",
			"unable to authenticate user [ana] for action [cluster:admin/xpack/security/token/create]"},
		{expired, ErrUnauthenticated, "security_exception", "token expired"},
		{nothing, ErrNotFound, "", ""},
	} {
		var e *Error
		if !errors.As(c.err, &e) || !errors.Is(c.err, c.is) || e.Type != c.kind || e.Reason != c.reason {
			t.Errorf("%v, expected %v: %s: %s", c.err, c.is, c.kind, c.reason)
		}
		if errors.Is(c.err, ErrInvalidGrant) != (c.kind == "invalid_grant") {
			t.Errorf("%v and ErrInvalidGrant", c.err)
		}
	}
	if text := unknown.Error(); text != "userprofile: status 400: invalid_grant: could not refresh the requested token" {
		t.Error(text)
	}
}
