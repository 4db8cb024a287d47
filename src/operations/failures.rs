//! What went wrong with single profiles in an operation on several.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::error::Error;
use crate::json::push_string;

/// Failures by uid, in the order in which Java sorts strings: by UTF-16 code unit.
#[derive(Default)]
pub(super) struct Failures<'u>(BTreeMap<Vec<u16>, (&'u str, Cow<'u, Error>)>);

impl<'u> Failures<'u> {
    pub(super) fn add(&mut self, uid: &'u str, error: Cow<'u, Error>) {
        self.0.insert(uid.encode_utf16().collect(), (uid, error));
    }

    /// Appends the member `errors` behind others, unless nothing went wrong.
    pub(super) fn push(&self, out: &mut String) {
        if self.0.is_empty() {
            return;
        }
        out.push_str(&format!(r#","errors":{{"count":{},"details":"#, self.0.len()));
        for (index, (uid, error)) in self.0.values().enumerate() {
            out.push(if index == 0 { '{' } else { ',' });
            push_string(out, uid);
            out.push(':');
            out.push_str(&error.summary());
        }
        out.push_str("}}");
    }
}
