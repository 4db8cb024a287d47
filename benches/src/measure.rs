//! Rounds, medians and load from many callers.

use std::sync::Barrier;
use std::time::{Duration, Instant};

/// Every figure is the median of this many rounds, its contenders taking turns within each.
pub const ROUNDS: usize = 7;

pub type Contender<'a, T = f64> = Box<dyn FnMut() -> T + 'a>;

/// One more round than asked for: the first warms up and is thrown away. Result: [contender][round].
pub fn interleaved<T>(rounds: usize, mut contenders: Vec<Contender<'_, T>>) -> Vec<Vec<T>> {
    let mut results: Vec<Vec<T>> = contenders.iter().map(|_| Vec::new()).collect();
    for round in 0..=rounds {
        for (contender, results) in contenders.iter_mut().zip(&mut results) {
            let result = contender();
            if round > 0 {
                results.push(result);
            }
        }
    }
    results
}

/// Nanoseconds per call of `operation`, which is called once for each item. They are of this thread's processor time:
/// nothing here waits, and what else the machine does must not count.
pub fn ns_per_item<T>(items: &[T], mut operation: impl FnMut(&T)) -> f64 {
    let start = processor_ns();
    items.iter().for_each(&mut operation);
    (processor_ns() - start) / items.len() as f64
}

fn processor_ns() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a clock that exists, and a place for its time.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0, "the thread's clock");
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

pub fn median(values: &[f64]) -> f64 {
    percentile(&mut values.to_vec(), 50.0)
}

/// The median of the ratios of each round: what drifts between rounds falls out.
pub fn ratio(over: &[f64], under: &[f64]) -> f64 {
    median(&over.iter().zip(under).map(|(over, under)| over / under).collect::<Vec<_>>())
}

/// The median of what each round has more than the other.
pub fn difference(more: &[f64], less: &[f64]) -> f64 {
    median(&more.iter().zip(less).map(|(more, less)| more - less).collect::<Vec<_>>())
}

pub fn percentile(values: &mut [f64], percent: f64) -> f64 {
    assert!(!values.is_empty(), "nothing was measured");
    values.sort_by(f64::total_cmp);
    let rank = (values.len() as f64 * percent / 100.0).ceil() as usize;
    values[rank.saturating_sub(1)]
}

/// What a number of callers got done.
#[derive(Clone, Copy)]
pub struct Load {
    pub per_second: f64,
    pub p50_us: f64,
    pub p99_us: f64,
}

/// Callers that call for `time` as fast as they can. `caller(n)` runs on thread n and answers its operation.
pub fn load<F: FnMut()>(
    callers: usize,
    time: Duration,
    caller: impl Fn(usize) -> F + Sync,
) -> Load {
    let barrier = Barrier::new(callers);
    let one = |number| {
        let mut operation = caller(number);
        let mut latencies = Vec::new();
        barrier.wait();
        let start = Instant::now();
        let mut now = start;
        while now - start < time {
            operation();
            let end = Instant::now();
            latencies.push((end - now).as_nanos() as f64 / 1000.0);
            now = end;
        }
        (latencies, now - start)
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers)
            .map(|number| {
                scope.spawn({
                    let one = &one;
                    move || one(number)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a caller panicked")).collect()
    });
    let per_second =
        results.iter().map(|(latencies, spent)| latencies.len() as f64 / spent.as_secs_f64()).sum();
    let mut latencies: Vec<f64> =
        results.into_iter().flat_map(|(latencies, _)| latencies).collect();
    Load {
        per_second,
        p50_us: percentile(&mut latencies, 50.0),
        p99_us: percentile(&mut latencies, 99.0),
    }
}

/// The medians, each on its own, of several rounds.
pub fn median_load(rounds: &[Load]) -> Load {
    let of = |part: fn(&Load) -> f64| median(&rounds.iter().map(part).collect::<Vec<_>>());
    Load { per_second: of(|l| l.per_second), p50_us: of(|l| l.p50_us), p99_us: of(|l| l.p99_us) }
}

/// splitmix64: the same order in every run.
pub struct Rng(pub u64);

impl Rng {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * bound as u128) >> 64) as usize
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
