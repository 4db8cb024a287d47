//! Random histories against a map: whatever jobs do, alone or together, what is stored is what the
//! jobs that succeeded did, in the order of their sequence numbers.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Put(u8, u16),
    Delete(u8),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Succeed,
    Fail,
    Panic,
}

#[derive(Debug, Clone)]
struct Plan {
    steps: Vec<Step>,
    end: End,
    shrinks: bool,
}

fn plan() -> impl Strategy<Value = Plan> {
    let step = prop_oneof![
        3 => (0..40_u8, 0..3000_u16).prop_map(|(key, size)| Step::Put(key, size)),
        1 => (0..40_u8).prop_map(Step::Delete),
    ];
    let end = prop_oneof![6 => Just(End::Succeed), 2 => Just(End::Fail), 1 => Just(End::Panic)];
    (prop::collection::vec(step, 0..6), end, prop::bool::weighted(0.2))
        .prop_map(|(steps, end, shrinks)| Plan { steps, end, shrinks })
}

fn value(key: u8, size: u16) -> Vec<u8> {
    vec![key ^ size as u8; usize::from(size)]
}

fn carry_out(txn: &mut WriteTxn<'_>, plan: &Plan) -> Result<u64> {
    let seq_no = txn.next_seq_no()?;
    for step in &plan.steps {
        match step {
            Step::Put(key, size) => txn.put(Table::Uids, &[*key], &value(*key, *size))?,
            Step::Delete(key) => drop(txn.delete(Table::Uids, &[*key])?),
        }
    }
    match plan.end {
        End::Succeed => Ok(seq_no),
        End::Fail => Err(Error::illegal_argument("as planned")),
        End::Panic => std::panic::resume_unwind(Box::new("as planned")),
    }
}

fn submit(store: &Store, plan: &Plan) -> Option<u64> {
    let (plan, end) = (plan.clone(), plan.end);
    let shrinks = plan.shrinks;
    let job = move |txn: &mut WriteTxn<'_>| carry_out(txn, &plan);
    let result = if shrinks { store.shrink(job) } else { store.write(job) };
    assert_eq!(result.is_ok(), end == End::Succeed, "{result:?}");
    result.ok()
}

fn apply(model: &mut BTreeMap<Vec<u8>, Vec<u8>>, plan: &Plan) {
    for step in &plan.steps {
        match step {
            Step::Put(key, size) => drop(model.insert(vec![*key], value(*key, *size))),
            Step::Delete(key) => drop(model.remove(&vec![*key])),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn histories_end_as_the_model_says(
        rounds in prop::collection::vec(prop::collection::vec(plan(), 1..12), 1..12)
    ) {
        let directory = tempfile::tempdir().unwrap();
        let settings = Options { map_reserve: MIB, ..options(directory.path()) };
        let mut store = Store::open(&settings).unwrap();
        let (mut model, mut expected) = (BTreeMap::new(), 0);
        for (index, plans) in rounds.iter().enumerate() {
            let shared = &store;
            let mut done: Vec<(u64, &Plan)> = std::thread::scope(|scope| {
                let threads: Vec<_> = plans
                    .iter()
                    .map(|plan| scope.spawn(move || Some((submit(shared, plan)?, plan))))
                    .collect();
                threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
            });
            done.sort_by_key(|(seq_no, _)| *seq_no);
            for (seq_no, plan) in done {
                prop_assert_eq!(seq_no, expected);
                expected += 1;
                apply(&mut model, plan);
            }
            if index % 3 == 2 {
                drop(store);
                store = Store::open(&settings).unwrap();
            }
            let found = store.read(|txn| Ok(entries(txn, Table::Uids, &[]))).unwrap();
            prop_assert!(found.into_iter().eq(model.clone()));
        }
    }
}
