//! What it adds to `get` that the caller's rights are checked.

use std::hint::black_box;

use crate::abi::{Store, userprofile_get, userprofile_get_token, userprofile_put_user};
use crate::figure::{Figure, Goal};
use crate::identity::PASSWORD;
use crate::measure::{Contender, ROUNDS, difference, interleaved, median, ns_per_item, ratio};
use crate::stores::Stores;

const READS: usize = 100_000;
const HOT: usize = 1000;
/// The last one allows to read profiles.
const ROLES: &str = r#"["search_read","brand_edit","search_audit"]"#;

pub fn measure(stores: &Stores, host: &Store) -> Vec<Figure> {
    let (native, token) = log_in(host);
    let mut figures = Vec::new();
    let of = [("random", usize::MAX, Goal::AtMost(300.0, 150.0)), ("1,000 hot", HOT, Goal::None)];
    for (what, of, goal) in of {
        let profiles = stores.sample(READS, of);
        let reads = |store: &Store| {
            ns_per_item(&profiles, |profile| {
                drop(black_box(store.must(userprofile_get, &profile.get)))
            })
        };
        let contenders: Vec<Contender> =
            vec![Box::new(|| reads(host)), Box::new(|| reads(&native)), Box::new(|| reads(&token))];
        let results = interleaved(ROUNDS, contenders);
        let [host, native, token] = &results[..] else {
            unreachable!("one result for each contender")
        };
        for (by, restricted, goal) in
            [("native user", native, goal), ("access token", token, Goal::None)]
        {
            let figure = |figure: &str, value, unit, goal| Figure {
                number: "",
                what: format!("restricted get, {what}, {by}: {figure} the host's"),
                ours: format!("{:.0} ns", median(restricted)),
                peer: format!("host {:.0} ns", median(host)),
                value,
                unit,
                goal,
            };
            figures.push(figure("time above", difference(restricted, host), " ns", goal));
            figures.push(figure("time over", ratio(restricted, host), "x", Goal::None));
        }
    }
    figures
}

/// Two handles of one native user: by password, and by access token.
fn log_in(host: &Store) -> (Store, Store) {
    let credentials = format!(r#""username":"auditor","password":"{PASSWORD}""#);
    host.must(userprofile_put_user, &format!(r#"{{{credentials},"roles":{ROLES}}}"#));
    let answer =
        host.must(userprofile_get_token, &format!(r#"{{"grant_type":"password",{credentials}}}"#));
    let token = format!(r#"{{"access_token":"{}"}}"#, answer.member("access_token"));
    (host.login(&format!("{{{credentials}}}")), host.login(&token))
}
