//! 500 simultaneous activations of one user, through two processes.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Barrier, Mutex};
use std::time::Instant;

use crate::abi::{Store, userprofile_activate};
use crate::figure::{Figure, Goal};
use crate::measure::{ROUNDS, median, percentile};
use crate::stores::Stores;

const PROCESSES: usize = 2;
const THREADS: usize = 250;

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let path = stores.fresh("storm");
    drop(Store::open(&path, "full"));
    let (mut failures, mut p50, mut p99) = (0, Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (failed, mut latencies) = storm(&path, &format!("user{round}"));
        failures += failed;
        p50.push(percentile(&mut latencies, 50.0));
        p99.push(percentile(&mut latencies, 99.0));
    }
    let attempts = PROCESSES * THREADS * ROUNDS;
    vec![Figure {
        number: "",
        what: format!(
            "login storm, {} threads of {PROCESSES} processes, one new user: failed logins",
            PROCESSES * THREADS
        ),
        ours: format!(
            "{failures} of {attempts}, p50 {:.1} ms, p99 {:.1} ms",
            median(&p50),
            median(&p99)
        ),
        peer: "Elasticsearch 4.35 % on one node, 8.54 % on three (elastic/kibana#139276)"
            .to_owned(),
        value: failures as f64 * 100.0 / attempts as f64,
        unit: " %",
        goal: Goal::None,
    }]
}

/// Failures, and the latencies in ms of all attempts. One uid is the only success.
fn storm(path: &Path, user: &str) -> (usize, Vec<f64>) {
    let mut children: Vec<(Child, BufReader<_>)> = (0..PROCESSES)
        .map(|_| {
            let program = std::env::current_exe().expect("this program has a path");
            let mut child = Command::new(program)
                .arg("--storm")
                .args([path.as_os_str(), user.as_ref()])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("this program starts again");
            let output = BufReader::new(child.stdout.take().expect("a pipe"));
            (child, output)
        })
        .collect();
    for (_, output) in &mut children {
        output.read_line(&mut String::new()).expect("a child is ready");
    }
    for (child, _) in &mut children {
        child.stdin.as_mut().expect("a pipe").write_all(b"go\n").expect("a child listens");
    }
    let mut uids = Vec::new();
    let mut latencies = Vec::new();
    for (mut child, output) in children {
        for line in output.lines() {
            let line = line.expect("a child answers");
            let (latency, uid) = line.split_once(' ').expect("latency, uid");
            latencies.push(latency.parse().expect("a number"));
            uids.push(uid.to_owned());
        }
        assert!(child.wait().expect("a child ends").success(), "a child failed");
    }
    assert_eq!(uids.len(), PROCESSES * THREADS, "every thread answers");
    let winner = uids.iter().find(|uid| !uid.is_empty()).cloned();
    (uids.iter().filter(|&uid| Some(uid) != winner.as_ref()).count(), latencies)
}

/// One process of the storm. Prints latency in ms and uid, empty after a failure, for each thread.
pub fn child(path: &Path, user: &str) {
    let store = Store::open(path, "full");
    let request = format!(
        r#"{{"grant_type":"authentication","authentication":{{"username":"{user}","roles":["r"],"metadata":{{}},"authentication_realm":{{"name":"ldap1","type":"ldap"}},"authentication_type":"realm"}}}}"#
    );
    let (ready, lines) = (Barrier::new(THREADS + 1), Mutex::new(String::new()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                ready.wait();
                let start = Instant::now();
                let (status, answer) = store.call(userprofile_activate, request.as_bytes());
                let spent = start.elapsed().as_secs_f64() * 1000.0;
                let uid = if status == 0 { answer.member("uid") } else { "" };
                lines.lock().expect("no thread panics").push_str(&format!("{spent} {uid}\n"));
            });
        }
        println!("ready");
        std::io::stdin().read_line(&mut String::new()).expect("the parent says go");
        ready.wait();
    });
    print!("{}", lines.into_inner().expect("no thread panics"));
}
