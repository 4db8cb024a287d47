//! What activations cost now that they keep an index: people who are new, known, and known by another name.

use std::ffi::c_void;
use std::fs;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use people::{People, SEED};

use crate::abi::{Store, userprofile_activate};
use crate::figure::{Figure, Goal};
use crate::lmdb_peer::Lmdb;
use crate::measure::{ROUNDS, Rng, median, ratio};
use crate::stores::Stores;
use crate::writes::Updates;

/// Whose commits are measured: the value of `durability`, the callers, and the calls of a round.
const WAYS: [(&str, usize, usize); 4] =
    [("full", 1, 1024), ("full", 32, 8192), ("none", 1, 8192), ("none", 32, 8192)];

static NOW: AtomicI64 = AtomicI64::new(3_000_000_000_000);

/// Each call is 31 seconds after the last, so that none is skipped.
pub extern "C" fn later(_: *mut c_void) -> i64 {
    NOW.fetch_add(31_000, Ordering::Relaxed)
}

#[derive(Clone, Copy)]
enum Kind {
    New,
    Again,
    Renamed,
}

/// Makes the requests of people, who are others in every round.
struct Requests {
    people: People,
    known: usize,
    added: usize,
    rng: Rng,
}

/// Of one round
struct Cost {
    per_second: f64,
    bytes: f64,
}

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let known = stores.profiles.len();
    let mut requests = Requests { people: People::new(SEED), known, added: 0, rng: Rng(7) };
    let updates = Updates::new(stores);
    let mut figures = Vec::new();
    for (durability, callers, calls) in WAYS {
        let store = Store::open(&stores.path(), durability);
        store.set_clock(Some(later));
        let lmdb = Lmdb::open(&stores.lmdb_folder(), durability == "none");
        let mut costs: [Vec<Cost>; 4] = Default::default();
        for round in 0..=ROUNDS {
            let [peer, ours @ ..] = &mut costs;
            let keep = |costs: &mut Vec<Cost>, cost| {
                if round > 0 {
                    costs.push(cost);
                }
            };
            keep(peer, cost(callers, calls, |_| updates.lmdb(&lmdb)));
            for (kind, ours) in [Kind::New, Kind::Again, Kind::Renamed].into_iter().zip(ours) {
                let requests = requests.make(kind, calls);
                let activate = |at: usize| drop(store.must(userprofile_activate, &requests[at]));
                keep(ours, cost(callers, calls, activate));
            }
        }
        let [peer, ours @ ..] = &costs;
        for (kind, ours) in ["first", "again", "renamed"].into_iter().zip(ours) {
            figures.push(Figure {
                number: "",
                what: format!(
                    "activate, {kind}, durability {durability}, callers: {callers}: rate over LMDB's, a commit each"
                ),
                ours: shown(ours),
                peer: format!("LMDB {}", shown(peer)),
                value: ratio(&rates(ours), &rates(peer)),
                unit: "x",
                goal: Goal::None,
            });
        }
    }
    figures
}

impl Requests {
    fn make(&mut self, kind: Kind, many: usize) -> Vec<String> {
        (0..many).map(|_| self.one(kind)).collect()
    }

    fn one(&mut self, kind: Kind) -> String {
        let number = match kind {
            Kind::New => {
                self.added += 1;
                self.known + self.added - 1
            }
            Kind::Again | Kind::Renamed => self.rng.below(self.known),
        };
        let mut person = self.people.person(number as u64);
        if let Kind::Renamed = kind {
            person.full_name = self.people.person(self.rng.below(self.known) as u64).full_name;
        }
        person.activation()
    }
}

/// So many calls, shared by the callers; `call` gets the number of each.
fn cost(callers: usize, calls: usize, call: impl Fn(usize) + Sync) -> Cost {
    let next = AtomicUsize::new(0);
    let (before, start) = (written(), Instant::now());
    thread::scope(|scope| {
        for _ in 0..callers {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= calls {
                        break;
                    }
                    call(at);
                }
            });
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    Cost { per_second: calls as f64 / seconds, bytes: (written() - before) as f64 / calls as f64 }
}

/// Bytes that this process has written to files so far.
fn written() -> u64 {
    let io = fs::read_to_string("/proc/self/io").expect("Linux counts");
    let line = io.lines().find_map(|line| line.strip_prefix("wchar: ")).expect("a line of it");
    line.parse().expect("a number")
}

fn rates(costs: &[Cost]) -> Vec<f64> {
    costs.iter().map(|cost| cost.per_second).collect()
}

fn shown(costs: &[Cost]) -> String {
    let bytes: Vec<f64> = costs.iter().map(|cost| cost.bytes).collect();
    format!("{:.0}/s, {:.1} kB written each", median(&rates(costs)), median(&bytes) / 1000.0)
}
