//! How an update changes `labels` and `data`, and what `labels` may hold.

use std::collections::HashMap;

use crate::json::{Kind, Raw, push_compact, same_value};

/// Merges `new` over `old`, which is compact: objects member by member, anything else replaced.
/// Gives the text of the result, or `None` if it means the same as `old`.
pub(crate) fn merge(old: Raw<'_>, new: Raw<'_>) -> Option<String> {
    let mut out = String::with_capacity(old.text().len() + new.text().len());
    push_merged(&mut out, old, new).then_some(out)
}

/// Appends the merged value; answers whether it differs from `old`.
fn push_merged(out: &mut String, old: Raw<'_>, new: Raw<'_>) -> bool {
    if old.kind() == Kind::Object && new.kind() == Kind::Object {
        return push_merged_object(out, old, new);
    }
    let changed = !same_value(old, new);
    if changed {
        push_compact(out, new);
    } else {
        out.push_str(old.text());
    }
    changed
}

fn push_merged_object(out: &mut String, old: Raw<'_>, new: Raw<'_>) -> bool {
    let mut news: HashMap<_, _> = new.members().map(|(key, value)| (key.string(), value)).collect();
    if news.is_empty() {
        out.push_str(old.text());
        return false;
    }
    let mut changed = false;
    out.push('{');
    for (key, value) in old.members() {
        push_key(out, key);
        match news.remove(&key.string()) {
            Some(new) => changed |= push_merged(out, value, new),
            None => out.push_str(value.text()),
        }
    }
    // What is left in the map is new to the object; the order is that of the update.
    changed |= !news.is_empty();
    for (key, value) in new.members().filter(|(key, _)| news.contains_key(&key.string())) {
        push_key(out, key);
        push_compact(out, value);
    }
    out.push('}');
    changed
}

fn push_key(out: &mut String, key: Raw<'_>) {
    if !out.ends_with('{') {
        out.push(',');
    }
    out.push_str(key.text());
    out.push(':');
}

/// How many objects may nest in `labels`, the outermost included; arrays do not count.
const MAX_LABEL_OBJECTS: usize = 20;

/// How long a label's dotted path, a NUL and its value may be together, in bytes.
const MAX_LABEL: usize = 32_766;

/// The field as Elasticsearch's messages name it.
const LABELS: &str = "user_profile.labels";

/// Checks an update's `labels` against the limits of Elasticsearch's `flattened` field; gives the
/// reason in its words if they go beyond. As it takes both depth and length from single leaves, what
/// two valid objects merge into is valid too.
pub(crate) fn check_labels(labels: Raw<'_>) -> std::result::Result<(), String> {
    check_label_object(labels, &mut String::new(), 1)
}

fn check_label_object(
    object: Raw<'_>,
    path: &mut String,
    depth: usize,
) -> std::result::Result<(), String> {
    if depth > MAX_LABEL_OBJECTS {
        return Err(format!(
            "The provided [flattened] field [{LABELS}] exceeds the maximum depth limit of \
             [{MAX_LABEL_OBJECTS}]."
        ));
    }
    let parent = path.len();
    for (key, value) in object.members() {
        if depth > 1 {
            path.push('.');
        }
        path.push_str(&key.string().unwrap_or_default());
        check_label(value, path, depth)?;
        path.truncate(parent);
    }
    Ok(())
}

fn check_label(value: Raw<'_>, path: &mut String, depth: usize) -> std::result::Result<(), String> {
    match value.kind() {
        Kind::Object => check_label_object(value, path, depth + 1),
        Kind::Array => value.elements().try_for_each(|value| check_label(value, path, depth)),
        Kind::Null => Ok(()),
        Kind::String => check_leaf(path, &value.string().unwrap_or_default()),
        Kind::Number | Kind::Boolean => check_leaf(path, value.text()),
    }
}

fn check_leaf(path: &str, value: &str) -> std::result::Result<(), String> {
    if path.contains('\0') {
        return Err(format!(
            "Keys in [flattened] fields cannot contain the reserved character \\0. \
             Offending key: [{path}]."
        ));
    }
    if path.len() + 1 + value.len() > MAX_LABEL {
        return Err(format!(
            "Flattened field [{LABELS}] contains one immense field whose keyed encoding is longer \
             than the allowed max length of {MAX_LABEL} bytes. Key length: {}, value length: {} \
             for key starting with [{}]",
            path.encode_utf16().count(),
            value.encode_utf16().count(),
            path.chars().take(50).collect::<String>()
        ));
    }
    Ok(())
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
