//! The first open of a store in a process: checks what is there, makes what is missing.

use std::io::Write;
use std::sync::Arc;

use siphasher::sip128::SipHasher13;

use super::environment::{self, Environment};
use super::lmdb::{self, Active, Env, Fault, LockFile, Outcome};
use super::options::Options;
use super::place::{Place, unusable, wrong};
use super::record::{self, Record, Unreadable};
use super::{Store, check};
use crate::error::{Error, Result};
use crate::fork;

/// Opens the store in `place`, for which this process has none open.
pub(super) fn start(place: Place, options: Options) -> Result<Store> {
    if !lmdb::version_fits() {
        return Err(Error::internal("this program was linked with an LMDB other than 0.9"));
    }
    let lock_file = lock_file(&place, &options)?;
    if let Some(lock_file) = &lock_file {
        let path = place.lock_file();
        if !lock_file.claim_process().map_err(|error| unusable(&path, &error))? {
            return Err(Error::illegal_argument(format!(
                "[path] {} is open in this process already, by another copy of this library",
                place.directory.display()
            )));
        }
        lock_file.begin_opening().map_err(|error| unusable(&path, &error))?;
    }
    let opened = open(&place, &options, lock_file.as_ref());
    if let Some(lock_file) = &lock_file {
        lock_file.end_opening();
    }
    let (env, record) = opened?;
    let (_, identity) = place.open_data()?.ok_or_else(|| wrong(&place.directory, "is gone"))?;
    let environment = Environment::new(options, place, identity, lock_file, env);
    Ok(Store {
        environment: Arc::new(environment),
        generation: fork::generation(),
        uuid: String::from_utf8_lossy(&record.uuid).into_owned(),
        hasher: SipHasher13::new_with_key(&record.hash_key),
        writing: std::sync::Mutex::new(()),
    })
}

/// A store that is only read may be where nothing can be written.
fn lock_file(place: &Place, options: &Options) -> Result<Option<LockFile>> {
    match LockFile::open(&place.lock_file()) {
        Ok(lock_file) => Ok(Some(lock_file)),
        Err(_) if options.read_only => Ok(None),
        Err(error) => Err(unusable(&place.lock_file(), &error)),
    }
}

fn open(place: &Place, options: &Options, lock_file: Option<&LockFile>) -> Result<(Env, Record)> {
    let path = place.data_file();
    let made = lock_file.and_then(|lock_file| lock_file.file().metadata().ok());
    let was_made = made.is_some_and(|metadata| metadata.len() > 0);
    let found = place.open_data()?;
    match &found {
        Some((file, _)) if file.metadata().is_ok_and(|metadata| metadata.len() > 0) => {
            check::check(file, &path)?;
        }
        Some(_) if was_made => {
            return Err(Error::internal(format!(
                "{} is damaged: it is empty, and was not; restore it from a backup",
                path.display()
            )));
        }
        None if was_made => {
            return Err(Error::internal(format!(
                "{} is missing; restore it from a backup or remove the directory",
                path.display()
            )));
        }
        _ if options.read_only || !options.create => {
            return Err(wrong(&place.directory, "holds no store"));
        }
        _ => {}
    }
    let cannot = |fault| cannot_open(place, fault);
    let mut env = environment::open(place, options).map_err(cannot)?;
    let record = match stored_record(&env).map_err(cannot)? {
        Some(record) => {
            env.open_tables().map_err(cannot)?;
            if !options.read_only && !env.has_all_tables() {
                env.create_tables(record::KEY, &[]).map_err(cannot)?;
            }
            record
        }
        None if env.main_entries().map_err(cannot)? > 0 => {
            return Err(wrong(&place.directory, "is an LMDB environment of another program"));
        }
        None if options.read_only || !options.create => {
            return Err(wrong(&place.directory, "holds no store"));
        }
        None => {
            let record = Record::new()?;
            env.create_tables(record::KEY, &record.encode()).map_err(cannot)?;
            record.encode().to_vec()
        }
    };
    let record = Record::decode(&record).map_err(|why| match why {
        Unreadable::Newer(format) => Error::illegal_argument(format!(
            "the store {} has format [{format}]; this version of the library reads up to [{}]",
            place.directory.display(),
            record::FORMAT
        )),
        Unreadable::Damaged => Error::internal(format!(
            "{} is damaged: its own record is unreadable; restore it from a backup",
            path.display()
        )),
    })?;
    if let Some(lock_file) = lock_file
        && !was_made
    {
        lock_file.file().write_all(b"userprofile\n").map_err(|error| unusable(&path, &error))?;
    }
    Ok((env, record))
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
