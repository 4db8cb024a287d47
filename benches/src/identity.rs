//! Activation within 30 seconds by every kind of credentials, tokens, and failed logins.

use std::ffi::c_void;
use std::hint::black_box;

use crate::abi::{
    REALMS, Store, userprofile_activate, userprofile_get_token, userprofile_put_user,
};
use crate::figure::{Figure, Goal};
use crate::issuer::{Issuer, realm};
use crate::measure::{Contender, ROUNDS, interleaved, median, ns_per_item, ratio};
use crate::stores::Stores;
use crate::{failed_logins, tokens};

const NOW: i64 = 1_700_000_000;
const PEOPLE: usize = 20;
/// Calls of each contender in a round.
const CALLS: usize = 100;
pub const PASSWORD: &str = "correct horse";

/// No time passes between two activations.
extern "C" fn still_clock(_: *mut c_void) -> i64 {
    NOW * 1000
}

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let mut figures = activations(stores);
    figures.extend(tokens::measure(stores));
    figures.extend(failed_logins::measure(stores));
    figures
}

/// The tokens of one round, and the requests that activate with them.
struct Round {
    tokens: Vec<String>,
    requests: Vec<String>,
}

fn activations(stores: &Stores) -> Vec<Figure> {
    let issuers = Issuer::all();
    let realms = format!(r#"{{{REALMS},"jwt":{{"jwt1":{}}}}}"#, realm(&issuers));
    let store = Store::open_with(&stores.fresh("identity"), "full", &realms);
    store.set_clock(Some(still_clock));
    let (passwords, opaque) = natives(&store);
    let known = [(0..PEOPLE).map(asserted).collect(), passwords, opaque]
        .map(|requests: Vec<String>| requests.into_iter().cycle().take(CALLS).collect::<Vec<_>>());
    let rounds: Vec<Vec<Round>> = issuers.iter().map(issue).collect();

    let answers = || -> Vec<String> {
        let first_tokens = rounds.iter().flat_map(|rounds| &rounds[0].requests);
        let requests = known.iter().flatten().chain(first_tokens);
        requests
            .map(|request| store.must(userprofile_activate, request).text().to_owned())
            .collect()
    };
    let before = answers();
    let activate = |requests: &[String]| {
        ns_per_item(requests, |request| drop(black_box(store.must(userprofile_activate, request))))
    };
    let activate = &activate;
    let mut contenders: Vec<Contender> = Vec::new();
    for requests in &known {
        contenders.push(Box::new(move || activate(requests)));
    }
    for (issuer, rounds) in issuers.iter().zip(&rounds) {
        let of_rounds = || {
            let mut rounds = rounds.iter();
            move || rounds.next().expect("as many as are measured")
        };
        let (mut new, mut again, mut checked) = (of_rounds(), of_rounds(), of_rounds());
        contenders.push(Box::new(move || activate(&new().requests)));
        contenders.push(Box::new(move || activate(&again().requests)));
        contenders
            .push(Box::new(move || ns_per_item(&checked().tokens, |token| issuer.verify(token))));
    }
    let results = interleaved(ROUNDS, contenders);
    assert!(before == answers(), "an activation was written");
    figures(&issuers, &results)
}

fn asserted(number: usize) -> String {
    format!(
        r#"{{"grant_type":"authentication","authentication":{{"username":"host{number}","roles":["editor"],"full_name":"Jane Doe","email":"jane@example.com","authentication_realm":{{"name":"ldap1","type":"ldap"}}}}}}"#
    )
}

/// The requests of native users: by password, and by access token.
fn natives(store: &Store) -> (Vec<String>, Vec<String>) {
    let natives = (0..PEOPLE).map(|number| {
        let credentials = format!(
            r#""grant_type":"password","username":"native{number}","password":"{PASSWORD}""#
        );
        put_user(store, &format!("native{number}"));
        let answer = store.must(userprofile_get_token, &format!("{{{credentials}}}"));
        (format!("{{{credentials}}}"), by_token(answer.member("access_token")))
    });
    natives.unzip()
}

pub fn put_user(store: &Store, username: &str) {
    let request = format!(
        r#"{{"username":"{username}","password":"{PASSWORD}","roles":["editor"],"full_name":"Jane Doe","email":"jane@example.com"}}"#
    );
    store.must(userprofile_put_user, &request);
}

fn by_token(token: &str) -> String {
    format!(r#"{{"grant_type":"access_token","access_token":"{token}"}}"#)
}

/// Every round, and the one that warms up, has tokens that were never seen before.
fn issue(issuer: &Issuer) -> Vec<Round> {
    let mut expires = NOW + 600..;
    let mut round = || {
        let token = |(number, expires)| {
            issuer.token(&format!("{:?}-{}", issuer.algorithm, number % PEOPLE), NOW, expires)
        };
        let tokens: Vec<_> = (0..CALLS).zip(&mut expires).map(token).collect();
        let requests = tokens.iter().map(|token| by_token(token)).collect();
        Round { tokens, requests }
    };
    (0..=ROUNDS).map(|_| round()).collect()
}

fn figures(issuers: &[Issuer], results: &[Vec<f64>]) -> Vec<Figure> {
    let us = |times: &[f64]| format!("{:.1} us", median(times) / 1000.0);
    let compare = |what: String, ours: &[f64], over: &str, peer: &[f64]| Figure {
        number: "",
        what: format!("activate within 30 s, {what}: time over the {over}'s"),
        ours: us(ours),
        peer: format!("{over} {}", us(peer)),
        value: ratio(ours, peer),
        unit: "x",
        goal: Goal::None,
    };
    let ([host, password, token], of_issuers) =
        results.split_first_chunk().expect("three contenders that are no JWTs");
    let usual = format!("{:?} check", issuers[0].algorithm);
    let mut figures = Vec::new();
    for (over, peer) in [("host grant", host), (&usual, &of_issuers[2])] {
        figures.push(compare("password remembered".to_owned(), password, over, peer));
        figures.push(compare("access token".to_owned(), token, over, peer));
    }
    for (issuer, results) in issuers.iter().zip(of_issuers.chunks(3)) {
        let [new, again, checked] = results else { unreachable!("three contenders each") };
        let algorithm = issuer.algorithm;
        let check = format!("{algorithm:?} check");
        figures.push(compare(format!("new JWT of {algorithm:?}"), new, &check, checked));
        figures.push(compare(format!("JWT of {algorithm:?} seen before"), again, &check, checked));
    }
    figures
}
