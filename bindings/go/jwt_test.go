package userprofile

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"strings"
	"testing"
	"time"
)

// JWTs that Go's standard library signs.

var jwtAlgorithms = []string{
	"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512",
}

var jwtHashes = map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}

// members are those of a JSON object.
type members map[string]any

// with returns a copy with another value of one member.
func (m members) with(name string, value any) members {
	m = maps.Clone(m)
	m[name] = value
	return m
}

func base64url(bytes []byte) string {
	return base64.RawURLEncoding.EncodeToString(bytes)
}

func (m members) segment(t testing.TB) string {
	text, err := json.Marshal(m)
	must(t, err)
	return base64url(text)
}

// jwtIssuer has a key for each family of algorithms; the curves are by the size of the hash.
type jwtIssuer struct {
	rsa    *rsa.PrivateKey
	ecdsa  map[string]*ecdsa.PrivateKey
	secret []byte
}

func newJWTIssuer(t testing.TB) *jwtIssuer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	issuer := &jwtIssuer{rsa: key, ecdsa: map[string]*ecdsa.PrivateKey{}, secret: make([]byte, 64)}
	rand.Read(issuer.secret)
	curves := map[string]elliptic.Curve{"256": elliptic.P256(), "384": elliptic.P384(), "512": elliptic.P521()}
	for size, curve := range curves {
		issuer.ecdsa[size], err = ecdsa.GenerateKey(curve, rand.Reader)
		must(t, err)
	}
	return issuer
}

// jwkSets are the public keys and the secret one.
func (i *jwtIssuer) jwkSets(t testing.TB) (public, secret json.RawMessage) {
	keys := []members{{
		"kty": "RSA", "kid": "rsa",
		"n": base64url(i.rsa.N.Bytes()), "e": base64url(big.NewInt(int64(i.rsa.E)).Bytes()),
	}}
	for size, key := range i.ecdsa {
		point, err := key.PublicKey.ECDH()
		must(t, err)
		coordinates := point.Bytes()[1:]
		half := len(coordinates) / 2
		keys = append(keys, members{
			"kty": "EC", "kid": "ec" + size, "crv": key.Params().Name,
			"x": base64url(coordinates[:half]), "y": base64url(coordinates[half:]),
		})
	}
	public, err := json.Marshal(members{"keys": keys})
	must(t, err)
	secret, err = json.Marshal(members{"keys": []members{{"kty": "oct", "kid": "secret", "k": base64url(i.secret)}}})
	must(t, err)
	return public, secret
}

func jwtHeader(algorithm string) members {
	family, size := algorithm[:2], algorithm[2:]
	kid := map[string]string{"RS": "rsa", "PS": "rsa", "ES": "ec" + size, "HS": "secret"}[family]
	return members{"alg": algorithm, "kid": kid}
}

func (i *jwtIssuer) sign(t testing.TB, algorithm string, input string) []byte {
	family, size := algorithm[:2], algorithm[2:]
	hash := jwtHashes[size]
	digest := hash.New()
	digest.Write([]byte(input))
	var signature []byte
	var err error
	switch family {
	case "RS":
		signature, err = rsa.SignPKCS1v15(rand.Reader, i.rsa, hash, digest.Sum(nil))
	case "PS":
		options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
		signature, err = rsa.SignPSS(rand.Reader, i.rsa, hash, digest.Sum(nil), options)
	case "ES":
		var r, s *big.Int
		key := i.ecdsa[size]
		if r, s, err = ecdsa.Sign(rand.Reader, key, digest.Sum(nil)); err == nil {
			half := (key.Params().BitSize + 7) / 8
			signature = append(r.FillBytes(make([]byte, half)), s.FillBytes(make([]byte, half))...)
		}
	case "HS":
		mac := hmac.New(hash.New, i.secret)
		mac.Write([]byte(input))
		signature = mac.Sum(nil)
	}
	must(t, err)
	return signature
}

// issue returns a token that is signed by the algorithm of its header.
func (i *jwtIssuer) issue(t testing.TB, header, claims members) string {
	input := header.segment(t) + "." + claims.segment(t)
	return input + "." + base64url(i.sign(t, header["alg"].(string), input))
}

const jwtNow = 1700000000 // in seconds

var jwtClaims = members{
	"iss": "https://issuer.example.org", "aud": "wiki", "sub": "ana", "name": "Ana Example",
	"iat": jwtNow - 10, "exp": jwtNow + 600,
}

// jwtStore trusts the issuer, and a client with the secret "client secret".
func jwtStore(t testing.TB, issuer *jwtIssuer) *Store {
	realm := JWTRealm{
		AllowedIssuer:              "https://issuer.example.org",
		AllowedAudiences:           []string{"wiki"},
		AllowedSubjects:            []string{"ana"},
		AllowedSignatureAlgorithms: jwtAlgorithms,
		ClaimPrincipal:             "sub",
		ClaimName:                  "name",
		SharedSecret:               "client secret",
	}
	realm.PKCJWKSet, realm.HMACJWKSet = issuer.jwkSets(t)
	store, err := Open(Config{Path: ":temporary:", Realms: &Realms{JWT: map[string]JWTRealm{"jwt1": realm}}})
	must(t, err)
	t.Cleanup(func() { store.Close() })
	must(t, store.SetClock(func() time.Time { return time.Unix(jwtNow, 0) }))
	return store
}

// presented is a token as somebody brings it, with the claims that it shows.
type presented struct {
	token, secret string
	claims        members
}

func (p presented) grant() ActivateRequest {
	grant := ActivateRequest{GrantType: GrantAccessToken, AccessToken: p.token}
	if p.secret != "" {
		grant.ClientAuthentication = &ClientAuthentication{Scheme: "SharedSecret", Value: p.secret}
	}
	return grant
}

// forgeries are tokens and secrets that differ from what is right in one part, by that part.
func (i *jwtIssuer) forgeries(t testing.TB, algorithm string) map[string]presented {
	header := jwtHeader(algorithm)
	genuine := i.issue(t, header, jwtClaims)
	part := strings.Split(genuine, ".")
	signature, err := base64.RawURLEncoding.DecodeString(part[2])
	must(t, err)
	join := func(header, claims members, signature []byte) string {
		return header.segment(t) + "." + claims.segment(t) + "." + base64url(signature)
	}
	flipped := append([]byte{signature[0] ^ 1}, signature[1:]...)
	mallory := jwtClaims.with("name", "Mallory")
	all := map[string]presented{
		"header":         {join(header.with("typ", "JWT"), jwtClaims, signature), "client secret", jwtClaims},
		"payload":        {join(header, mallory, signature), "client secret", mallory},
		"signature":      {join(header, jwtClaims, flipped), "client secret", jwtClaims},
		"half signature": {join(header, jwtClaims, signature[:len(signature)/2]), "client secret", jwtClaims},
		"no signature":   {join(header, jwtClaims, nil), "client secret", jwtClaims},
		"no algorithm":   {join(header.with("alg", "none"), jwtClaims, nil), "client secret", jwtClaims},
		"wrong secret":   {genuine, "other secret", jwtClaims},
		"no secret":      {genuine, "", jwtClaims},
		"key":            {i.issue(t, header.with("kid", "other"), jwtClaims), "client secret", jwtClaims},
	}
	for _, other := range jwtAlgorithms {
		if other != algorithm {
			forged := join(header.with("alg", other), jwtClaims, signature)
			all["algorithm "+other] = presented{forged, "client secret", jwtClaims}
		}
	}
	for what, claims := range map[string]members{
		"expired":       jwtClaims.with("exp", jwtNow-61),
		"not yet valid": jwtClaims.with("nbf", jwtNow+61),
		"not issued":    jwtClaims.with("iat", jwtNow+61),
		"issuer":        jwtClaims.with("iss", "https://mallory.example.org"),
		"audience":      jwtClaims.with("aud", "shop"),
		"subject":       jwtClaims.with("sub", "mallory"),
	} {
		all[what] = presented{i.issue(t, header, claims), "client secret", claims}
	}
	return all
}

func TestJWT(t *testing.T) {
	issuer := newJWTIssuer(t)
	store := jwtStore(t, issuer)
	refusals := map[string]string{}
	for _, algorithm := range jwtAlgorithms {
		t.Run(algorithm, func(t *testing.T) {
			genuine := presented{issuer.issue(t, jwtHeader(algorithm), jwtClaims), "client secret", jwtClaims}
			for range 2 { // the second time it is known
				mustBeAna(t, store, genuine)
			}
			for what, forgery := range issuer.forgeries(t, algorithm) {
				_, err := store.Activate(ctx, forgery.grant())
				refusals[refusal(t, what, forgery, err)] = what
			}
			mustBeAna(t, store, genuine)
		})
	}
	if len(refusals) != 1 {
		t.Errorf("the refusals can be told apart: %q", refusals)
	}
}

func mustBeAna(t *testing.T, store *Store, genuine presented) {
	t.Helper()
	profile, err := store.Activate(ctx, genuine.grant())
	must(t, err)
	if user := profile.User; user.Username != "ana" || user.RealmName != "jwt1" || *user.FullName != "Ana Example" {
		t.Errorf("%s", profile.Raw)
	}
}

// refusal checks that a token is refused by a 401 that tells nothing but what the token itself shows, and returns
// the rest of the answer.
func refusal(t *testing.T, what string, forgery presented, err error) string {
	t.Helper()
	const kind, reason = "security_exception", "unable to authenticate user ['aud:%s' 'iss:%s' 'sub:%s'] " +
		"for action [cluster:admin/xpack/security/profile/activate]"
	claims := forgery.claims
	expected := fmt.Sprintf(reason, claims["aud"], claims["iss"], claims["sub"])
	var e *Error
	if !errors.As(err, &e) || e.Status != 401 || e.Type != kind || e.Reason != expected {
		t.Fatalf("%s: expected %s, got %v", what, expected, err)
	}
	return strings.ReplaceAll(string(e.Body), expected, "")
}

// The public key is no secret: who takes it for that of an HMAC must not get in.
func TestJWTSignedWithThePublicKey(t *testing.T) {
	issuer := newJWTIssuer(t)
	store := jwtStore(t, issuer)
	der, err := x509.MarshalPKIXPublicKey(&issuer.rsa.PublicKey)
	must(t, err)
	for _, key := range [][]byte{der, issuer.rsa.N.Bytes()} {
		forger := &jwtIssuer{secret: key}
		for _, kid := range []string{"rsa", "secret"} {
			forged := presented{forger.issue(t, members{"alg": "HS256", "kid": kid}, jwtClaims), "client secret", jwtClaims}
			_, err := store.Activate(ctx, forged.grant())
			refusal(t, kid, forged, err)
		}
	}
}

func TestJWTIsALogin(t *testing.T) {
	issuer := newJWTIssuer(t)
	store := jwtStore(t, issuer)
	request := LoginRequest{
		AccessToken:          issuer.issue(t, jwtHeader("ES512"), jwtClaims),
		ClientAuthentication: &ClientAuthentication{Value: "client secret"},
	}
	ana, err := store.Login(ctx, request)
	must(t, err)
	defer ana.Close()
	who, err := ana.Authenticate(ctx)
	must(t, err)
	if who.Username != "ana" || *who.AuthenticationRealm != (Realm{Name: "jwt1", Type: "jwt"}) {
		t.Errorf("%s", who.Raw)
	}
	body, err := store.Rest(ctx, RestRequest{Method: "GET", Path: "/_security/_authenticate", Headers: map[string]string{
		"Authorization":            "Bearer " + request.AccessToken,
		"ES-Client-Authentication": "SharedSecret client secret",
	}})
	must(t, err)
	if string(body) != string(who.Raw) {
		t.Errorf("%s by Login, %s by Rest", who.Raw, body)
	}
	must(t, store.SetClock(func() time.Time { return time.Unix(jwtNow+661, 0) }))
	if _, err := ana.Authenticate(ctx); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("with an expired token: %v", err)
	}
	if _, err := store.Login(ctx, request); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("a login with an expired token: %v", err)
	}
}
