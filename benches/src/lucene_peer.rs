//! The peer that Elasticsearch is made of: Lucene, in a Java program of its own (`benches/lucene`).

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::query::{Entry, Found, Query};

/// People on their way into the index.
pub struct Loading {
    folder: PathBuf,
    people: BufWriter<File>,
}

pub struct Lucene {
    folder: PathBuf,
    child: Child,
    commands: ChildStdin,
    replies: BufReader<ChildStdout>,
}

/// To one query.
pub struct Answer {
    pub us: f64,
    pub found: Found,
}

fn program() -> Command {
    let command = std::env::var("LUCENE_PEER").expect("LUCENE_PEER is set: start with benches/run");
    let mut words = command.split(' ');
    let mut program = Command::new(words.next().expect("split has a first"));
    program.args(words);
    program
}

/// Of Lucene, and of Java.
pub fn version() -> String {
    let output = program().output().expect("Java starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

impl Loading {
    pub fn new(folder: &Path) -> Loading {
        let people = File::create(folder.join("people")).expect("a file of people is made");
        Loading { folder: folder.to_owned(), people: BufWriter::new(people) }
    }

    pub fn insert(&mut self, entry: &Entry) {
        let line = format!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}",
            entry.answer,
            entry.uid,
            entry.last_synchronized,
            entry.labels.join(","),
            entry.full_name,
            entry.username,
            entry.email
        );
        assert_eq!(line.matches(['\t', '\n', '\r']).count(), 6, "one line of seven columns");
        writeln!(self.people, "{line}").expect("people are written");
    }

    /// Starts the program, which indexes.
    pub fn index(self) -> Lucene {
        drop(self.people.into_inner().expect("people are written"));
        let mut child = program()
            .args([self.folder.join("index"), self.folder.join("people")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Java starts");
        let commands = child.stdin.take().expect("a pipe");
        let replies = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut lucene = Lucene { folder: self.folder, child, commands, replies };
        assert_eq!(lucene.reply(), "ready");
        lucene
    }
}

impl Lucene {
    fn reply(&mut self) -> String {
        let mut line = String::new();
        self.replies.read_line(&mut line).expect("Lucene answers");
        assert!(line.ends_with('\n'), "Lucene has died");
        line.trim_end().to_owned()
    }

    fn command(&mut self, words: &[&str]) -> String {
        writeln!(self.commands, "{}", words.join("\t")).expect("Lucene listens");
        self.reply()
    }

    fn write(&self, queries: &[Query]) -> String {
        let path = self.folder.join("queries");
        let lines: String = queries
            .iter()
            .map(|query| {
                let label =
                    query.label.map_or(String::new(), |(key, value)| format!("{key}={value}"));
                format!("{}\t{}\t{label}\n", query.name, query.uids.join(","))
            })
            .collect();
        fs::write(&path, lines).expect("queries are written");
        path.to_str().expect("a UTF-8 path").to_owned()
    }

    /// Answers to the queries from the first on, as many as `ms` milliseconds allow. The times are Java's own.
    pub fn ask(&mut self, queries: &[Query], ms: u64) -> Vec<Answer> {
        let path = self.folder.join("answers");
        let answers = path.to_str().expect("a UTF-8 path");
        let queries = self.write(queries);
        self.command(&["ask", &queries, answers, &ms.to_string()]);
        fs::read_to_string(&path).expect("answers").lines().map(answer).collect()
    }

    /// Queries per second, asked by so many threads for `ms` milliseconds.
    pub fn load(&mut self, queries: &[Query], threads: usize, ms: u64) -> f64 {
        let queries = self.write(queries);
        let rate = self.command(&["load", &queries, &threads.to_string(), &ms.to_string()]);
        rate.parse().expect("a rate")
    }
}

fn answer(line: &str) -> Answer {
    let columns: Vec<&str> = line.split('\t').collect();
    let [ns, _total, numbers] = columns[..] else { panic!("three columns: {line}") };
    let numbers = numbers.split_terminator(',');
    Answer {
        us: ns.parse::<f64>().expect("nanoseconds") / 1000.0,
        found: numbers.map(|number| number.parse().expect("a number")).collect(),
    }
}

impl Drop for Lucene {
    fn drop(&mut self) {
        // It is waiting for a command; nothing of it is needed.
        self.child.kill().expect("Lucene is stopped");
        self.child.wait().expect("Lucene has stopped");
    }
}
