//! The library and the engines beside it, all with the same people.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::abi::{Store, userprofile_suggest};
use crate::fts5_peer::Fts5;
use crate::lucene_peer::{self, Lucene};
use crate::query::{Query, Typo};
use crate::stores::Stores;
use crate::tantivy_peer::{self, Tantivy};

pub struct Engines {
    pub fts5: Fts5,
    /// For other connections
    pub fts5_folder: PathBuf,
    pub tantivy: Tantivy,
    pub lucene: Lucene,
}

impl Engines {
    pub fn load(stores: &Stores) -> Engines {
        let fts5_folder = stores.fresh("fts5");
        let fts5 = Fts5::create(&fts5_folder);
        let mut tantivy = tantivy_peer::Loading::new(&stores.fresh("tantivy"));
        let mut lucene = lucene_peer::Loading::new(&stores.fresh("lucene"));
        stores.each_entry(|entry| {
            fts5.insert(entry);
            tantivy.insert(entry);
            lucene.insert(entry);
        });
        fts5.index();
        Engines { fts5, fts5_folder, tantivy: tantivy.index(), lucene: lucene.index() }
    }
}

/// The library's request.
pub fn request(query: &Query) -> String {
    let mut request = Map::new();
    request.insert("name".to_owned(), json!(query.name));
    if query.typo == Typo::Last {
        request.insert("fuzziness".to_owned(), json!("auto_last"));
    }
    if query.has_hint() {
        let labels = query.label.map(|(key, value)| json!({"labels": {key: value}}));
        let hint = labels.unwrap_or_else(|| json!({"uids": query.uids}));
        request.insert("hint".to_owned(), hint);
    }
    Value::Object(request).to_string()
}

/// The uids that the library answers.
pub fn suggest(store: &Store, query: &Query) -> Vec<String> {
    let answer = store.must(userprofile_suggest, &request(query));
    let answer: Value = serde_json::from_str(answer.text()).expect("answers are JSON");
    let profiles = answer["profiles"].as_array().expect("a list of profiles").iter();
    profiles.map(|profile| profile["uid"].as_str().expect("a uid").to_owned()).collect()
}
