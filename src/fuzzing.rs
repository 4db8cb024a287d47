//! What must hold for any bytes whatever, checked against plain models. The fuzz targets, the seeds
//! in `fuzz/seeds` and the property tests all run these functions.
#![allow(clippy::unwrap_used)] // What is unwrapped here must hold as well.

mod patterns;
mod tokens;
mod words;

use std::collections::BTreeSet;

use serde::de::IgnoredAny;
use serde_json::Value;

use crate::json::{Kind, Raw, check, push_compact, same_value};
use crate::profile::filter::Filter;
use crate::profile::merge;

pub use patterns::{inclusion, pattern, rules};
pub use tokens::jwt;
pub use words::words;

/// `check` agrees with `serde_json` about the grammar, and the walkers about the meaning.
pub fn json_check(bytes: &[u8]) {
    let checked = check(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else {
        assert!(reason(checked).contains("not valid UTF-8"));
        return;
    };
    // Grammar only: this takes repeated keys, unpaired surrogates, any depth and any number.
    let grammatical = serde_json::from_str::<IgnoredAny>(text).is_ok();
    let parsed = serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
    if checked.is_ok() {
        assert!(grammatical);
        let raw = Raw::trusted(text);
        match parsed {
            Ok(parsed) => assert_means(raw, &parsed),
            Err(other) => assert!(
                ["number out of range", "recursion limit exceeded"]
                    .iter()
                    .any(|limit| other.contains(limit)),
                "{other}: {text}"
            ),
        }
        assert_compact(raw);
    } else if grammatical {
        let reason = reason(checked);
        if reason.contains("duplicate field") {
            let parsed = parsed.map_or(0, |parsed| count_values(&parsed));
            assert!(parsed < count_walked(Raw::trusted(text)), "{reason}: {text}");
        } else {
            let limit = ["nested deeper than", "unpaired surrogate"];
            assert!(limit.iter().any(|limit| reason.contains(limit)), "{reason}: {text}");
        }
    }
}

/// Merging two lines of JSON gives what the model gives, in the right order, byte for byte.
pub fn merge(bytes: &[u8]) {
    let Some((old, new)) = two_lines(bytes) else { return };
    let (Ok(old), Ok(new)) = (check(old), check(new)) else { return };
    let mut compact = String::new();
    push_compact(&mut compact, Raw::trusted(old));
    let (old, new) = (Raw::trusted(&compact), Raw::trusted(new));
    let expected = merged_value(value(old), value(new));
    match merge::merge(old, new) {
        None => assert_eq!(expected, value(old)),
        Some(text) => {
            let result = check(text.as_bytes()).map(Raw::trusted).unwrap();
            assert_eq!(expected, value(result));
            assert_ne!(expected, value(old));
            assert_merged_text(old, new, result);
            assert!(merge::merge(result, new).is_none(), "merging twice is merging once");
        }
    }
    let valid = |labels: Raw<'_>| merge::check_labels(labels).is_ok();
    if [old, new].iter().all(|labels| labels.kind() == Kind::Object && valid(*labels)) {
        assert!(merge::merge(old, new).is_none_or(|text| valid(Raw::trusted(&text))));
    }
}

/// Filtering a line of JSON by a line of paths gives what the model gives, in the order of the data.
pub fn filter(bytes: &[u8]) {
    let Some((paths, data)) = two_lines(bytes) else { return };
    let (Ok(paths), Ok(data)) = (std::str::from_utf8(paths), check(data)) else { return };
    let Ok(filter) = Filter::parse([paths]) else { return };
    let mut compact = String::new();
    push_compact(&mut compact, Raw::trusted(data));
    let model = model_paths(paths);
    for (name, value_of) in Raw::trusted(&compact).members() {
        let name = name.string().unwrap_or_default();
        let mut out = String::from("before");
        let selected = filter.select(&name, value_of, &mut out);
        let text = out.strip_prefix("before").unwrap();
        assert_eq!(selected, !text.is_empty());
        let expected = model_select(&model_enter(&model, &name), value(value_of));
        if selected {
            let part = check(text.as_bytes()).map(Raw::trusted).unwrap();
            assert_eq!(expected, Some(value(part)));
            assert_part(value_of, part);
        } else {
            assert_eq!(expected, None);
        }
    }
}

fn reason<T>(result: crate::error::Result<T>) -> String {
    result.err().map(|error| error.reason().to_owned()).unwrap_or_default()
}

fn two_lines(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

fn assert_means(raw: Raw<'_>, parsed: &Value) {
    match parsed {
        Value::Object(parsed) => {
            assert_eq!(raw.kind(), Kind::Object);
            assert_eq!(raw.members().count(), parsed.len());
            for (key, value) in raw.members() {
                assert_means(value, &parsed[key.string().unwrap().as_ref()]);
            }
        }
        Value::Array(parsed) => {
            assert_eq!(raw.kind(), Kind::Array);
            assert_eq!(raw.elements().count(), parsed.len());
            raw.elements().zip(parsed).for_each(|(raw, parsed)| assert_means(raw, parsed));
        }
        Value::String(parsed) => assert_eq!(raw.string().as_deref(), Some(parsed.as_str())),
        Value::Number(_) => assert_eq!(serde_json::from_str::<Value>(raw.text()).unwrap(), *parsed),
        Value::Bool(parsed) => assert_eq!(raw.boolean(), Some(*parsed)),
        Value::Null => assert_eq!(raw.kind(), Kind::Null),
    }
}

fn assert_compact(raw: Raw<'_>) {
    let mut once = String::new();
    push_compact(&mut once, raw);
    let compact = check(once.as_bytes()).map(Raw::trusted).unwrap();
    assert!(same_value(raw, compact) && same_value(compact, raw));
    assert_eq!(value(raw), value(compact));
    let outside: String = once.split('"').step_by(2).collect();
    assert!(once.contains('\\') || !outside.contains(char::is_whitespace), "{once}");
}

fn count_values(value: &Value) -> usize {
    match value {
        Value::Object(members) => 1 + members.values().map(count_values).sum::<usize>(),
        Value::Array(elements) => 1 + elements.iter().map(count_values).sum::<usize>(),
        _ => 1,
    }
}

fn count_walked(raw: Raw<'_>) -> usize {
    1 + raw.members().map(|(_, value)| count_walked(value)).sum::<usize>()
        + raw.elements().map(count_walked).sum::<usize>()
}

/// A value as a tree in which equality is that of Elasticsearch: the texts of numbers are brought
/// to one form and kept apart from strings by a mark.
fn value(raw: Raw<'_>) -> Value {
    let number = |text: &str| match text.parse::<f64>() {
        Ok(value) if text.contains(['.', 'e', 'E']) && value.is_finite() => format!("{value:?}f"),
        _ if text == "-0" => "0".into(),
        _ => text.into(),
    };
    match raw.kind() {
        Kind::Object => raw
            .members()
            .map(|(key, member)| (key.string().unwrap_or_default().into_owned(), value(member)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Kind::Array => raw.elements().map(value).collect(),
        Kind::String => raw.string().map(|text| format!("string {text}")).into(),
        Kind::Number => format!("number {}", number(raw.text())).into(),
        Kind::Boolean => raw.boolean().into(),
        Kind::Null => Value::Null,
    }
}

fn merged_value(old: Value, new: Value) -> Value {
    match (old, new) {
        (Value::Object(mut old), Value::Object(new)) => {
            for (key, value) in new {
                let value = match old.remove(&key) {
                    Some(before) => merged_value(before, value),
                    None => value,
                };
                old.insert(key, value);
            }
            old.into()
        }
        (_, new) => new,
    }
}

fn assert_merged_text(old: Raw<'_>, new: Raw<'_>, result: Raw<'_>) {
    if old.kind() != Kind::Object || new.kind() != Kind::Object {
        let mut replaced = String::new();
        push_compact(&mut replaced, new);
        assert_eq!(result.text(), if same_value(old, new) { old.text() } else { &replaced });
        return;
    }
    let known: BTreeSet<_> = old.members().map(|(key, _)| key.string()).collect();
    let added = new.members().filter(|(key, _)| !known.contains(&key.string()));
    let order: Vec<_> = old.members().chain(added).map(|(key, _)| key.text()).collect();
    assert_eq!(result.members().map(|(key, _)| key.text()).collect::<Vec<_>>(), order);
    for (key, after) in result.members() {
        let name = key.string().unwrap();
        match (old.member(&name), new.member(&name)) {
            (Some(before), Some(update)) => assert_merged_text(before, update, after),
            (Some(kept), None) => assert_eq!(after.text(), kept.text()),
            (None, update) => {
                let mut added = String::new();
                push_compact(&mut added, update.unwrap());
                assert_eq!(after.text(), added);
            }
        }
    }
}

/// The segments of each path, taken apart one character at a time.
fn model_paths(list: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for path in list.split(',').map(str::trim).filter(|path| !path.is_empty()) {
        let mut segments = vec![String::new()];
        let mut characters = path.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '.' => segments.push(String::new()),
                '\\' if characters.next_if_eq(&'.').is_some() => {
                    segments.last_mut().unwrap().push('.');
                }
                other => segments.last_mut().unwrap().push(other),
            }
        }
        paths.push(segments);
    }
    paths
}

/// The rests of paths that hold below the member `name`; an empty rest selects it whole.
fn model_enter(paths: &[Vec<String>], name: &str) -> Vec<Vec<String>> {
    let mut below = BTreeSet::new();
    let mut open = paths.to_vec();
    while let Some(path) = open.pop() {
        match path.split_first() {
            None => drop(below.insert(path)),
            Some((first, rest)) if first == "**" => {
                open.push(rest.to_vec());
                below.insert(path);
            }
            Some((first, rest)) if model_glob(first, name) => drop(below.insert(rest.to_vec())),
            Some(_) => {}
        }
    }
    below.into_iter().collect()
}

fn model_glob(pattern: &str, name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    // `reached[n]`: the pattern so far matches the first n characters.
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for wanted in pattern.chars() {
        let before = reached.clone();
        for n in 0..=name.len() {
            reached[n] = if wanted == '*' {
                before[n] || (n > 0 && reached[n - 1])
            } else {
                n > 0 && before[n - 1] && name[n - 1] == wanted
            };
        }
    }
    reached[name.len()]
}

fn model_select(paths: &[Vec<String>], value: Value) -> Option<Value> {
    // What is left of `app.**` selects all of `app`.
    if paths.iter().any(|path| path.iter().all(|segment| segment == "**")) {
        return Some(value);
    }
    match value {
        Value::Object(members) => {
            let members: serde_json::Map<_, _> = members
                .into_iter()
                .filter_map(|(name, value)| {
                    let value = model_select(&model_enter(paths, &name), value)?;
                    Some((name, value))
                })
                .collect();
            (!members.is_empty()).then(|| members.into())
        }
        Value::Array(elements) => {
            let elements: Vec<_> =
                elements.into_iter().filter_map(|value| model_select(paths, value)).collect();
            (!elements.is_empty()).then(|| elements.into())
        }
        _ => None,
    }
}

/// Whether `part` is `whole` with members and elements left out, everything else as it was.
fn assert_part(whole: Raw<'_>, part: Raw<'_>) {
    if part.text() == whole.text() {
        return;
    }
    assert_eq!(part.kind(), whole.kind());
    assert!(matches!(part.kind(), Kind::Object | Kind::Array));
    let mut members = whole.members();
    for (key, part) in part.members() {
        let (_, whole) = members.find(|(other, _)| other.text() == key.text()).unwrap();
        assert_part(whole, part);
    }
    assert!(part.elements().count() <= whole.elements().count());
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    fn run_seeds(target: &str, run: fn(&[u8])) {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
        let mut count = 0;
        for seed in seeds.read_dir().unwrap() {
            run(&std::fs::read(seed.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count > 0, "no seeds in {}", seeds.display());
    }

    #[test]
    fn seeds_of_json_check() {
        run_seeds("json_check", super::json_check);
    }

    #[test]
    fn seeds_of_merge() {
        run_seeds("merge", super::merge);
    }

    #[test]
    fn seeds_of_filter() {
        run_seeds("filter", super::filter);
    }

    #[test]
    fn seeds_of_pattern() {
        run_seeds("pattern", super::pattern);
    }

    #[test]
    fn seeds_of_inclusion() {
        run_seeds("inclusion", super::inclusion);
    }

    #[test]
    fn seeds_of_rules() {
        run_seeds("rules", super::rules);
    }

    #[test]
    fn seeds_of_jwt() {
        run_seeds("jwt", super::jwt);
    }

    #[test]
    fn seeds_of_words() {
        run_seeds("words", super::words);
    }
}
