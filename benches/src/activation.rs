//! Activation of people whom the store knows.

use std::ffi::c_void;
use std::hint::black_box;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use people::{People, SEED};

use crate::abi::{Store, userprofile_activate, userprofile_put_user};
use crate::figure::{Figure, Goal};
use crate::lmdb_peer::touch;
use crate::measure::{Contender, Load, ROUNDS, Rng, interleaved, load, median, ns_per_item, ratio};
use crate::stores::Stores;
use crate::writes::{Updates, shown};

const TIME: Duration = Duration::from_millis(700);
const PEOPLE: usize = 20_000;
/// Native users whose passwords are checked in a round.
const USERS: usize = 8;

static NOW: AtomicI64 = AtomicI64::new(2_000_000_000_000);

/// Before the last activation of everybody, which counts as less than 30 seconds after it.
extern "C" fn past_clock(_: *mut c_void) -> i64 {
    1_600_000_000_000
}

/// Each call is 31 seconds after the last, so that none is skipped.
extern "C" fn hurried_clock(_: *mut c_void) -> i64 {
    NOW.fetch_add(31_000, Ordering::Relaxed)
}

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let people = People::new(SEED);
    let mut rng = Rng(3);
    let requests: Vec<String> = (0..PEOPLE)
        .map(|_| people.person(rng.below(stores.profiles.len()) as u64).activation())
        .collect();
    let store = stores.ours();
    let mut figures = unchanged(stores, &store, &requests);
    figures.extend(written(stores, &store, &requests));
    drop(store);
    figures.push(passwords(stores));
    figures
}

/// A second activation within 30 seconds writes nothing.
fn unchanged(stores: &Stores, store: &Store, requests: &[String]) -> Vec<Figure> {
    let lmdb = stores.lmdb();
    let headers = lmdb.reader(lmdb.headers);
    let profiles = stores.sample(PEOPLE, usize::MAX);
    store.set_clock(Some(past_clock));
    let contenders: Vec<Contender> = vec![
        Box::new(|| {
            ns_per_item(requests, |request| {
                drop(black_box(store.must(userprofile_activate, request)))
            })
        }),
        Box::new(|| ns_per_item(&profiles, |p| headers.get(p.uid.as_bytes(), touch))),
    ];
    let results = interleaved(ROUNDS, contenders);
    vec![Figure {
        number: "",
        what: "activate, host grant, known and within 30 s: time over a raw LMDB get".to_owned(),
        ours: format!("{:.0} ns", median(&results[0])),
        peer: format!("LMDB {:.0} ns", median(&results[1])),
        value: ratio(&results[0], &results[1]),
        unit: "x",
        goal: Goal::None,
    }]
}

/// Later than that it is a durable write.
fn written(stores: &Stores, store: &Store, requests: &[String]) -> Vec<Figure> {
    let (lmdb, updates) = (stores.lmdb(), Updates::new(stores));
    store.set_clock(Some(hurried_clock));
    let next = AtomicUsize::new(0);
    let activate = || {
        let number = next.fetch_add(1, Ordering::Relaxed);
        store.must(userprofile_activate, &requests[number % requests.len()]);
    };
    let compare = |callers: usize| {
        let (mut ours, mut naive): (Vec<Load>, Vec<Load>) = Default::default();
        for _ in 0..ROUNDS {
            ours.push(load(callers, TIME, |_| activate));
            naive.push(load(callers, TIME, |_| || updates.lmdb(&lmdb)));
        }
        let rate = |loads: &[Load]| loads.iter().map(|load| load.per_second).collect::<Vec<_>>();
        Figure {
            number: "",
            what: format!(
                "activate, host grant, durable, callers: {callers}: rate over LMDB's, a commit each"
            ),
            ours: shown(&ours),
            peer: format!("LMDB {}", shown(&naive)),
            value: ratio(&rate(&ours), &rate(&naive)),
            unit: "x",
            goal: Goal::None,
        }
    };
    let figures = vec![compare(1), compare(32)];
    store.set_clock(None);
    figures
}

/// The first activation by password hashes it (argon2id, default cost); the next one remembers.
fn passwords(stores: &Stores) -> Figure {
    let store = Store::open(&stores.fresh("passwords"), "full");
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for user in 0..USERS {
            let name = format!("user{round}-{user}");
            store.must(
                userprofile_put_user,
                &format!(r#"{{"username":"{name}","password":"correct horse","roles":[]}}"#),
            );
            let request = format!(
                r#"{{"grant_type":"password","username":"{name}","password":"correct horse"}}"#
            );
            for times in [&mut first, &mut again] {
                let start = Instant::now();
                store.must(userprofile_activate, &request);
                times.push(start.elapsed().as_nanos() as f64 / 1000.0);
            }
        }
    }
    Figure {
        number: "",
        what: "activate, password grant: first over the next, which remembers".to_owned(),
        ours: format!("{:.1} us", median(&again)),
        peer: format!("first {:.1} ms", median(&first) / 1000.0),
        value: ratio(&first, &again),
        unit: "x",
        goal: Goal::None,
    }
}
