//! An issuer of JSON web tokens. It signs and verifies them with jsonwebtoken, with which the library verifies them too.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, crypto, encode};
use serde_json::json;

/// TEST ONLY: everybody has these keys.
const SECRET: &[u8] = b"TEST-ONLY hmac key TEST-ONLY hmac key TEST-ONLY hmac key";
const RSA_2048: &[u8] = include_bytes!("../../tests/jwt_golden/keys/rsa.TEST-ONLY.pem");
const P256: &[u8] = include_bytes!("../../tests/jwt_golden/keys/p256.TEST-ONLY.pem");

const ISSUER: &str = "https://issuer.example.com/";
const AUDIENCE: &str = "bench";

pub struct Issuer {
    pub algorithm: Algorithm,
    signing: EncodingKey,
    verifying: DecodingKey,
    jwk: Jwk,
}

impl Issuer {
    /// One for each algorithm that is measured, the most usual one first.
    pub fn all() -> [Issuer; 3] {
        let rsa = EncodingKey::from_rsa_pem(RSA_2048).expect("an RSA key");
        let p256 = EncodingKey::from_ec_pem(P256).expect("a key on P-256");
        [
            Issuer::new(Algorithm::RS256, rsa),
            Issuer::new(Algorithm::ES256, p256),
            Issuer::new(Algorithm::HS256, EncodingKey::from_secret(SECRET)),
        ]
    }

    fn new(algorithm: Algorithm, signing: EncodingKey) -> Issuer {
        let jwk = Jwk::from_encoding_key(&signing, algorithm).expect("a key of this algorithm");
        let verifying = DecodingKey::from_jwk(&jwk).expect("a key that was just made");
        Issuer { algorithm, signing, verifying, jwk }
    }

    /// Another `expires`, in seconds since 1970, makes another token of the same user.
    pub fn token(&self, username: &str, issued: i64, expires: i64) -> String {
        let claims = json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": username, "iat": issued, "exp": expires,
            "name": "Jane Doe", "email": "jane@example.com",
        });
        encode(&Header::new(self.algorithm), &claims, &self.signing).expect("a token")
    }

    /// The signature and nothing else.
    pub fn verify(&self, token: &str) {
        let (signed, signature) = token.rsplit_once('.').expect("a token has three parts");
        let verified =
            crypto::verify(signature, signed.as_bytes(), &self.verifying, self.algorithm);
        assert!(verified.expect("a signature and its key"), "a token of another key");
    }
}

/// The settings of a JWT realm for the tokens of these issuers.
pub fn realm(issuers: &[Issuer]) -> String {
    let (secret, public): (Vec<&Issuer>, Vec<&Issuer>) =
        issuers.iter().partition(|issuer| issuer.algorithm == Algorithm::HS256);
    let keys = |of: Vec<&Issuer>| json!({"keys": of.iter().map(|i| &i.jwk).collect::<Vec<_>>()});
    let algorithms: Vec<_> = issuers.iter().map(|issuer| issuer.algorithm).collect();
    json!({
        "order": 2,
        "allowed_issuer": ISSUER,
        "allowed_audiences": [AUDIENCE],
        "allowed_signature_algorithms": algorithms,
        "hmac_jwkset": keys(secret),
        "pkc_jwkset": keys(public),
        "claims.principal": "sub",
        "claims.name": "name",
        "claims.mail": "email",
        "client_authentication.type": "none",
    })
    .to_string()
}
