//! The configuration of `open`.

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::identity::anonymous::Anonymous;
use crate::identity::authentication::Identity;
use crate::identity::passwords::Hashing;
use crate::identity::realms::{AUTHENTICATION, Realms};
use crate::json::{Kind, Raw, Settings};
use crate::store::{Durability, Options};

const TEMPORARY: &str = ":temporary:";
const TIB: u64 = 1 << 40;
const LEAST_SIZE: u64 = 1 << 20;
const MOST_READERS: u32 = 1 << 16;

/// `open`'s argument, understood.
pub(super) struct Config {
    pub(super) store: Options,
    pub(super) identity: Identity,
    /// The largest profile in bytes of labels and data.
    pub(super) max_profile: u64,
}

impl Config {
    pub(super) fn read(document: &str) -> Result<Self> {
        let object = Raw::trusted(document);
        if object.kind() != Kind::Object {
            return Err(Error::illegal_argument(format!(
                "the configuration must be an object but is {}",
                object.kind().token()
            )));
        }
        let mut settings = Settings::flatten(object, AUTHENTICATION)?;
        let store = store_options(&mut settings)?;
        let directory = (!store.temporary).then_some(store.path.as_path());
        let realms = Realms::configure(&mut settings, directory)?;
        let anonymous = Anonymous::configure(&mut settings)?;
        let hashing = hashing(&mut settings)?;
        let identity = Identity::new(realms, anonymous, hashing, token_timeout(&mut settings)?)?;
        let max_profile = settings.bytes("profile.max_size")?.unwrap_or(10 << 20);
        for section in ["password_hashing", "profile", "token"] {
            settings.take_empty(section);
        }
        settings.finish()?;
        Ok(Self { store, identity, max_profile })
    }
}

fn store_options(settings: &mut Settings<'_>) -> Result<Options> {
    let path = settings.string("path")?.filter(|path| !path.is_empty());
    let Some(path) = path else {
        return Err(Error::illegal_argument(
            "[path] is required: a directory, or \":temporary:\" for a private store that is \
             removed on close",
        ));
    };
    let durability = match settings.string("durability")?.as_deref() {
        None | Some("full") => Durability::Full,
        Some("relaxed") => Durability::Relaxed,
        Some("none") => Durability::None,
        Some(other) => {
            return Err(Error::illegal_argument(format!(
                "Invalid value [{other}] for [durability], allowed values are [full,relaxed,none]"
            )));
        }
    };
    let max_size = settings.bytes("max_size")?.unwrap_or(TIB);
    if max_size < LEAST_SIZE {
        return Err(Error::illegal_argument("[max_size] must be at least [1mb]"));
    }
    let max_readers = settings.integer("max_readers")?.unwrap_or(1024);
    if !(1..=MOST_READERS).contains(&max_readers) {
        return Err(Error::illegal_argument(format!(
            "[max_readers] must be between [1] and [{MOST_READERS}]"
        )));
    }
    Ok(Options {
        temporary: path == TEMPORARY,
        path: PathBuf::from(path),
        read_only: settings.boolean("read_only")?.unwrap_or(false),
        create: settings.boolean("create")?.unwrap_or(true),
        durability,
        max_size,
        map_reserve: settings.bytes("map_reserve")?.unwrap_or(TIB),
        max_readers,
    })
}

/// How long an access token is valid, in milliseconds.
fn token_timeout(settings: &mut Settings<'_>) -> Result<i64> {
    let key = "token.timeout";
    let given = settings.text(key);
    let timeout = settings.milliseconds(key)?.unwrap_or(20 * 60_000);
    let bound = match timeout {
        ..1000 => ">= [1s]",
        3_600_001.. => "<= [1h]",
        _ => return Ok(timeout),
    };
    Err(Error::illegal_argument(format!(
        "failed to parse value [{}] for setting [{AUTHENTICATION}{key}], must be {bound}",
        given.unwrap_or_default()
    )))
}

fn hashing(settings: &mut Settings<'_>) -> Result<Hashing> {
    let algorithm = settings.string("password_hashing.algorithm")?;
    if let Some(other) = algorithm.filter(|name| name != "argon2id") {
        return Err(Error::illegal_argument(format!(
            "Invalid value [{other}] for [password_hashing.algorithm], allowed values are \
             [argon2id]"
        )));
    }
    let default = Hashing::default();
    let mut number = |name: &str, default: u32| -> Result<u32> {
        Ok(settings.integer(&format!("password_hashing.{name}"))?.unwrap_or(default))
    };
    let hashing = Hashing {
        memory_kib: number("memory_kib", default.memory_kib)?,
        iterations: number("iterations", default.iterations)?,
        parallelism: number("parallelism", default.parallelism)?,
    };
    hashing.hasher()?;
    Ok(hashing)
}
