//! Known-item search: people type a name, and the person meant should be among the ten that they see.

use std::collections::HashMap;

use people::{People, SEED};

use crate::engines::{self, Engines};
use crate::figure::{Figure, Goal};
use crate::fts5_peer::{Order, Words};
use crate::query::{Found, Query, Typo};
use crate::stores::Stores;
use crate::typing::{Way, letters};

const TARGETS: usize = 2000;
/// So many people are shown.
const PLACES: usize = 10;
/// After how many letters one looks.
const LETTERS: [usize; 3] = [3, 5, 8];
/// Milliseconds that Lucene may take for all queries: enough.
const ENOUGH: u64 = 3_600_000;

/// Somebody who is looked for, and the name that is typed.
struct Target {
    number: usize,
    typed: String,
}

type Engine<'a> = Box<dyn FnMut(&[Query]) -> Vec<Found> + 'a>;

/// How well one engine finds all targets of one way of typing.
struct Score {
    /// Share in the ten first, by letters
    found: [f64; LETTERS.len()],
    /// Mean of 1 / rank over all of them, 0 where it is not found
    reciprocal: f64,
}

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let Engines { fts5, mut lucene, .. } = Engines::load(stores);
    let ours = stores.ours();
    let uids = stores.profiles.iter().map(|profile| profile.uid.as_str());
    let numbers: HashMap<&str, usize> = uids.zip(0..).collect();
    let ours = |query: &Query| -> Found {
        engines::suggest(&ours, query).iter().map(|uid| numbers[uid.as_str()]).collect()
    };
    let rank = Order::RankThenNewest;
    let mut engines: [Engine; 5] = [
        each(ours),
        each(|query| ours(&Query { typo: Typo::Last, ..query.clone() })),
        each(|query| fts5.ask(query, Words::All, rank)),
        each(|query| fts5.ask(query, Words::Any, rank)),
        Box::new(|queries| {
            lucene.ask(queries, ENOUGH).into_iter().map(|answer| answer.found).collect()
        }),
    ];
    let mut figures = Vec::new();
    for way in Way::ALL {
        let targets = targets(stores.profiles.len(), way);
        let [auto, auto_last, all, any, lucene] =
            engines.each_mut().map(|engine| score(&targets, engine));
        let peers = Peers { all, any, lucene };
        let what = format!("{} targets, {}", targets.len(), way.name());
        figures.extend(compare(&what, &auto, &peers));
        if matches!(way, Way::Typo) {
            figures.extend(compare(&format!("{what}, auto_last"), &auto_last, &peers));
        }
    }
    let both = [Way::AsWritten, Way::Swapped];
    for (what, ways) in
        [(both[0].name(), &both[..1]), (both[1].name(), &both[1..]), ("both, added up", &both)]
    {
        figures.extend(LETTERS.map(|count| room(stores.profiles.len(), what, ways, count)));
    }
    figures
}

/// What ten places have room for, whoever fills them: among people whose names begin with the same
/// letters nobody can tell who is meant. Whoever is meant either way counts twice.
fn room(people: usize, what: &str, ways: &[Way], count: usize) -> Figure {
    let all = People::new(SEED);
    let mut meant = HashMap::<String, Vec<usize>>::new();
    let mut named = 0;
    for number in 0..people {
        let Some(name) = all.person(number as u64).full_name else { continue };
        named += 1;
        for typed in ways.iter().filter_map(|way| way.typed(&name, number as u64)) {
            meant.entry(letters(&typed, count).to_lowercase()).or_default().push(number);
        }
    }
    let found = meant.into_values().map(|numbers| {
        let twice = numbers.windows(2).filter(|pair| pair[0] == pair[1]).count();
        let first = twice.min(PLACES);
        2 * first + (numbers.len() - 2 * twice).min(PLACES - first)
    });
    let share = found.sum::<usize>() as f64 / named as f64 * 100.0;
    Figure {
        number: "",
        what: format!("everybody, {what}: room in the top 10 after {count} letters"),
        ours: String::new(),
        peer: String::new(),
        value: share,
        unit: "%",
        goal: Goal::None,
    }
}

fn each<'a>(ask: impl Fn(&Query) -> Found + 'a) -> Engine<'a> {
    Box::new(move |queries| queries.iter().map(&ask).collect())
}

/// Spread evenly over everybody; instead of one without a full name it is the next one who has it.
fn targets(people: usize, way: Way) -> Vec<Target> {
    let all = People::new(SEED);
    let named = |number: usize| Some((number, all.person(number as u64).full_name?));
    let target = |first| {
        let (number, name) = (first..people).find_map(named)?;
        Some(Target { number, typed: way.typed(&name, number as u64)? })
    };
    let step = (people / TARGETS).max(1);
    (0..people).step_by(step).take(TARGETS).filter_map(target).collect()
}

fn score(targets: &[Target], engine: &mut Engine) -> Score {
    let places = LETTERS.map(|count| {
        let queries: Vec<Query> =
            targets.iter().map(|target| Query::name(letters(&target.typed, count))).collect();
        let found = engine(&queries);
        assert_eq!(found.len(), targets.len(), "every query is answered");
        let place = |(found, target): (&Found, &Target)| {
            found.iter().position(|number| *number == target.number)
        };
        found.iter().zip(targets).map(place).collect::<Vec<_>>()
    });
    let count = targets.len() as f64;
    let reciprocals = places.iter().flatten().flatten().map(|place| 1.0 / (place + 1) as f64);
    Score {
        reciprocal: reciprocals.sum::<f64>() / (count * LETTERS.len() as f64),
        found: places.map(|places| places.iter().flatten().count() as f64 / count),
    }
}

struct Peers {
    all: Score,
    any: Score,
    lucene: Score,
}

/// FTS5 counts with whichever way of joining words is better in that row.
fn compare(what: &str, ours: &Score, peers: &Peers) -> Vec<Figure> {
    let row = |what: String, part: &dyn Fn(&Score) -> f64, shown: fn(f64) -> String| {
        let [ours, all, any, lucene] = [ours, &peers.all, &peers.any, &peers.lucene].map(part);
        let fts5 = all.max(any);
        Figure {
            number: "",
            what,
            ours: shown(ours),
            peer: format!("FTS5 {}, Lucene {}", shown(fts5), shown(lucene)),
            value: ours / fts5.max(lucene),
            unit: "x",
            goal: Goal::Above(1.0),
        }
    };
    let mut figures: Vec<Figure> = (0..LETTERS.len())
        .map(|at| {
            row(
                format!("{what}: in the top 10 after {} letters", LETTERS[at]),
                &|score| score.found[at],
                |share| format!("{:.1} %", share * 100.0),
            )
        })
        .collect();
    figures.push(row(format!("{what}: mean reciprocal rank"), &|score| score.reciprocal, |rank| {
        format!("{rank:.3}")
    }));
    figures
}
