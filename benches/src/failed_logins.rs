//! Whether the time of a failed login tells if there is such a user.

use std::fs;
use std::time::Instant;

use crate::abi::{Store, userprofile_activate};
use crate::figure::{Figure, Goal};
use crate::identity::{PASSWORD, put_user};
use crate::measure::{Contender, interleaved, median, ratio};
use crate::stores::Stores;

const USERS: [&str; 2] = ["user0", "user1"];
/// Of `PASSWORD`, at the cost that Elasticsearch uses.
const BCRYPT: &str = "$2b$10$0ILxARVzGlo2ixv6SCRVSu5CWp0gA/JFtVhUCaWNA.aGzettidi/q";
const FILE_ONLY: &str = r#"{"native":{"native1":{"enabled":false}},"file":{"file1":{}}}"#;

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let native = Store::open(&stores.fresh("failed-native"), "full");
    USERS.iter().for_each(|username| put_user(&native, username));
    let folder = stores.fresh("failed-file");
    let lines: String = USERS.iter().map(|username| format!("{username}:{BCRYPT}\n")).collect();
    fs::write(folder.join("users"), lines).expect("the file realm's users are written");
    let file = Store::open_with(&folder, "full", FILE_ONLY);
    // More rounds than usual, for a difference that tells is small.
    [("native realm, argon2id", native, 90), ("file realm, bcrypt", file, 30)]
        .iter()
        .flat_map(|(realm, store, rounds)| compare(realm, store, *rounds))
        .collect()
}

fn compare(realm: &str, store: &Store, rounds: usize) -> [Figure; 2] {
    store.must(userprofile_activate, &login(USERS[0], PASSWORD));
    let fail = |username: &str| -> Contender<'_> {
        let request = login(username, "wrong horse");
        Box::new(move || {
            let start = Instant::now();
            let (status, answer) = store.call(userprofile_activate, request.as_bytes());
            let spent = start.elapsed().as_secs_f64() * 1000.0;
            assert_eq!(status, 401, "{}", answer.text());
            spent
        })
    };
    let contenders = vec![fail("nobody"), fail(USERS[0]), fail(USERS[1])];
    let results = interleaved(rounds, contenders);
    let [unknown, wrong, other] = &results[..] else {
        unreachable!("one result for each contender")
    };
    let ms = |times: &[f64]| format!("{:.3} ms", median(times));
    [("unknown user", unknown), ("another's wrong password", other)].map(|(what, times)| Figure {
        number: "",
        what: format!("failed login, {realm}: {what} over wrong password"),
        ours: ms(times),
        peer: format!("wrong password {}", ms(wrong)),
        value: ratio(times, wrong),
        unit: "x",
        goal: Goal::None,
    })
}

fn login(username: &str, password: &str) -> String {
    format!(r#"{{"grant_type":"password","username":"{username}","password":"{password}"}}"#)
}
