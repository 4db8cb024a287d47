//! Whether the index is what follows from the profiles: every posting is looked for, and counted so
//! that none is left over.

use std::collections::BTreeMap;

use super::entries::{Entries, entries, pack};
use super::index::{self, each_waiting};
use super::keys::{self, EVERYBODY, LABEL, PAIR, PREFIX, WORD};
use super::postings::{BLOCK, CHUNK, Postings, place};
use super::prefixes::Prefixes;
use super::recency::{Recency, Times};
use super::vocabulary;
use crate::error::Result;
use crate::profile::record::Header;
use crate::profile::records;
use crate::store::{Read, ReadTxn, Store, Table};

/// So many differences are told.
const TOLD: usize = 10;

/// What a check of the whole index found.
#[derive(Default)]
pub(crate) struct Checked {
    pub(crate) profiles: u64,
    pub(crate) postings: u64,
    /// How many differences there are, and the first of them in words.
    pub(crate) count: u64,
    pub(crate) differences: Vec<String>,
}

impl Checked {
    fn differ(&mut self, difference: impl FnOnce() -> String) {
        self.count += 1;
        if self.differences.len() < TOLD {
            self.differences.push(difference());
        }
    }
}

/// Compares the index with the profiles, in both directions.
pub(crate) fn check(store: &Store, txn: &ReadTxn<'_>) -> Result<Checked> {
    index::require(txn)?;
    let (prefixes, times, found) = (Prefixes::default(), Times::new(txn)?, Checked::default());
    let mut check = Check { store, txn, prefixes, times, found };
    let mut waiting = BTreeMap::new();
    each_waiting(txn, |number, record| {
        waiting.insert(number, record);
        Ok(())
    })?;
    if waiting.len() != txn.waiting()? as usize {
        check.found.differ(|| "another number of profiles waits than is counted".to_owned());
    }
    let all_waiting = waiting.clone();
    for number in 1..=txn.last_number()? {
        match records::header(txn, number)? {
            Some(header) => check.profile(number, &header, waiting.remove(&number))?,
            None => check.found.differ(|| format!("profile number {number} is missing")),
        }
    }
    for number in waiting.into_keys() {
        check.found.differ(|| format!("number {number} waits, but there is no such profile"));
    }
    if check.count_postings()? != check.found.postings {
        check.find_left_over(&all_waiting)?;
    }
    check.check_counts()?;
    Ok(check.found)
}

struct Check<'t> {
    store: &'t Store,
    txn: &'t ReadTxn<'t>,
    prefixes: Prefixes,
    times: Times<'t>,
    found: Checked,
}

impl Check<'_> {
    fn profile(&mut self, number: u32, header: &Header<'_>, waiting: Option<&[u8]>) -> Result<()> {
        self.found.profiles += 1;
        let differ = |found: &mut Checked, what: &str| {
            found.differ(|| format!("profile [{}]: {what}", header.uid));
        };
        let (recency, (chunk, place)) = (Recency::of(header), place(number));
        if self.times.get(number)? != recency {
            differ(&mut self.found, "another time of its last activation is kept");
        }
        if self.times.bound(chunk, usize::from(place) / BLOCK)? < recency {
            differ(&mut self.found, "it is newer than the newest of its block");
        }
        let own = entries(self.store, header);
        if let Some(record) = waiting {
            if *record != pack(&own) {
                differ(&mut self.found, "it waits with other entries than it has");
            }
            return Ok(());
        }
        for (subject, fields) in &self.prefixes.with_beginnings(self.txn, &own)? {
            self.found.postings += 1;
            let piece = self.txn.get(Table::Suggest, &keys::piece(subject, *fields, chunk))?;
            if !piece.is_some_and(|piece| Postings::of(piece).contains(place)) {
                differ(&mut self.found, &format!("it is missing {}", list(subject, *fields)));
            }
            if subject.first() == Some(&WORD) {
                let word = keys::text(subject)?;
                if !vocabulary::contains(self.txn, word)? {
                    differ(&mut self.found, &format!("the word [{word}] is not in the vocabulary"));
                }
            }
        }
        Ok(())
    }

    /// How many profiles all lists have together.
    fn count_postings(&self) -> Result<u64> {
        let mut count = 0;
        self.each_piece(|_, _, _, postings| {
            count += postings.len() as u64;
            Ok(())
        })?;
        Ok(count)
    }

    fn each_piece(
        &self,
        mut visit: impl FnMut(&[u8], u8, u32, Postings<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut cursor = self.txn.cursor(Table::Suggest)?;
        for tag in [EVERYBODY, LABEL, PREFIX, PAIR, WORD] {
            let mut entry = cursor.seek(&[tag])?;
            while let Some((key, value)) = entry.filter(|(key, _)| key.first() == Some(&tag)) {
                let (subject, fields, chunk) = keys::split(key)?;
                visit(subject, fields, chunk, Postings::of(value))?;
                entry = cursor.next()?;
            }
        }
        Ok(())
    }

    /// Names profiles that are in lists where they do not belong, such as those that wait.
    fn find_left_over(&mut self, waiting: &BTreeMap<u32, &[u8]>) -> Result<()> {
        let (mut prefixes, mut found) = (Prefixes::default(), Checked::default());
        self.each_piece(|subject, fields, chunk, postings| {
            let mut places = Vec::new();
            postings.places(|place| places.push(place));
            for number in places.into_iter().map(|place| chunk * CHUNK + u32::from(place)) {
                let header = records::header(self.txn, number)?;
                let own = header.filter(|_| !waiting.contains_key(&number));
                let own = own.map_or_else(Entries::new, |header| entries(self.store, &header));
                if prefixes.with_beginnings(self.txn, &own)?.get(subject) != Some(&fields) {
                    found.differ(|| {
                        format!("number {number} is left over {}", list(subject, fields))
                    });
                }
            }
            Ok(())
        })?;
        self.found.count += found.count;
        self.found.differences.extend(found.differences);
        self.found.differences.truncate(TOLD);
        Ok(())
    }

    /// Compares the counts of what begins with a text with what there is. All pieces that are
    /// counted together are neighbours.
    fn check_counts(&mut self) -> Result<()> {
        let (mut prefixes, mut counted) = (Prefixes::default(), 0);
        let mut run: Option<(String, u32)> = None;
        let mut wrong = Vec::new();
        let mut close = |run: Option<(String, u32)>| -> Result<()> {
            let Some((text, count)) = run else { return Ok(()) };
            counted += 1;
            if super::prefixes::count(self.txn, &text)? != count {
                wrong.push(format!(
                    "there are {count} pieces that begin with [{text}], not as many as counted"
                ));
            }
            Ok(())
        };
        self.each_piece(|subject, _, _, _| {
            let Some(text) = prefixes.counted_with(self.txn, subject)? else { return Ok(()) };
            match &mut run {
                Some((same, count)) if same == text => *count += 1,
                _ => close(run.replace((text.to_owned(), 1)))?,
            }
            Ok(())
        })?;
        close(run)?;
        let stored = super::prefixes::counts(self.txn)?;
        if stored != counted {
            wrong.push(format!("{stored} beginnings are counted, and there are {counted}"));
        }
        for difference in wrong {
            self.found.differ(|| difference);
        }
        Ok(())
    }
}

/// A list, in words.
fn list(subject: &[u8], fields: u8) -> String {
    let text = subject.get(1..).map(String::from_utf8_lossy).unwrap_or_default();
    let kind = match subject.first() {
        Some(&EVERYBODY) => return "in the list of everybody".to_owned(),
        Some(&LABEL) => return "in the list of a label".to_owned(),
        Some(&PREFIX) => "words that begin with",
        Some(&PAIR) => "the pair",
        _ => "the word",
    };
    format!("in the list of {kind} [{text}] in fields {fields}")
}
