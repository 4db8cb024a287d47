//! Prints people, one JSON object a line: `people COUNT [--seed N] [--avatars]`.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use people::{People, SEED};

const USAGE: &str = "usage: people COUNT [--seed N] [--avatars]";

fn main() -> ExitCode {
    let Some((count, people)) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match print(count, &people) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("people: {error}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Option<(u64, People)> {
    let (mut count, mut seed, mut avatars) = (None, SEED, false);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seed" => seed = words.next()?.parse().ok()?,
            "--avatars" => avatars = true,
            word => count = Some(word.parse().ok()?),
        }
    }
    let people = People::new(seed);
    Some((count?, if avatars { people.with_avatars() } else { people }))
}

fn print(count: u64, people: &People) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for index in 0..count {
        writeln!(out, "{}", people.person(index).to_json())?;
    }
    out.flush()
}
