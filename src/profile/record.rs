//! The stored form of a profile: one header and one record per top-level member of `data`.
//!
//! A header keeps what changes often (enabled, sequence number, last_synchronized) at fixed places
//! and everything else as JSON text ready to be sent, so that a read copies and never parses.

use crate::error::{Error, Result};
use crate::json::push_string;

/// `_primary_term` of every profile: a store has one primary, always the same.
pub(crate) const PRIMARY_TERM: u64 = 1;

const LAYOUT: u8 = 1;
const ENABLED: u8 = 1;
const FIXED: usize = 40;

/// A profile without its `data`, borrowed from the store or about to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    pub(crate) uid: &'a str,
    pub(crate) enabled: bool,
    pub(crate) seq_no: u64,
    /// Milliseconds since 1970.
    pub(crate) last_synchronized: i64,
    /// The `user` object as every API shows it.
    pub(crate) user: &'a str,
    /// The realm of the last activation as `{"name":...,"type":...}`, which no API shows whole.
    pub(crate) realm: &'a str,
    /// The `labels` object.
    pub(crate) labels: &'a str,
    /// How many bytes of text the members of `data` have together.
    pub(crate) data_bytes: u64,
}

impl<'a> Header<'a> {
    /// The header in `bytes`.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self> {
        Self::parse(bytes).ok_or_else(|| Error::internal("a profile record is damaged"))
    }

    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (fixed, text) = bytes.split_at_checked(FIXED)?;
        let length =
            |at: usize| Some(u32::from_le_bytes(fixed.get(at..at + 4)?.try_into().ok()?) as usize);
        let number = |at: usize| Some(u64::from_le_bytes(fixed.get(at..at + 8)?.try_into().ok()?));
        if fixed[0] != LAYOUT {
            return None;
        }
        let text = std::str::from_utf8(text).ok()?;
        let (uid, text) = text.split_at_checked(length(4)?)?;
        let (user, text) = text.split_at_checked(length(8)?)?;
        let (realm, labels) = text.split_at_checked(length(12)?)?;
        Some(Self {
            uid,
            enabled: fixed[1] & ENABLED != 0,
            seq_no: number(16)?,
            last_synchronized: number(24)?.cast_signed(),
            user,
            realm,
            labels,
            data_bytes: number(32)?,
        })
    }

    /// The bytes to store.
    pub(crate) fn write(&self) -> Vec<u8> {
        let length = |text: &str| (text.len() as u32).to_le_bytes();
        let mut bytes = Vec::with_capacity(
            FIXED + self.uid.len() + self.user.len() + self.realm.len() + self.labels.len(),
        );
        bytes.extend_from_slice(&[LAYOUT, if self.enabled { ENABLED } else { 0 }, 0, 0]);
        bytes.extend_from_slice(&length(self.uid));
        bytes.extend_from_slice(&length(self.user));
        bytes.extend_from_slice(&length(self.realm));
        bytes.extend_from_slice(&self.seq_no.to_le_bytes());
        bytes.extend_from_slice(&self.last_synchronized.to_le_bytes());
        bytes.extend_from_slice(&self.data_bytes.to_le_bytes());
        for text in [self.uid, self.user, self.realm, self.labels] {
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes
    }

    /// About how many bytes the profile has when it is rendered without data, and a little more.
    pub(crate) fn rendered_len(&self) -> usize {
        self.uid.len() + self.user.len() + self.labels.len() + 160
    }

    /// Appends the profile up to and including `"data":{`; the caller appends members, if any,
    /// and calls `push_end`.
    pub(crate) fn push_start(&self, out: &mut String) {
        out.push_str(r#"{"uid":"#);
        push_string(out, self.uid);
        out.push_str(if self.enabled { r#","enabled":true"# } else { r#","enabled":false"# });
        out.push_str(r#","last_synchronized":"#);
        push_number(out, self.last_synchronized);
        out.push_str(r#","user":"#);
        out.push_str(self.user);
        out.push_str(r#","labels":"#);
        out.push_str(self.labels);
        out.push_str(r#","data":{"#);
    }

    /// Appends what follows the members of `data`.
    pub(crate) fn push_end(&self, out: &mut String) {
        out.push_str(r#"},"_doc":{"_primary_term":"#);
        push_number(out, PRIMARY_TERM.cast_signed());
        out.push_str(r#","_seq_no":"#);
        push_number(out, self.seq_no.cast_signed());
        out.push_str("}}");
    }

    /// The whole profile with empty `data`, as activation answers it.
    pub(crate) fn render(&self) -> String {
        let mut out = String::with_capacity(self.rendered_len());
        self.push_start(&mut out);
        self.push_end(&mut out);
        out
    }
}

fn push_number(out: &mut String, number: i64) {
    out.push_str(itoa::Buffer::new().format(number));
}

/// One top-level member of `data` as it is stored: `"name":value`, with the length of the quoted
/// name in front.
pub(crate) struct Member<'a> {
    /// The name as a JSON string, quotes included.
    pub(crate) name: &'a str,
    /// The value's JSON text.
    pub(crate) value: &'a str,
}

impl<'a> Member<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self> {
        Self::parse(bytes).ok_or_else(|| Error::internal("a data record is damaged"))
    }

    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (length, text) = bytes.split_first_chunk::<4>()?;
        let text = std::str::from_utf8(text).ok()?;
        let (name, value) = text.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        Some(Self { name, value })
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(4 + self.name.len() + self.value.len());
        bytes.extend_from_slice(&(self.name.len() as u32).to_le_bytes());
        bytes.extend_from_slice(self.name.as_bytes());
        bytes.extend_from_slice(self.value.as_bytes());
        bytes
    }

    /// How much of a profile's permitted size the member takes.
    pub(crate) fn size(&self) -> u64 {
        (self.name.len() + self.value.len()) as u64
    }
}
