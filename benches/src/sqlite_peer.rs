//! The peer that most programs would choose: SQLite, WAL, prepared statements.

use std::path::Path;
use std::time::Duration;

use rusqlite::{CachedStatement, Connection, params};

/// `data_at` is where the answer without data has its `{}` of data, so that a full one is put together by copying.
const SCHEMA: &str = "
    CREATE TABLE profile (id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, answer TEXT NOT NULL, data_at INTEGER NOT NULL);
    CREATE TABLE document (profile INTEGER NOT NULL, name TEXT NOT NULL, json TEXT NOT NULL,
                           PRIMARY KEY (profile, name)) WITHOUT ROWID;";

pub struct Sqlite {
    connection: Connection,
}

pub fn connect(folder: &Path, synchronous: &str) -> Connection {
    let connection = Connection::open(folder.join("profiles.sqlite")).expect("SQLite opens");
    connection.busy_timeout(Duration::from_secs(60)).expect("SQLite waits");
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA cache_size=-262144; PRAGMA mmap_size=8589934592;"
        ))
        .expect("SQLite takes its settings");
    connection
}

impl Sqlite {
    pub fn create(folder: &Path) -> Sqlite {
        let sqlite = Sqlite::open(folder, "OFF");
        sqlite.connection.execute_batch(SCHEMA).expect("SQLite makes its tables");
        sqlite
    }

    /// `synchronous` FULL makes every commit durable.
    pub fn open(folder: &Path, synchronous: &str) -> Sqlite {
        Sqlite { connection: connect(folder, synchronous) }
    }

    fn prepared(&self, sql: &str) -> CachedStatement<'_> {
        self.connection.prepare_cached(sql).expect("SQLite prepares")
    }

    pub fn begin(&self) {
        self.connection.execute_batch("BEGIN").expect("SQLite begins");
    }

    pub fn commit(&self) {
        self.connection.execute_batch("COMMIT").expect("SQLite commits");
    }

    /// Folds the log into the file and empties it.
    pub fn checkpoint(&self) {
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .expect("SQLite checkpoints");
    }

    pub fn insert(&self, id: i64, uid: &str, answer: &str, documents: &[(&str, &str)]) {
        let data_at =
            answer.rfind(r#""data":{}"#).expect("an answer without data") + r#""data":"#.len();
        self.prepared("INSERT INTO profile VALUES (?1, ?2, ?3, ?4)")
            .execute(params![id, uid, answer, data_at as i64])
            .expect("SQLite inserts");
        for (name, json) in documents {
            self.prepared("INSERT INTO document VALUES (?1, ?2, ?3)")
                .execute(params![id, name, json])
                .expect("SQLite inserts");
        }
    }

    pub fn header(&self, uid: &str) -> Vec<u8> {
        self.prepared("SELECT answer FROM profile WHERE uid = ?1")
            .query_row([uid], |row| Ok(row.get_ref(0)?.as_bytes()?.to_vec()))
            .expect("SQLite finds")
    }

    pub fn full(&self, uid: &str) -> Vec<u8> {
        let mut profile = self.prepared("SELECT id, answer, data_at FROM profile WHERE uid = ?1");
        let mut documents = self.prepared("SELECT name, json FROM document WHERE profile = ?1");
        let mut out = Vec::with_capacity(2048);
        let mut rows = profile.query([uid]).expect("SQLite asks");
        let row = rows.next().expect("SQLite steps").expect("SQLite finds");
        let id: i64 = row.get(0).expect("an id");
        let answer = row.get_ref(1).and_then(|value| Ok(value.as_bytes()?)).expect("an answer");
        let (head, tail) = answer.split_at(row.get::<_, i64>(2).expect("a place") as usize);
        out.extend_from_slice(head);
        out.push(b'{');
        let mut data = documents.query([id]).expect("SQLite asks");
        let mut comma = false;
        while let Some(row) = data.next().expect("SQLite steps") {
            let bytes =
                |column| row.get_ref(column).and_then(|value| Ok(value.as_bytes()?)).expect("text");
            if std::mem::replace(&mut comma, true) {
                out.push(b',');
            }
            out.push(b'"');
            out.extend_from_slice(bytes(0));
            out.extend_from_slice(b"\":");
            out.extend_from_slice(bytes(1));
        }
        out.extend_from_slice(&tail[1..]);
        out
    }

    /// The merge that `update_data` does, in SQLite's own words, and committed.
    pub fn update(&self, uid: &str, name: &str, patch: &str) {
        let changed = self
            .prepared(
                "UPDATE document SET json = json_patch(json, ?3)
                 WHERE profile = (SELECT id FROM profile WHERE uid = ?1) AND name = ?2",
            )
            .execute([uid, name, patch])
            .expect("SQLite updates");
        assert_eq!(changed, 1, "SQLite has {uid}");
    }
}
