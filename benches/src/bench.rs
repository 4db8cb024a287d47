//! Measures libuserprofile through its C ABI beside LMDB and SQLite. `benches/run` builds and starts it.
//!
//! `userprofile-bench OUTPUT [--people N] [--only FAMILY]` writes RESULTS.md and results.svg into the folder OUTPUT,
//! or prints the table when only one family is measured. Stores are kept in the folder `BENCH_STORES`.

mod abi;
mod access;
mod activation;
mod calls;
mod checks;
mod contention;
mod failed_logins;
mod figure;
mod identity;
mod issuer;
mod lmdb_peer;
mod machine;
mod measure;
mod opening;
mod plot;
mod reads;
mod report;
mod restricted;
mod role_puts;
mod roles;
mod size;
mod sqlite_peer;
mod stores;
mod storm;
mod tokens;
mod writes;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::exit;
use std::time::Instant;

use figure::Figure;
use report::Run;
use stores::Stores;

/// In this order: size before anything is changed, reads while the peers hold the same bytes.
type Family = (&'static str, fn(&Stores) -> Vec<Figure>);
const FAMILIES: [Family; 10] = [
    ("size", size::measure),
    ("reads", reads::measure),
    ("contention", contention::measure),
    ("writes", writes::measure),
    ("activation", activation::measure),
    ("identity", identity::measure),
    ("access", access::measure),
    ("storm", storm::measure),
    ("opening", opening::measure),
    ("calls", calls::measure),
];
const USAGE: &str = "usage: userprofile-bench OUTPUT [--people N] [--only FAMILY]";

struct Options {
    output: PathBuf,
    people: usize,
    only: Option<String>,
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
    let mut options = Options { output, people: 100_000, only: None };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--people" => options.people = words.next()?.parse().ok()?,
            "--only" => options.only = Some(words.next()?.clone()),
            _ => return None,
        }
    }
    let known = |name: &String| FAMILIES.iter().any(|(family, _)| family == name);
    options.only.iter().all(known).then_some(options)
}

fn measure(options: &Options) {
    let folder = PathBuf::from(
        std::env::var_os("BENCH_STORES").expect("BENCH_STORES is set: start with benches/run"),
    );
    let folder = folder.join(options.people.to_string());
    let stores = timed("stores", || Stores::build(folder.clone(), options.people));
    let wanted = |name: &str| options.only.as_ref().is_none_or(|only| only == name);
    let figures = FAMILIES.iter().filter(|(name, _)| wanted(name));
    let figures = figures.flat_map(|(name, family)| timed(name, || family(&stores))).collect();
    let run = Run {
        command: format!("benches/run --people {}", options.people),
        machine: machine::describe(&folder),
        people: options.people,
        rounds: measure::ROUNDS,
        figures,
    };
    let table = report::markdown(&run);
    print!("{table}");
    if options.only.is_none() {
        fs::create_dir_all(&options.output).expect("the output's folder is made");
        fs::write(options.output.join("RESULTS.md"), table).expect("RESULTS.md is written");
        fs::write(options.output.join("results.svg"), plot::svg(&run.figures))
            .expect("results.svg is written");
    }
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    eprintln!("{name}: {:.1} s", start.elapsed().as_secs_f64());
    result
}
