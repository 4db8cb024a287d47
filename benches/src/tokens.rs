//! Access tokens made and refreshed by one caller, durable and not, beside raw LMDB commits.

use std::time::Duration;

use crate::abi::{Store, userprofile_get_token};
use crate::figure::{Figure, Goal};
use crate::identity::{PASSWORD, put_user};
use crate::measure::{Contender, Load, ROUNDS, interleaved, load, ratio};
use crate::stores::Stores;
use crate::writes::{Updates, per_second, shown};

const TIME: Duration = Duration::from_millis(200);

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let (lmdb, updates) = (stores.lmdb(), Updates::new(stores));
    let [full, none] = ["full", "none"].map(|durability| {
        let store = Store::open(&stores.fresh(&format!("tokens-{durability}")), durability);
        put_user(&store, "user");
        store
    });
    let contenders: Vec<Contender<Load>> = vec![
        Box::new(|| made(&full)),
        Box::new(|| made(&none)),
        Box::new(|| refreshed(&full)),
        Box::new(|| refreshed(&none)),
        Box::new(|| load(1, TIME, |_| || updates.lmdb(&lmdb))),
    ];
    let results = interleaved(ROUNDS, contenders);
    let [made_full, made_none, refreshed_full, refreshed_none, lmdb] = &results[..] else {
        unreachable!("one result for each contender")
    };
    let compare = |what: &str, ours: &[Load], peer: (&str, &[Load])| Figure {
        number: "",
        what: format!("{what}, 1 caller: rate over {}'s", peer.0),
        ours: shown(ours),
        peer: format!("{} {}", peer.0, shown(peer.1)),
        value: ratio(&per_second(ours), &per_second(peer.1)),
        unit: "x",
        goal: Goal::None,
    };
    vec![
        compare("get_token, password remembered, durable", made_full, ("LMDB", lmdb)),
        compare("get_token, refresh, durable", refreshed_full, ("LMDB", lmdb)),
        compare(
            "get_token, password remembered, durability none",
            made_none,
            ("durability full", made_full),
        ),
        compare(
            "get_token, refresh, durability none",
            refreshed_none,
            ("durability full", refreshed_full),
        ),
    ]
}

fn by_password() -> String {
    format!(r#"{{"grant_type":"password","username":"user","password":"{PASSWORD}"}}"#)
}

fn made(store: &Store) -> Load {
    let request = by_password();
    load(1, TIME, |_| || drop(store.must(userprofile_get_token, &request)))
}

/// Each refresh token is the one that the last call answered.
fn refreshed(store: &Store) -> Load {
    load(1, TIME, |_| {
        let mut answer = store.must(userprofile_get_token, &by_password());
        move || {
            let request = format!(
                r#"{{"grant_type":"refresh_token","refresh_token":"{}"}}"#,
                answer.member("refresh_token")
            );
            answer = store.must(userprofile_get_token, &request);
        }
    })
}
