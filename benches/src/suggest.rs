//! G10 to G12: `suggest` over a million people, beside FTS5, Tantivy and Lucene.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::abi::{Store, userprofile_suggest};
use crate::engines::{Engines, request};
use crate::figure::{Figure, Goal};
use crate::fts5_peer::{Fts5, Order, Words};
use crate::measure::{Contender, ROUNDS, interleaved, load, median, percentile, ratio};
use crate::query::{Query, Typo};
use crate::query_sets::{self, Kind, Set};
use crate::stores::Stores;
use crate::{index_cost, index_size, opening};

/// How long an engine asks questions of one set in a round, if they do not come to their end before.
const TIME: Duration = Duration::from_millis(500);
/// How many times as many people the growth is measured with.
const GROWTH: usize = 10;

/// One engine, and whether it has such questions.
struct Engine<'a> {
    name: &'static str,
    takes: fn(&Query) -> bool,
    /// Microseconds of each question, from the first on
    ask: Ask<'a>,
}

type Ask<'a> = Box<dyn FnMut(&[Query]) -> Vec<f64> + 'a>;

/// Of one engine and one set.
struct Times {
    name: &'static str,
    /// Of each round
    p50: Vec<f64>,
    /// Of all rounds together
    p99: f64,
}

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let mut engines = Engines::load(stores);
    let sets = query_sets::all(stores);
    let mut figures = opening::measure(stores);
    let store = stores.ours();
    for set in &sets {
        figures.extend(latency(set, &times(set, &mut contenders(&store, &mut engines))));
    }
    figures.extend(growth(stores, &store, &sets));
    figures.extend(throughput(&store, &mut engines, &query_sets::mixed(&sets)));
    drop(store);
    figures.extend(index_size::measure(stores, &engines.fts5));
    drop(engines);
    figures.extend(index_cost::measure(stores));
    figures
}

fn contenders<'a>(store: &'a Store, engines: &'a mut Engines) -> Vec<Engine<'a>> {
    let Engines { fts5, tantivy, lucene, .. } = engines;
    let fts5 = &*fts5;
    vec![
        Engine { name: "ours", takes: |_| true, ask: Box::new(|queries| ours(store, queries)) },
        Engine {
            name: "FTS5 by rank",
            takes: |query| query.typo == Typo::None && !query.name.is_empty(),
            ask: Box::new(|queries| {
                timed(queries, |query| drop(black_box(fts5.ask(query, Words::All, Order::Rank))))
            }),
        },
        Engine {
            name: "FTS5 newest first",
            takes: |query| query.typo == Typo::None && (query.name.is_empty() || !query.has_hint()),
            ask: Box::new(|queries| {
                timed(queries, |query| drop(black_box(fts5.ask(query, Words::All, Order::Newest))))
            }),
        },
        Engine {
            name: "Tantivy",
            takes: |_| true,
            ask: Box::new(|queries| timed(queries, |query| drop(black_box(tantivy.ask(query))))),
        },
        Engine {
            name: "Lucene",
            takes: |query| query.typo != Typo::Last,
            ask: Box::new(|queries| {
                let answers = lucene.ask(queries, TIME.as_millis() as u64);
                answers.into_iter().map(|answer| answer.us).collect()
            }),
        },
    ]
}

fn ours(store: &Store, queries: &[Query]) -> Vec<f64> {
    let requests: Vec<String> = queries.iter().map(request).collect();
    timed(&requests, |request| drop(black_box(store.must(userprofile_suggest, request))))
}

/// Microseconds of each call, by the clock.
fn timed<T>(items: &[T], mut operation: impl FnMut(&T)) -> Vec<f64> {
    let end = Instant::now() + TIME;
    let mut times = Vec::new();
    for item in items {
        let start = Instant::now();
        if start >= end {
            break;
        }
        operation(item);
        times.push(start.elapsed().as_nanos() as f64 / 1000.0);
    }
    times
}

/// Each round begins with another question, so that who is slow gets different ones too.
fn times(set: &Set, engines: &mut [Engine]) -> Vec<Times> {
    let taking = engines.iter_mut().filter(|engine| (engine.takes)(&set.queries[0]));
    let (names, contenders): (Vec<_>, Vec<Contender<Vec<f64>>>) = taking
        .map(|engine| {
            let name = engine.name;
            let mut queries = set.queries.clone();
            let turn: Contender<Vec<f64>> = Box::new(move || {
                queries.rotate_left(set.queries.len() / (ROUNDS + 1));
                (engine.ask)(&queries)
            });
            (name, turn)
        })
        .unzip();
    let results = interleaved(ROUNDS, contenders);
    let times = |(name, rounds): (_, Vec<Vec<f64>>)| Times {
        name,
        p50: rounds.iter().map(|round| median(round)).collect(),
        p99: percentile(&mut rounds.concat(), 99.0),
    };
    names.into_iter().zip(results).map(times).collect()
}

fn latency(set: &Set, times: &[Times]) -> Vec<Figure> {
    let [ours, peers @ ..] = times else { unreachable!("ours comes first") };
    let (p50, p99) = match set.kind {
        Kind::Prefix(_) => (Goal::AtMost(150.0, 80.0), Goal::AtMost(500.0, 200.0)),
        Kind::Typo => (Goal::AtMost(600.0, 300.0), Goal::AtMost(3000.0, 1500.0)),
        Kind::Other => (Goal::None, Goal::None),
    };
    let row = |what: &str, part: &dyn Fn(&Times) -> f64, goal| Figure {
        number: if matches!(goal, Goal::None) { "" } else { "G11" },
        what: format!("suggest, {}: {what}", set.what),
        ours: micros(part(ours)),
        peer: peers
            .iter()
            .map(|peer| format!("{} {}", peer.name, micros(part(peer))))
            .collect::<Vec<_>>()
            .join(", "),
        value: part(ours),
        unit: " us",
        goal,
    };
    let mut figures =
        vec![row("p50", &|times| median(&times.p50), p50), row("p99", &|times| times.p99, p99)];
    if let Kind::Prefix(1..=3) = set.kind {
        for (name, goal) in [
            ("FTS5 newest first", Goal::AtLeast(100.0, 400.0)),
            ("Tantivy", Goal::AtLeast(2.0, 4.0)),
        ] {
            let peer = peers.iter().find(|peer| peer.name == name).expect("takes all prefixes");
            figures.push(Figure {
                number: "G10",
                what: format!("suggest, {}: p50, times as fast as {name}", set.what),
                ours: micros(median(&ours.p50)),
                peer: format!("{name} {}", micros(median(&peer.p50))),
                value: ratio(&peer.p50, &ours.p50),
                unit: "x",
                goal,
            });
        }
    }
    figures
}

fn micros(us: f64) -> String {
    format!("{us:.0} us")
}

/// The same questions to a store with fewer people.
fn growth(stores: &Stores, store: &Store, sets: &[Set]) -> Vec<Figure> {
    let (path, _) = stores.load("fewer", stores.profiles.len() / GROWTH);
    let small = Store::open(&path, "full");
    let measured = |set: &&Set| matches!(set.kind, Kind::Prefix(1 | 3) | Kind::Typo);
    let growth = |set: &Set| {
        let p50 = |store| move || median(&ours(store, &set.queries));
        let contenders: Vec<Contender> = vec![Box::new(p50(store)), Box::new(p50(&small))];
        let results = interleaved(ROUNDS, contenders);
        Figure {
            number: "G12",
            what: format!("suggest, {}: p50 over that with {GROWTH} times fewer people", set.what),
            ours: micros(median(&results[0])),
            peer: format!("fewer {}", micros(median(&results[1]))),
            value: ratio(&results[0], &results[1]),
            unit: "x",
            goal: Goal::AtMost(10.0, 4.0),
        }
    };
    sets.iter().filter(measured).map(growth).collect()
}

/// Each engine's questions per second, asked by one thread and by two.
fn throughput(store: &Store, engines: &mut Engines, queries: &[Query]) -> Vec<Figure> {
    let requests: Vec<String> = queries.iter().map(request).collect();
    let next = AtomicUsize::new(0);
    let turn = || next.fetch_add(1, Ordering::Relaxed) % queries.len();
    let Engines { fts5_folder, tantivy, lucene, .. } = engines;
    let (fts5_folder, searcher) = (&*fts5_folder, &*tantivy);
    let mut rates: [[Vec<f64>; 2]; 4] = Default::default();
    for round in 0..=ROUNDS {
        for (at, threads) in [1, 2].into_iter().enumerate() {
            let rate = |load: crate::measure::Load| load.per_second;
            let round_rates = [
                rate(load(threads, TIME, |_| {
                    || drop(black_box(store.must(userprofile_suggest, &requests[turn()])))
                })),
                rate(load(threads, TIME, |_| {
                    let fts5 = Fts5::open(fts5_folder);
                    move || drop(black_box(fts5.ask(&queries[turn()], Words::All, Order::Rank)))
                })),
                rate(load(threads, TIME, |_| {
                    let mut tantivy = searcher.clone();
                    move || drop(black_box(tantivy.ask(&queries[turn()])))
                })),
                lucene.load(queries, threads, TIME.as_millis() as u64),
            ];
            if round > 0 {
                for (rates, rate) in rates.iter_mut().zip(round_rates) {
                    rates[at].push(rate);
                }
            }
        }
    }
    let shown =
        |[one, two]: &[Vec<f64>; 2]| format!("{:.0}/s, 1 thread {:.0}/s", median(two), median(one));
    let names = ["ours", "FTS5", "Tantivy", "Lucene"];
    let peers: Vec<String> =
        (1..names.len()).map(|at| format!("{} {}", names[at], shown(&rates[at]))).collect();
    vec![Figure {
        number: "",
        what: "suggest, names and two words mixed: 2 threads over 1".to_owned(),
        ours: shown(&rates[0]),
        peer: peers.join("; "),
        value: ratio(&rates[0][1], &rates[0][0]),
        unit: "x",
        goal: Goal::None,
    }]
}
