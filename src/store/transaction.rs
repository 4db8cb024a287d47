//! What a read or a write may do: the surface of the store inside `Store::read` and `Store::write`.

use std::cell::Cell;

use super::job::Job;
use super::lmdb::{self, Active, Entry, Fault, Outcome, Reading, Tree, Visitor, Writer};
use super::record::{Changes, KEY, Record};
use super::tables::Table;
use crate::error::{Error, Result};

/// Reading, in either kind of transaction.
pub(crate) trait Read {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<&[u8]>>;

    /// Visits entries from `from` on, in key order, until the visitor answers `Break`.
    fn scan(&self, table: Table, from: &[u8], visit: &mut Visitor<'_>) -> Result<()>;

    /// A place among the entries of a table, to go through them at will.
    fn cursor(&self, table: Table) -> Result<Cursor<'_>>;
}

/// A place among the entries of a table.
pub(crate) struct Cursor<'t>(Option<lmdb::Cursor<'t>>);

impl<'t> Cursor<'t> {
    fn open(txn: &'t impl Active, table: Table) -> Outcome<Self> {
        Ok(Self(txn.table(table).map(|tree| txn.cursor(tree)).transpose()?))
    }

    /// Goes to the first entry from `key` on.
    pub(crate) fn seek(&mut self, key: &[u8]) -> Result<Option<Entry<'t>>> {
        self.0.as_mut().map_or(Ok(None), |cursor| cursor.seek(key)).map_err(error)
    }

    /// Goes to the last entry up to `key`.
    pub(crate) fn seek_back(&mut self, key: &[u8]) -> Result<Option<Entry<'t>>> {
        self.0.as_mut().map_or(Ok(None), |cursor| cursor.seek_back(key)).map_err(error)
    }

    /// Goes to the next entry.
    pub(crate) fn next(&mut self) -> Result<Option<Entry<'t>>> {
        self.0.as_mut().map_or(Ok(None), lmdb::Cursor::next).map_err(error)
    }
}

/// What a call that met a fault answers, unless somebody above knows better.
pub(super) fn error(fault: Fault) -> Error {
    match fault {
        Fault::Corrupted | Fault::PageNotFound => {
            Error::internal(format!("the store is damaged ({fault}); restore it from a backup"))
        }
        Fault::BadValSize => Error::internal("a key of the store has a wrong length"),
        fault => Error::unavailable(format!("the store cannot be used now: {fault}")),
    }
}

fn get<'t>(txn: &'t impl Active, table: Table, key: &[u8]) -> Outcome<Option<&'t [u8]>> {
    match txn.table(table) {
        Some(tree) => txn.get(tree, key),
        None => Ok(None),
    }
}

fn scan(
    txn: &impl Active,
    table: Table,
    from: &[u8],
    visit: &mut Visitor<'_>,
) -> Outcome<Result<()>> {
    match txn.table(table) {
        Some(tree) => txn.scan(tree, from, visit),
        None => Ok(Ok(())),
    }
}

/// A snapshot of the store.
pub(crate) struct ReadTxn<'t>(pub(super) Reading<'t>);

impl ReadTxn<'_> {
    /// How often what decides about callers had changed.
    #[inline]
    pub(crate) fn changes(&self) -> Result<Changes> {
        let record = self.0.get(self.0.main(), KEY).map_err(error)?;
        // A record of an older format counts none.
        Ok(record.and_then(Changes::of).unwrap_or_default())
    }

    /// Whether every profile was given to the index, and this handle sees it: not in a store of an
    /// older version that was only read since, or was opened for reading before.
    pub(crate) fn is_indexed(&self) -> Result<bool> {
        Ok(self.record()?.indexed && self.0.table(Table::Suggest).is_some())
    }

    /// How many profiles wait to be folded into the index.
    pub(crate) fn waiting(&self) -> Result<u32> {
        Ok(self.record()?.waiting)
    }

    /// The number that was given last.
    pub(crate) fn last_number(&self) -> Result<u32> {
        Ok(self.record()?.number)
    }

    fn record(&self) -> Result<Record> {
        let record = self.0.get(self.0.main(), KEY).map_err(error)?;
        let record = record.and_then(|bytes| Record::decode(bytes).ok());
        record.ok_or_else(|| error(Fault::Corrupted))
    }
}

impl Read for ReadTxn<'_> {
    #[inline]
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<&[u8]>> {
        get(&self.0, table, key).map_err(error)
    }

    fn scan(&self, table: Table, from: &[u8], visit: &mut Visitor<'_>) -> Result<()> {
        scan(&self.0, table, from, visit).map_err(error)?
    }

    fn cursor(&self, table: Table) -> Result<Cursor<'_>> {
        Cursor::open(&self.0, table).map_err(error)
    }
}

/// The newest state of the store and what this batch has changed so far.
pub(crate) struct WriteTxn<'t> {
    writer: Writer<'t>,
    record: Record,
    /// What the record was when the batch began.
    stored: Record,
    /// Bytes put and entries deleted: zero means that the trees are untouched.
    written: usize,
    /// The first fault: from then on the transaction can only be dropped.
    fault: Cell<Option<Fault>>,
}

impl<'t> WriteTxn<'t> {
    pub(super) fn new(writer: Writer<'t>) -> Outcome<Self> {
        let record = writer.get(writer.main(), KEY)?.and_then(|bytes| Record::decode(bytes).ok());
        let record = record.ok_or(Fault::Corrupted)?;
        let stored = record.clone();
        Ok(Self { writer, record, stored, written: 0, fault: Cell::new(None) })
    }

    pub(super) fn written(&self) -> usize {
        self.written
    }

    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault.get()
    }

    /// Runs a job; when it fails the record is what it was before it.
    pub(super) fn run(&mut self, job: &Job) -> bool {
        let before = self.record.clone();
        let succeeded = job.run(self);
        if !succeeded {
            self.record = before;
        }
        succeeded
    }

    /// Commits; without a change there is nothing to wait for.
    pub(super) fn commit(mut self) -> Outcome<()> {
        if self.record != self.stored {
            let main = self.writer.main();
            self.writer.put(main, KEY, &self.record.encode())?;
        } else if self.written == 0 {
            return Ok(());
        }
        self.writer.commit()
    }

    /// The next profile number: dense, from 1, never given twice.
    pub(crate) fn next_number(&mut self) -> Result<u32> {
        let next = self.record.number.checked_add(1);
        self.record.number = next.ok_or(Error::internal("the store has no profile number left"))?;
        Ok(self.record.number)
    }

    /// The next sequence number of the store, from 0.
    pub(crate) fn next_seq_no(&mut self) -> Result<u64> {
        let next = self.record.seq_no;
        self.record.seq_no += 1;
        Ok(next)
    }

    /// The number that was given last.
    pub(crate) fn last_number(&self) -> u32 {
        self.record.number
    }

    /// How many profiles wait to be folded into the index.
    pub(crate) fn waiting(&mut self) -> &mut u32 {
        &mut self.record.waiting
    }

    /// Says that every profile is in the index.
    pub(crate) fn set_indexed(&mut self) {
        self.record.indexed = true;
    }

    pub(crate) fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<()> {
        let tree = self.tree(table)?;
        self.written += key.len() + value.len();
        self.count(table);
        let outcome = self.writer.put(tree, key, value);
        self.noted(outcome)
    }

    /// Deletes an entry; answers whether it was there.
    pub(crate) fn delete(&mut self, table: Table, key: &[u8]) -> Result<bool> {
        let tree = self.tree(table)?;
        let outcome = self.writer.delete(tree, key);
        if outcome != Ok(false) {
            self.count(table);
            self.written += 1;
        }
        self.noted(outcome)
    }

    /// Counts a change of what decides about callers.
    fn count(&mut self, table: Table) {
        let changes = &mut self.record.changes;
        match table {
            Table::Users | Table::RoleMappings => changes.people += 1,
            Table::Roles | Table::Privileges => changes.rules += 1,
            Table::Records
            | Table::Uids
            | Table::Subjects
            | Table::Tokens
            | Table::TokenOwners
            | Table::Suggest
            | Table::Recency => {}
        }
    }

    fn tree(&self, table: Table) -> Result<Tree> {
        self.noted(self.writer.table(table).ok_or(Fault::BadDbi))
    }

    fn noted<T>(&self, outcome: Outcome<T>) -> Result<T> {
        outcome.map_err(|fault| {
            self.fault.set(self.fault.get().or(Some(fault)));
            error(fault)
        })
    }
}

impl Read for WriteTxn<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<&[u8]>> {
        self.noted(get(&self.writer, table, key))
    }

    fn scan(&self, table: Table, from: &[u8], visit: &mut Visitor<'_>) -> Result<()> {
        self.noted(scan(&self.writer, table, from, visit))?
    }

    fn cursor(&self, table: Table) -> Result<Cursor<'_>> {
        self.noted(Cursor::open(&self.writer, table))
    }
}
