//! G17: what one `get` of a hot profile costs from C, Python and Go. Each has a small program in drivers/.

use std::collections::BTreeMap;
use std::process::Command;

use crate::figure::{Figure, Goal};
use crate::measure::{ROUNDS, median, ratio};
use crate::stores::Stores;

/// Where `benches/run` builds and finds the drivers: the words of the command of each.
const DRIVERS: [(&str, &str); 3] =
    [("C", "DRIVER_C"), ("Python", "DRIVER_PYTHON"), ("Go", "DRIVER_GO")];

pub fn measure(stores: &Stores) -> Vec<Figure> {
    // "language name" -> ns of each round
    let mut results: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for _ in 0..ROUNDS {
        for (language, variable) in DRIVERS {
            for line in drive(stores, variable).lines() {
                let (name, ns) = line.split_once(' ').expect("name and nanoseconds");
                let ns = ns.parse().expect("nanoseconds");
                results.entry(format!("{language} {name}")).or_default().push(ns);
            }
        }
    }
    let c = &results["C get"];
    let compare = |number, name: &str, what: &str, goal| {
        let ns = &results[name];
        Figure {
            number,
            what: format!("one hot get from {what}: time over C's"),
            ours: format!("{:.0} ns", median(ns)),
            peer: format!("C {:.0} ns", median(c)),
            value: ratio(ns, c),
            unit: "x",
            goal,
        }
    };
    vec![
        compare("G17", "Python call_raw", "Python, bytes out", Goal::AtMost(5.0, 3.5)),
        compare("", "Python get", "Python, dicts", Goal::None),
        compare("G17", "Go Call", "Go, bytes out", Goal::AtMost(3.0, 1.8)),
        compare("", "Go Get", "Go, typed", Goal::None),
    ]
}

fn drive(stores: &Stores, variable: &str) -> String {
    let command = std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: start with benches/run"));
    let mut words = command.split(' ');
    let program = words.next().expect("split has a first");
    let output = Command::new(program)
        .args(words)
        .arg(stores.path())
        .arg(&stores.profiles[0].uid)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("drivers print UTF-8")
}
