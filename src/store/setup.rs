//! The first open of a store in a process: checks what is there, makes what is missing.

use std::path::Path;
use std::sync::Arc;

use siphasher::sip128::SipHasher13;

use super::commit::Queue;
use super::environment::{self, Environment};
use super::lmdb::{self, Active, Env, Fault, LockFile, Outcome};
use super::options::Options;
use super::place::{Identity, Place, damaged, unusable, wrong};
use super::record::{self, Record, Unreadable};
use super::{Store, check};
use crate::error::{Error, Result};
use crate::fork;

/// Opens the store in `place`, of which this process has none open.
pub(super) fn start(place: Place, options: Options) -> Result<Store> {
    if !lmdb::version_fits() {
        return Err(Error::internal("this program was linked with an LMDB other than 0.9"));
    }
    let opened = open_alone(&place, &options);
    let opened = opened.inspect_err(|_| place.remove_temporary())?;
    let environment =
        Environment::new(options, place, opened.identity, opened.lock_file, opened.env);
    Ok(Store {
        environment: Arc::new(environment),
        generation: fork::generation(),
        uuid: String::from_utf8_lossy(&opened.record.uuid).into_owned(),
        hasher: SipHasher13::new_with_key(&opened.record.hash_key),
        queue: Queue::default(),
    })
}

struct Opened {
    lock_file: Option<LockFile>,
    env: Env,
    record: Record,
    identity: Identity,
}

/// Opens while no other process does, and only if no other copy of this library has.
fn open_alone(place: &Place, options: &Options) -> Result<Opened> {
    let path = place.lock_file();
    let lock_file = lock_file(&path, options)?;
    if let Some(lock_file) = &lock_file {
        if !lock_file.claim_process().map_err(|error| unusable(&path, &error))? {
            return Err(wrong(
                &place.directory,
                "is open in this process already, by another copy of this library",
            ));
        }
        lock_file.begin_opening().map_err(|error| unusable(&path, &error))?;
    }
    let opened = open(place, options, lock_file.as_ref());
    if let Some(lock_file) = &lock_file {
        lock_file.end_opening();
    }
    let (env, record) = opened?;
    let (_, identity) = place.open_data()?.ok_or_else(|| wrong(&place.directory, "is gone"))?;
    Ok(Opened { lock_file, env, record, identity })
}

/// A store that is only read may be where nothing can be written; nobody shares a temporary one.
fn lock_file(path: &Path, options: &Options) -> Result<Option<LockFile>> {
    if options.temporary {
        return Ok(None);
    }
    match LockFile::open(path) {
        Ok(lock_file) => Ok(Some(lock_file)),
        Err(_) if options.read_only => Ok(None),
        Err(error) => Err(unusable(path, &error)),
    }
}

fn open(place: &Place, options: &Options, lock_file: Option<&LockFile>) -> Result<(Env, Record)> {
    let was_made = lock_file.is_some_and(LockFile::has_mark);
    look_before(place, options, was_made)?;
    let cannot = |fault| cannot_open(place, fault);
    let mut env = environment::open(place, options).map_err(cannot)?;
    let record = match stored_record(&env).map_err(cannot)? {
        Some(record) => record,
        None if env.main_entries().map_err(cannot)? > 0 => {
            return Err(wrong(&place.directory, "is an LMDB environment of another program"));
        }
        None if options.read_only || !options.create => {
            return Err(wrong(&place.directory, "holds no store"));
        }
        None => Record::new()?.encode().to_vec(),
    };
    let record = Record::decode(&record).map_err(|why| match why {
        Unreadable::Newer(format) => Error::illegal_argument(format!(
            "the store {} has format [{format}]; this version of the library reads up to [{}]",
            place.directory.display(),
            record::FORMAT
        )),
        Unreadable::Damaged => damaged(&place.directory, "its own record is unreadable"),
    })?;
    env.open_tables().map_err(cannot)?;
    if !options.read_only && !env.has_all_tables() {
        env.create_tables(record::KEY, &record.encode()).map_err(cannot)?;
    }
    if let Some(lock_file) = lock_file
        && !was_made
        && !options.read_only
    {
        lock_file.mark().map_err(|error| unusable(&place.lock_file(), &error))?;
    }
    Ok((env, record))
}

/// Looks at the data file before LMDB does, which would crash on a damaged one.
fn look_before(place: &Place, options: &Options, was_made: bool) -> Result<()> {
    let path = place.data_file();
    match place.open_data()? {
        Some((file, _)) if file.metadata().is_ok_and(|found| found.len() > 0) => {
            check::check(&file, &path)
        }
        Some(_) if was_made => Err(damaged(&path, "it is empty, and was not")),
        None if was_made => Err(damaged(&path, "it is missing")),
        _ if options.read_only || !options.create => Err(wrong(&place.directory, "holds no store")),
        _ => Ok(()),
    }
}

fn stored_record(env: &Env) -> Outcome<Option<Vec<u8>>> {
    let mut reader = env.reader()?;
    let reading = reader.begin()?;
    Ok(reading.get(reading.main(), record::KEY)?.map(<[u8]>::to_vec))
}

fn cannot_open(place: &Place, fault: Fault) -> Error {
    match fault {
        Fault::Other(code) => unusable(&place.directory, &std::io::Error::from_raw_os_error(code)),
        fault => Error::internal(format!(
            "the store {} cannot be opened: {fault}",
            place.directory.display()
        )),
    }
}
