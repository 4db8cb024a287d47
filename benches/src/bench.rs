//! Measures libuserprofile through its C ABI beside LMDB, SQLite and engines that search. `benches/run` builds and
//! starts it.
//!
//! `userprofile-bench OUTPUT [--people N] [--only FAMILY]` writes RESULTS.md and results.svg into the folder OUTPUT,
//! or prints the table when only one family is measured. Stores are kept in the folder `BENCH_STORES`.

mod abi;
mod access;
mod activation;
mod calls;
mod checks;
mod contention;
mod engines;
mod failed_logins;
mod figure;
mod fts5_peer;
mod identity;
mod index_cost;
mod index_size;
mod issuer;
mod lmdb_peer;
mod lucene_peer;
mod machine;
mod measure;
mod opening;
mod plot;
mod quality;
mod query;
mod query_sets;
mod reads;
mod report;
mod restricted;
mod role_puts;
mod roles;
mod size;
mod sqlite_peer;
mod stores;
mod storm;
mod suggest;
mod tantivy_peer;
mod tokens;
mod trees;
mod typing;
mod writes;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::exit;
use std::time::Instant;

use figure::Figure;
use report::{Run, Section};
use stores::Stores;

/// Its name, how many people it is measured with unless something else is asked for, and how.
type Family = (&'static str, usize, fn(&Stores) -> Vec<Figure>);
const PEOPLE: usize = 100_000;
const MANY: usize = 1_000_000;
/// In this order: size before anything is changed, reads while the peers hold the same bytes.
const FAMILIES: [Family; 12] = [
    ("size", PEOPLE, size::measure),
    ("quality", PEOPLE, quality::measure),
    ("reads", PEOPLE, reads::measure),
    ("contention", PEOPLE, contention::measure),
    ("writes", PEOPLE, writes::measure),
    ("activation", PEOPLE, activation::measure),
    ("identity", PEOPLE, identity::measure),
    ("access", PEOPLE, access::measure),
    ("storm", PEOPLE, storm::measure),
    ("opening", PEOPLE, opening::measure),
    ("calls", PEOPLE, calls::measure),
    ("suggest", MANY, suggest::measure),
];
const USAGE: &str = "usage: userprofile-bench OUTPUT [--people N] [--only FAMILY]";

struct Options {
    output: PathBuf,
    people: Option<usize>,
    only: Option<String>,
}

impl Options {
    fn command(&self) -> String {
        let people = self.people.map_or(String::new(), |people| format!(" --people {people}"));
        let only = self.only.as_ref().map_or(String::new(), |only| format!(" --only {only}"));
        format!("benches/run{people}{only}")
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--storm", path, user] => storm::child(Path::new(path), user),
        ["--memory", path, uid] => opening::child(Path::new(path), uid),
        _ => measure(&options(&words).unwrap_or_else(|| {
            eprintln!("{USAGE}");
            exit(2)
        })),
    }
}

fn options(words: &[String]) -> Option<Options> {
    let (output, mut words) = (words.first()?.into(), words[1..].iter());
    let mut options = Options { output, people: None, only: None };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--people" => options.people = Some(words.next()?.parse().ok()?),
            "--only" => options.only = Some(words.next()?.clone()),
            _ => return None,
        }
    }
    let known = |name: &String| FAMILIES.iter().any(|(family, ..)| family == name);
    options.only.iter().all(known).then_some(options)
}

fn measure(options: &Options) {
    let folder = PathBuf::from(
        std::env::var_os("BENCH_STORES").expect("BENCH_STORES is set: start with benches/run"),
    );
    let wanted = |(name, ..): &&Family| options.only.as_ref().is_none_or(|only| only == name);
    let wanted: Vec<&Family> = FAMILIES.iter().filter(wanted).collect();
    let people = |(_, people, _): &Family| options.people.unwrap_or(*people);
    let sections = wanted.chunk_by(|one, next| people(one) == people(next)).map(|families| {
        let people = people(families[0]);
        let build = || Stores::build(folder.join(people.to_string()), people);
        let stores = timed("stores", build);
        let figures = |(name, _, family): &&Family| timed(name, || family(&stores));
        Section { people, figures: families.iter().flat_map(figures).collect() }
    });
    let run = Run {
        sections: sections.collect(),
        command: options.command(),
        machine: machine::describe(&folder),
        rounds: measure::ROUNDS,
    };
    let table = report::markdown(&run);
    print!("{table}");
    if options.only.is_none() {
        fs::create_dir_all(&options.output).expect("the output's folder is made");
        fs::write(options.output.join("RESULTS.md"), table).expect("RESULTS.md is written");
        let figures = run.sections.iter().flat_map(|section| &section.figures);
        fs::write(options.output.join("results.svg"), plot::svg(figures))
            .expect("results.svg is written");
    }
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    eprintln!("{name}: {:.1} s", start.elapsed().as_secs_f64());
    result
}
