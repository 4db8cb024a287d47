//! What the index of `suggest` takes, and what a re-activation changes of it.

use people::{People, SEED};

use crate::abi::userprofile_activate;
use crate::figure::{Figure, Goal};
use crate::fts5_peer::Fts5;
use crate::index_cost::later;
use crate::stores::Stores;
use crate::trees::Trees;

const POSTINGS: &str = "suggest";
const RECENCY: &str = "recency";
/// People who are activated again.
const AGAIN: usize = 1000;

pub fn measure(stores: &Stores, fts5: &Fts5) -> Vec<Figure> {
    let bytes = Trees::open(&stores.path()).bytes();
    let per_profile = |bytes: u64| bytes as f64 / stores.profiles.len() as f64;
    let (postings, recency) = (per_profile(bytes[POSTINGS]), per_profile(bytes[RECENCY]));
    let all = per_profile(bytes.values().sum());
    vec![
        Figure {
            number: "",
            what: "bytes of the index of suggest per profile".to_owned(),
            ours: format!(
                "{postings:.0} B of postings, {recency:.0} B of recency; store {all:.0} B"
            ),
            peer: format!("FTS5 {:.0} B", per_profile(fts5.index_bytes())),
            value: postings + recency,
            unit: " B",
            goal: Goal::None,
        },
        unchanged(stores),
    ]
}

/// G14: activating again with the same names, later than 30 seconds.
fn unchanged(stores: &Stores) -> Figure {
    let before = Trees::open(&stores.path()).pairs(POSTINGS);
    let (store, people) = (stores.ours(), People::new(SEED));
    store.set_clock(Some(later));
    let step = (stores.profiles.len() / AGAIN).max(1);
    let numbers = (0..stores.profiles.len()).step_by(step);
    let count = numbers.len();
    for number in numbers {
        store.must(userprofile_activate, &people.person(number as u64).activation());
    }
    drop(store);
    let after = Trees::open(&stores.path()).pairs(POSTINGS);
    let changed = after.iter().filter(|pair| before.binary_search(pair).is_err()).count();
    Figure {
        number: "G14",
        what: "re-activations with the same names that write no posting".to_owned(),
        ours: format!("{count} re-activations, {changed} postings written"),
        peer: String::new(),
        value: 100.0 * (count - changed.min(count)) as f64 / count as f64,
        unit: " %",
        goal: Goal::AtLeast(100.0, 100.0),
    }
}
