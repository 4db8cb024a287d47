//! The same people in the library and in its peers, loaded in random order.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use people::{People, Person, SEED};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::abi::{Store, userprofile_activate, userprofile_get, userprofile_update_data};
use crate::lmdb_peer::Lmdb;
use crate::measure::Rng;
use crate::query::Entry;
use crate::sqlite_peer::Sqlite;

/// People written to a peer in one transaction while loading.
const BATCH: usize = 10_000;

/// What the library's clock says while loading.
static NOW: AtomicI64 = AtomicI64::new(0);

pub struct Stores {
    folder: PathBuf,
    pub profiles: Vec<Profile>,
    /// When each was activated, in milliseconds
    synchronized: Vec<i64>,
    /// All profiles as JSON text
    pub json_bytes: u64,
}

/// A uid and the requests that read it, made beforehand as a program would keep them.
pub struct Profile {
    pub uid: String,
    pub get: String,
    pub get_all: String,
}

impl Stores {
    pub fn build(folder: PathBuf, count: usize) -> Stores {
        let mut stores = Stores {
            folder,
            profiles: Vec::new(),
            synchronized: synchronized(count),
            json_bytes: 0,
        };
        stores.profiles = stores.load("ours", count).1;
        stores.load_peers(&People::new(SEED));
        stores
    }

    /// The first people alone, in a store of the library, whose path is answered.
    pub fn load(&self, name: &str, count: usize) -> (PathBuf, Vec<Profile>) {
        let people = People::new(SEED);
        let path = self.fresh(name);
        let store = Store::open(&path, "none");
        store.set_clock(Some(clock));
        let load = |index: usize| {
            let person = people.person(index as u64);
            NOW.store(self.synchronized[index], Ordering::Relaxed);
            let uid = activate(&store, &person);
            store.must(userprofile_update_data, &save(&uid, &person));
            Profile {
                get: format!(r#"{{"uid":"{uid}"}}"#),
                get_all: format!(r#"{{"uid":"{uid}","data":"*"}}"#),
                uid,
            }
        };
        let profiles = (0..count).map(load).collect();
        (path, profiles)
    }

    /// Peers get the bytes that the library answers.
    fn load_peers(&mut self, people: &People) {
        let ours = self.ours();
        let lmdb = Lmdb::open(&fresh(&self.folder, "lmdb"), true);
        let sqlite = Sqlite::create(&fresh(&self.folder, "sqlite"));
        for (batch, profiles) in self.profiles.chunks(BATCH).enumerate() {
            sqlite.begin();
            let mut pairs = Vec::new();
            for (at, profile) in profiles.iter().enumerate() {
                let index = batch * BATCH + at;
                let header = ours.must(userprofile_get, &profile.get);
                let full = ours.must(userprofile_get, &profile.get_all);
                self.json_bytes += (full.bytes().len() - r#"{"profiles":[]}"#.len()) as u64;
                let person = people.person(index as u64);
                let documents: BTreeMap<&str, &RawValue> =
                    serde_json::from_str(&person.data).expect("data is an object");
                let documents: Vec<_> =
                    documents.into_iter().map(|(name, json)| (name, json.get())).collect();
                sqlite.insert(index as i64, &profile.uid, header.text(), &documents);
                for (name, json) in &documents {
                    pairs.push((
                        lmdb.documents,
                        document_key(&profile.uid, name),
                        json.as_bytes().to_vec(),
                    ));
                }
                pairs.push((
                    lmdb.headers,
                    profile.uid.clone().into_bytes(),
                    header.bytes().to_vec(),
                ));
                pairs.push((lmdb.answers, profile.uid.clone().into_bytes(), full.bytes().to_vec()));
            }
            lmdb.put_all(pairs.iter().map(|(table, key, value)| (*table, &key[..], &value[..])));
            sqlite.commit();
        }
        sqlite.checkpoint();
        lmdb.sync();
    }

    /// Shows everybody to the engines that search.
    pub fn each_entry(&self, mut show: impl FnMut(&Entry)) {
        let (people, ours) = (People::new(SEED), self.ours());
        for (number, profile) in self.profiles.iter().enumerate() {
            let person = people.person(number as u64);
            show(&Entry {
                number,
                uid: &profile.uid,
                full_name: person.full_name.as_deref().unwrap_or_default(),
                username: &person.username,
                email: person.email.as_deref().unwrap_or_default(),
                labels: labels(&person),
                last_synchronized: self.synchronized[number],
                answer: ours.must(userprofile_get, &profile.get).text(),
            });
        }
    }

    /// The library's store, durable.
    pub fn ours(&self) -> Store {
        Store::open(&self.path(), "full")
    }

    pub fn path(&self) -> PathBuf {
        self.folder.join("ours")
    }

    pub fn lmdb_folder(&self) -> PathBuf {
        self.folder.join("lmdb")
    }

    pub fn lmdb(&self) -> Lmdb {
        Lmdb::open(&self.lmdb_folder(), false)
    }

    pub fn sqlite_folder(&self) -> PathBuf {
        self.folder.join("sqlite")
    }

    pub fn sqlite(&self) -> Sqlite {
        Sqlite::open(&self.sqlite_folder(), "FULL")
    }

    /// A folder of its own for another store.
    pub fn fresh(&self, name: &str) -> PathBuf {
        fresh(&self.folder, name)
    }

    /// `many` profiles, drawn at random, the same in every run.
    pub fn sample(&self, many: usize, of: usize) -> Vec<&Profile> {
        let mut rng = Rng(1);
        (0..many).map(|_| &self.profiles[rng.below(of.min(self.profiles.len()))]).collect()
    }

    /// The same people again, all activated before any data is saved, and that in another order.
    pub fn build_activated_first(&self) -> PathBuf {
        let people = People::new(SEED);
        let path = self.fresh("activated-first");
        let store = Store::open(&path, "none");
        let count = self.profiles.len() as u64;
        let mut saves: Vec<_> =
            (0..count).map(|index| (activate(&store, &people.person(index)), index)).collect();
        Rng(2).shuffle(&mut saves);
        for (uid, index) in saves {
            store.must(userprofile_update_data, &save(&uid, &people.person(index)));
        }
        path
    }
}

/// A second apart, in random order, so that the number of a person tells nothing about its last activity.
fn synchronized(count: usize) -> Vec<i64> {
    let mut times: Vec<i64> = (0..count as i64).map(|at| 1_700_000_000_000 + at * 1000).collect();
    Rng(4).shuffle(&mut times);
    times
}

extern "C" fn clock(_: *mut c_void) -> i64 {
    NOW.load(Ordering::Relaxed)
}

/// `key=value` of each label
fn labels(person: &Person) -> Vec<String> {
    let labels: BTreeMap<&str, Value> =
        serde_json::from_str(person.labels).expect("labels are an object");
    let pairs = labels.into_iter().flat_map(|(key, value)| {
        let values = match value {
            Value::Array(values) => values,
            value => vec![value],
        };
        values.into_iter().map(move |value| format!("{key}={}", value.as_str().expect("a string")))
    });
    pairs.collect()
}

/// The uid of the activated profile.
fn activate(store: &Store, person: &Person) -> String {
    store.must(userprofile_activate, &person.activation()).member("uid").to_owned()
}

fn save(uid: &str, person: &Person) -> String {
    format!(r#"{{"uid":"{uid}","labels":{},"data":{}}}"#, person.labels, person.data)
}

/// A uid has no NUL.
pub fn document_key(uid: &str, name: &str) -> Vec<u8> {
    format!("{uid}\0{name}").into_bytes()
}

fn fresh(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    if path.exists() {
        fs::remove_dir_all(&path).expect("an old store is removed");
    }
    fs::create_dir_all(&path).expect("a folder is made");
    path
}

/// What the files of a folder take on disk; holes are free.
pub fn disk_bytes(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).expect("a folder");
    files.map(|file| file.and_then(|file| file.metadata()).expect("a file").blocks() * 512).sum()
}
