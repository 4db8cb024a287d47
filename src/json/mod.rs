//! Reading and writing JSON as raw text: checked once, then walked without building a tree, so
//! that numbers, key order and string escapes survive byte for byte.

mod equal;
mod raw;
mod scan;
mod settings;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub(crate) use equal::same_value;
pub(crate) use raw::{Kind, Raw};
pub(crate) use scan::{Named, check, check_members, position};
pub(crate) use settings::Settings;
pub(crate) use write::{
    compact, push_array, push_compact, push_given, push_string, push_strings, string,
};
