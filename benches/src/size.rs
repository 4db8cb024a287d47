//! G13: bytes on disk beside the JSON's own size, after loading in random order.

use crate::figure::{Figure, Goal};
use crate::stores::{Stores, disk_bytes};

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let lmdb = stores.lmdb();
    let activated_first = stores.build_activated_first();
    let per_profile = |bytes: u64| bytes as f64 / stores.profiles.len() as f64;
    let json = per_profile(stores.json_bytes);
    let compare = |number, what: &str, bytes: u64, goal| {
        let bytes = per_profile(bytes);
        Figure {
            number,
            what: format!("bytes on disk over JSON: {what}"),
            ours: format!("{bytes:.0} B/profile"),
            peer: format!("JSON {json:.0} B/profile"),
            value: bytes / json,
            unit: "x",
            goal,
        }
    };
    let goal = Goal::AtMost(1.45, 1.3);
    vec![
        compare("G13", "each activated, then saved", disk_bytes(&stores.path()), goal),
        compare(
            "G13",
            "all activated, then saved in another order",
            disk_bytes(&activated_first),
            goal,
        ),
        compare(
            "",
            "(LMDB, two uid-keyed trees)",
            lmdb.used(&[lmdb.headers, lmdb.documents]),
            Goal::None,
        ),
        compare("", "(SQLite)", disk_bytes(&stores.sqlite_folder()), Goal::None),
    ]
}
