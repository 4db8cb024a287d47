//! A query on one snapshot: gathers the lists that it needs, and finds the best among their profiles.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use super::ceiling::Ceiling;
use super::entries::{LabelPath, NO_FIELD, label_subject, unpack};
use super::index::{self, each_waiting};
use super::keys::{self, EVERYBODY, LABEL, NAME, PAIR, USERNAME, WORD};
use super::ladder::Ladder;
use super::pieces::{Collector, Piece, Role};
use super::planes::Planes;
use super::postings::{Postings, place};
use super::query::Query;
use super::rank::{Best, Hit, Layout};
use super::recency::Times;
use super::resolve::{Resolved, Resolver, add_pairs};
use super::scan::Scan;
use super::sieve::Sieve;
use crate::error::Result;
use crate::profile::records::Directory;
use crate::store::{ReadTxn, Store};

/// Matches are counted up to this many.
pub(crate) const COUNTED: usize = 10_000;

/// The hints, as places among the hints of a rank.
pub(super) const UID: usize = 0;
pub(super) const WITH_LABEL: usize = 1;

/// A query on one snapshot of the store.
pub(crate) struct Search<'t> {
    pub(super) store: &'t Store,
    txn: &'t ReadTxn<'t>,
    pub(super) query: &'t Query,
    pub(super) resolved: Vec<Resolved>,
    pieces: Vec<Piece<'t>>,
    /// Whether everybody who matches and does not wait is in one list, with all fields.
    in_one_list: bool,
    /// How many match that do not wait, if lists tell; beyond `COUNTED` it is not exact.
    known: Option<usize>,
    /// The profiles whose uids are hints, by chunk.
    hinted: BTreeMap<u32, Vec<[u8; 2]>>,
    /// The subjects of the labels that are hints.
    pub(super) labels: HashSet<Vec<u8>>,
}

/// The profiles that match, at most as many as were wanted.
pub(crate) struct Found {
    /// The numbers of the best ones, best first.
    pub(crate) numbers: Vec<u32>,
    /// How many match in all; beyond `COUNTED` it is not exact.
    pub(crate) total: usize,
}

impl<'t> Search<'t> {
    pub(crate) fn new(
        store: &'t Store,
        directory: &Directory,
        txn: &'t ReadTxn<'t>,
        query: &'t Query,
    ) -> Result<Self> {
        index::require(txn)?;
        let mut collector = Collector::new(txn)?;
        let mut resolved = Vec::with_capacity(query.clauses.len());
        if query.everybody {
            collector.add_list(vec![EVERYBODY], NO_FIELD, Role::Anybody)?;
        } else if !query.clauses.is_empty() {
            let mut resolver = Resolver::new(txn);
            for clause in &query.clauses {
                resolved.push(resolver.resolve(clause, &mut collector)?);
            }
            for first in 1..query.words {
                add_pairs(
                    &mut collector,
                    txn,
                    first - 1,
                    [&resolved[first - 1], &resolved[first]],
                )?;
            }
        }
        let mut labels = HashSet::new();
        if let Some((path, values)) = &query.label {
            let path = LabelPath::new(store, path.clone());
            labels.extend(values.iter().map(|value| label_subject(store, &path, value)));
        }
        for subject in &labels {
            collector.add_list(subject.clone(), NO_FIELD, Role::Hint(WITH_LABEL))?;
        }
        let mut hinted: BTreeMap<u32, Vec<[u8; 2]>> = BTreeMap::new();
        for uid in &query.uids {
            if let Some((number, _)) = directory.find(store, txn, uid)? {
                let (chunk, place) = place(number);
                hinted.entry(chunk).or_default().push(place.to_le_bytes());
            }
        }
        for places in hinted.values_mut() {
            places.sort_unstable_by_key(|place| u16::from_le_bytes(*place));
            places.dedup();
        }
        let of_a_beginning = query.words == 1
            && matches!(&resolved[..], [Resolved { has_lists_of_beginning: true, .. }]);
        let in_one_list = query.everybody || of_a_beginning;
        let has_many = collector.longest > COUNTED && !(query.every_word && query.words > 1);
        let known = (in_one_list || has_many).then_some(collector.longest);
        let pieces = collector.pieces;
        Ok(Self { store, txn, query, resolved, pieces, in_one_list, known, hinted, labels })
    }

    /// The best `count` profiles.
    pub(crate) fn best(&self, count: usize) -> Result<Found> {
        let (words, every_word) = (self.query.words, self.query.every_word);
        let layout = Layout::new(words);
        let mut best = Best::new(count);
        let mut times = Times::new(self.txn)?;
        let mut total = self.judge_waiting(&layout, &mut times, &mut best)?;
        total += self.known.unwrap_or_default();
        let mut pieces = self.pieces.clone();
        pieces.extend(self.hinted.iter().map(|(chunk, places)| Piece {
            chunk: *chunk,
            role: Role::Hint(UID),
            fields: NO_FIELD,
            postings: Postings::Few(places),
        }));
        if self.in_one_list {
            Ladder::new(words, &pieces).climb(&layout, &mut times, &mut best)?;
            return Ok(Found { numbers: best.into_numbers(), total });
        }
        pieces.sort_by_key(|piece| piece.chunk);
        let sieve = Sieve::new(words, every_word, layout, &pieces);
        let mut scan = Scan::new(layout, sieve, Planes::new(words), times, best);
        for pieces in pieces.chunk_by(|one, next| one.chunk == next.chunk).rev() {
            let is_counted = self.known.is_none() && total <= COUNTED;
            total += scan.chunk(pieces, is_counted)?;
        }
        Ok(Found { numbers: scan.into_best().into_numbers(), total })
    }

    /// Judges the profiles that are not in the lists yet; answers how many match.
    fn judge_waiting(
        &self,
        layout: &Layout,
        times: &mut Times<'_>,
        best: &mut Best,
    ) -> Result<usize> {
        let mut total = 0;
        each_waiting(self.txn, |number, record| {
            let mut has = Ceiling::new(self.query.words);
            let mut matches = false;
            unpack(record, |subject, fields| {
                match subject.first() {
                    Some(&EVERYBODY) => matches |= self.query.everybody,
                    Some(&LABEL) if self.labels.contains(subject) => {
                        has.add(Role::Hint(WITH_LABEL), NO_FIELD);
                    }
                    Some(&WORD) => {
                        let text = keys::text(subject)?;
                        for clause in &self.resolved {
                            for (fields, kind) in clause.matches(text, fields) {
                                has.add(Role::Word(clause.word, kind), fields);
                            }
                        }
                    }
                    Some(&PAIR) => self.judge_pair(keys::text(subject)?, fields, &mut has),
                    _ => {}
                }
                Ok(())
            })?;
            matches |= if self.query.every_word { has.has_every_word() } else { has.has_a_word() };
            if !matches {
                return Ok(());
            }
            let (chunk, place) = place(number);
            let hinted = self.hinted.get(&chunk).map(|places| Postings::Few(places));
            if hinted.is_some_and(|hinted| hinted.contains(place)) {
                has.add(Role::Hint(UID), NO_FIELD);
            }
            total += 1;
            let recency = times.get(number)?;
            let rank = layout.rank(has.values());
            best.push(Hit { rank, recency, number: Reverse(number) });
            Ok(())
        })?;
        Ok(total)
    }

    /// Adds the pairs of the query's words that a pair of a profile's words is.
    fn judge_pair(&self, text: &str, fields: u8, has: &mut Ceiling) {
        let Some((one, next)) = text.split_once(' ') else { return };
        for first in 1..self.query.words {
            let fields = self.resolved[first - 1].fields_of_cut(one, fields & (NAME | USERNAME));
            let fields = self.resolved[first].fields_of_cut(next, fields);
            if fields != 0 {
                has.add(Role::Pair(first - 1), fields);
            }
        }
    }
}
