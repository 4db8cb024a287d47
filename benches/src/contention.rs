//! G6: reads while durable writers run.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::abi::{Store, userprofile_get};
use crate::figure::{Figure, Goal};
use crate::measure::{Load, ROUNDS, load, median_load, ratio};
use crate::stores::Stores;
use crate::writes::Updates;

const TIME: Duration = Duration::from_millis(500);

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let ours = stores.ours();
    let updates = Updates::new(stores);
    let mut rounds: [Vec<Load>; 3] = Default::default();
    for round in 0..=ROUNDS {
        for (writers, loads) in [0, 1, 32].into_iter().zip(&mut rounds) {
            let result = with_writers(writers, &ours, &updates, || reads(stores, &ours));
            if round > 0 {
                loads.push(result);
            }
        }
    }
    let [idle, one, many] = &rounds;
    let figure = |writers, busy: &[Load], part: fn(&Load) -> f64, name: &str, goal: Goal| {
        let of = |loads: &[Load]| loads.iter().map(part).collect::<Vec<_>>();
        Figure {
            number: if matches!(goal, Goal::None) { "" } else { "G6" },
            what: format!("get, {name}, beside {writers}: over the idle one"),
            ours: format!("{:.2} us", part(&median_load(busy))),
            peer: format!("idle {:.2} us", part(&median_load(idle))),
            value: ratio(&of(busy), &of(idle)),
            unit: "x",
            goal,
        }
    };
    let p50 = |load: &Load| load.p50_us;
    let p99 = |load: &Load| load.p99_us;
    vec![
        figure("1 durable writer", one, p50, "p50", Goal::None),
        figure("1 durable writer", one, p99, "p99", Goal::None),
        figure("32 durable writers", many, p50, "p50", Goal::AtMost(1.3, 1.1)),
        figure("32 durable writers", many, p99, "p99", Goal::AtMost(3.0, 1.5)),
    ]
}

fn reads(stores: &Stores, ours: &Store) -> Load {
    let profiles = stores.sample(100_000, usize::MAX);
    load(1, TIME, |_| {
        let mut next = profiles.iter().cycle();
        move || {
            let profile = next.next().expect("a cycle does not end");
            let (status, answer) = ours.call(userprofile_get, profile.get.as_bytes());
            assert_eq!(status, 0, "{}", answer.text());
            black_box(answer.bytes());
        }
    })
}

fn with_writers<R>(writers: usize, ours: &Store, updates: &Updates, work: impl FnOnce() -> R) -> R {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..writers {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    updates.ours(ours);
                }
            });
        }
        let result = work();
        stop.store(true, Ordering::Relaxed);
        result
    })
}
