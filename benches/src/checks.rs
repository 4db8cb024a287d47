//! `has_privileges` beside looking up a known answer, and beside reading the profiles.

use std::collections::{BTreeSet, HashMap};
use std::hint::black_box;

use people::{People, SEED};
use serde_json::json;

use crate::abi::{Operation, Store, userprofile_get, userprofile_has_privileges};
use crate::figure::{Figure, Goal};
use crate::measure::{Contender, ROUNDS, Rng, interleaved, median, ns_per_item, ratio};
use crate::roles;
use crate::stores::Stores;

/// People who are asked about in a round, whatever the size of a call.
const PEOPLE: usize = 50_000;
/// uids of a call
const SIZES: [usize; 4] = [1, 100, 1000, 10_000];
/// uids of a call for which something must be worked out again
const COLD: usize = 1000;
/// Such calls in a round
const COLD_CALLS: usize = 10;
const YEAR: usize = 2026;

/// People in random order.
pub struct Crowd<'a> {
    uids: Vec<&'a str>,
    /// Whether each of them passes the check, worked out from the names of roles alone.
    answers: HashMap<String, bool>,
    /// The names of all their roles
    pub roles: BTreeSet<String>,
}

/// The requests of a round that ask about so many at once.
struct Calls {
    size: usize,
    checks: Vec<String>,
    gets: Vec<String>,
}

impl<'a> Crowd<'a> {
    pub fn new(stores: &'a Stores) -> Crowd<'a> {
        let mut order: Vec<usize> = (0..stores.profiles.len()).collect();
        Rng(5).shuffle(&mut order);
        order.truncate(PEOPLE);
        let people = People::new(SEED);
        let mut crowd = Crowd { uids: Vec::new(), answers: HashMap::new(), roles: BTreeSet::new() };
        for index in order {
            let (uid, roles) = (&stores.profiles[index].uid, people.person(index as u64).roles);
            crowd.uids.push(uid);
            crowd.answers.insert(uid.clone(), roles::may(&roles));
            crowd.roles.extend(roles);
        }
        crowd
    }

    pub fn measure(&self, store: &Store) -> Vec<Figure> {
        let sizes = SIZES.into_iter().filter(|size| *size <= self.uids.len());
        let calls: Vec<Calls> = sizes.map(|size| self.calls(size)).collect();
        calls.iter().for_each(|calls| self.verify(store, calls));

        let (mut year, mut change) = (YEAR, 0);
        let mut contenders: Vec<Contender> = vec![
            Box::new(|| {
                ns_per_item(&self.uids, |uid| {
                    black_box(self.answers[*uid]);
                })
            }),
            Box::new(|| {
                self.cold(store, || {
                    year += 1;
                    roles::question(year)
                })
            }),
            Box::new(|| {
                self.cold(store, || {
                    change += 1;
                    roles::put(store, "search_read", &format!("change {change}"));
                    roles::question(YEAR)
                })
            }),
        ];
        for Calls { size, checks, gets } in &calls {
            contenders.push(Box::new(|| per_uid(store, userprofile_has_privileges, checks, *size)));
            contenders.push(Box::new(|| per_uid(store, userprofile_get, gets, *size)));
        }
        figures(&calls, &interleaved(ROUNDS, contenders))
    }

    fn calls(&self, size: usize) -> Calls {
        let question = roles::question(YEAR);
        let groups = || self.uids.chunks_exact(size);
        Calls {
            size,
            checks: groups().map(|uids| check(uids, &question)).collect(),
            gets: groups().map(|uids| json!({"uid": uids}).to_string()).collect(),
        }
    }

    fn verify(&self, store: &Store, calls: &Calls) {
        for (uids, request) in self.uids.chunks_exact(calls.size).zip(&calls.checks) {
            let may: Vec<_> = uids.iter().filter(|uid| self.answers[**uid]).collect();
            let expected = json!({"has_privilege_uids": may}).to_string();
            assert_eq!(store.must(userprofile_has_privileges, request).text(), expected);
        }
    }

    /// Nanoseconds per uid of calls before each of which something happens that makes a question.
    fn cold(&self, store: &Store, mut question: impl FnMut() -> String) -> f64 {
        let calls = self.uids.chunks_exact(COLD).take(COLD_CALLS).map(|uids| {
            let request = check(uids, &question());
            per_uid(store, userprofile_has_privileges, &[request], COLD)
        });
        median(&calls.collect::<Vec<_>>())
    }
}

fn check(uids: &[&str], question: &str) -> String {
    format!(r#"{{"uids":{},"privileges":{question}}}"#, json!(uids))
}

fn per_uid(store: &Store, operation: Operation, requests: &[String], size: usize) -> f64 {
    let call = |request: &String| drop(black_box(store.must(operation, request)));
    ns_per_item(requests, call) / size as f64
}

fn figures(calls: &[Calls], results: &[Vec<f64>]) -> Vec<Figure> {
    let ([lookup, new_question, new_roles], of_sizes) =
        results.split_first_chunk().expect("three contenders before those of each size");
    let mut figures = Vec::new();
    for (Calls { size, .. }, results) in calls.iter().zip(of_sizes.chunks(2)) {
        let [check, get] = results else { unreachable!("two contenders for each size") };
        let mut compare = |what: &str, ours: &[f64], peer: &str, theirs: &[f64]| {
            figures.push(Figure {
                number: "",
                what: format!("has_privileges, uids in a call: {size}{what}: time over {peer}'s"),
                ours: format!("{:.0} ns/uid", median(ours)),
                peer: format!("{peer} {:.0} ns/uid", median(theirs)),
                value: ratio(ours, theirs),
                unit: "x",
                goal: Goal::None,
            });
        };
        compare("", check, "HashMap", lookup);
        compare("", check, "get", get);
        if *size == COLD {
            compare(", a new question", new_question, "the same question", check);
            compare(", after a role has changed", new_roles, "the same question", check);
        }
    }
    figures
}
