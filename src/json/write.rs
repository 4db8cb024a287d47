//! Writing JSON text.

use super::raw::{Raw, end_of_string};
use super::scan::plain;

/// Appends `value` as a JSON string.
pub(crate) fn push_string(out: &mut String, value: &str) {
    if plain(value.as_bytes()) == value.len() {
        out.push('"');
        out.push_str(value);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(value).to_string());
    }
}

/// `value` as a JSON string.
pub(crate) fn string(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    push_string(&mut out, value);
    out
}

/// Appends a JSON array of what `push` writes for each item.
pub(crate) fn push_array<T>(out: &mut String, items: &[T], push: impl Fn(&T, &mut String)) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push(item, out);
    }
    out.push(']');
}

/// Appends a JSON array of strings.
pub(crate) fn push_strings(out: &mut String, values: &[String]) {
    push_array(out, values, |value, out| push_string(out, value));
}

/// Appends a member behind others, unless there is no value.
pub(crate) fn push_given(out: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        out.push_str(&format!(r#","{name}":"#));
        push_string(out, value);
    }
}

/// Appends a value without insignificant white space; everything else byte for byte.
pub(crate) fn push_compact(out: &mut String, value: Raw<'_>) {
    let text = value.text();
    let bytes = text.as_bytes();
    let mut copied = 0;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = end_of_string(bytes, at),
            b' ' | b'\t' | b'\n' | b'\r' => {
                out.push_str(&text[copied..at]);
                at += 1;
                copied = at;
            }
            _ => at += 1,
        }
    }
    out.push_str(&text[copied..]);
}

/// A value's text without insignificant white space.
pub(crate) fn compact(value: Raw<'_>) -> String {
    let mut text = String::with_capacity(value.text().len());
    push_compact(&mut text, value);
    text
}
