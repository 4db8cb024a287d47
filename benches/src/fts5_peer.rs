//! The peer that a program already has: SQLite's FTS5 with prefix indexes.

use std::path::Path;

use rusqlite::{Connection, params, params_from_iter};
use serde_json::json;

use crate::query::{Entry, Found, Query};
use crate::sqlite_peer;

/// The categories keep the vowel signs of Indic scripts within words.
const SCHEMA: &str = "
    CREATE TABLE person (id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, full_name TEXT, username TEXT, email TEXT,
                         labels TEXT, last_synchronized INTEGER NOT NULL, answer TEXT NOT NULL);
    CREATE INDEX newest ON person (last_synchronized);
    CREATE VIRTUAL TABLE search USING fts5(full_name, username, email, content='person', content_rowid='id',
        prefix='1 2 3', tokenize=\"unicode61 remove_diacritics 2 categories 'L* N* M* Co'\");";
/// Hinted people first, and nobody twice unless he is among the newest.
const EVERYBODY: &str = "
    SELECT id, answer FROM person WHERE uid IN (SELECT value FROM json_each(?1))
    UNION ALL SELECT * FROM (SELECT id, answer FROM person ORDER BY last_synchronized DESC LIMIT 10)
    LIMIT 10";

/// Whether all words must be there, or any.
#[derive(Clone, Copy)]
pub enum Words {
    All,
    Any,
}

/// Which of the people found are best.
#[derive(Clone, Copy)]
pub enum Order {
    /// By bm25
    Rank,
    /// By bm25, the newest among equals
    RankThenNewest,
    Newest,
}

pub struct Fts5 {
    connection: Connection,
}

impl Fts5 {
    pub fn create(folder: &Path) -> Fts5 {
        let fts5 = Fts5::open(folder);
        fts5.connection.execute_batch(SCHEMA).expect("FTS5 makes its tables");
        fts5.connection.execute_batch("BEGIN").expect("SQLite begins");
        fts5
    }

    /// A connection; each thread has one of its own.
    pub fn open(folder: &Path) -> Fts5 {
        Fts5 { connection: sqlite_peer::connect(folder, "OFF") }
    }

    pub fn insert(&self, entry: &Entry) {
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO person VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
            .expect("SQLite prepares");
        insert
            .execute(params![
                entry.number as i64,
                entry.uid,
                entry.full_name,
                entry.username,
                entry.email,
                entry.labels.join(","),
                entry.last_synchronized,
                entry.answer
            ])
            .expect("SQLite inserts");
    }

    /// Into one segment, which is as fast as it gets.
    pub fn index(&self) {
        self.connection
            .execute_batch(
                "INSERT INTO search(search) VALUES ('rebuild');
                 INSERT INTO search(search) VALUES ('optimize');
                 COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);",
            )
            .expect("FTS5 indexes");
    }

    /// Bytes of the index alone.
    pub fn index_bytes(&self) -> u64 {
        self.connection
            .query_row("SELECT sum(length(block)) FROM search_data", [], |row| row.get::<_, i64>(0))
            .expect("FTS5 has an index") as u64
    }

    pub fn ask(&self, query: &Query, words: Words, order: Order) -> Found {
        let hint = match query.label {
            Some((key, value)) => format!("{key}={value}"),
            None => json!(query.uids).to_string(),
        };
        let (sql, parameters) = match expression(&query.name, words) {
            Some(text) if query.has_hint() => (search(query, order), vec![text, hint]),
            Some(text) => (search(query, order), vec![text]),
            None => (EVERYBODY.to_owned(), vec![hint]),
        };
        let mut select = self.connection.prepare_cached(&sql).expect("SQLite prepares");
        let mut found = select.query(params_from_iter(parameters)).expect("FTS5 searches");
        let mut numbers = Found::new();
        while let Some(row) = found.next().expect("FTS5 finds") {
            row.get_ref(1).and_then(|answer| Ok(answer.as_bytes()?)).expect("an answer");
            numbers.push(row.get::<_, i64>(0).expect("a number") as usize);
        }
        numbers
    }
}

fn search(query: &Query, order: Order) -> String {
    let hinted = match query.label {
        Some(_) => "instr(labels, ?2) > 0 DESC,",
        None if query.uids.is_empty() => "",
        None => "uid IN (SELECT value FROM json_each(?2)) DESC,",
    };
    let order = match order {
        Order::Rank => "rank",
        Order::RankThenNewest => "rank, last_synchronized DESC",
        Order::Newest => "last_synchronized DESC",
    };
    format!(
        "SELECT id, answer FROM search JOIN person ON id = search.rowid
         WHERE search MATCH ?1 ORDER BY {hinted} {order} LIMIT 10"
    )
}

/// The words in quotes, the last one as a prefix.
fn expression(name: &str, words: Words) -> Option<String> {
    let quoted = name.split_whitespace().map(|word| format!("\"{}\"", word.replace('"', "\"\"")));
    let quoted: Vec<String> = quoted.collect();
    let between = match words {
        Words::All => " AND ",
        Words::Any => " OR ",
    };
    (!quoted.is_empty()).then(|| quoted.join(between) + "*")
}
