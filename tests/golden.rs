//! Replays `tests/golden/*.json`; C, Python and Go replay the same files.

mod common;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine;
use common::Store;
use serde::Deserialize;
use serde_json::value::RawValue;

const START: i64 = 1_700_000_000_000;
const QUICK: &str = r#""password_hashing":{"memory_kib":8,"iterations":1,"parallelism":1}"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "from")]
    _from: String,
    #[serde(default)]
    config: HashMap<String, Box<RawValue>>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    clock: Option<i64>,
    call: Option<String>,
    login: Option<String>,
    on: Option<String>,
    request: Option<Box<RawValue>>,
    request_text: Option<String>,
    request_base64: Option<String>,
    status: Option<i32>,
    response: Option<Box<RawValue>>,
}

impl Step {
    fn request(&self) -> Vec<u8> {
        match (&self.request, &self.request_text, &self.request_base64) {
            (Some(request), None, None) => request.get().into(),
            (None, Some(text), None) => text.clone().into(),
            (None, None, Some(bytes)) => {
                base64::engine::general_purpose::STANDARD.decode(bytes).expect("valid base64")
            }
            _ => panic!("a call has one form of request"),
        }
    }
}

#[test]
fn every_case_is_answered_as_specified() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory)
        .expect("tests/golden exists")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    assert!(files.len() > 100, "found only {} golden files", files.len());
    let failures: Vec<String> = files.iter().filter_map(|file| replay(file).err()).collect();
    assert!(failures.is_empty(), "{} cases failed:\n{}", failures.len(), failures.join("\n"));
}

fn replay(file: &Path) -> Result<(), String> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(file).expect("a golden file is UTF-8");
    let case: Case = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
    let clock: &'static AtomicI64 = Box::leak(Box::new(AtomicI64::new(START)));
    let mut config = String::from(r#"{"path":":temporary:""#);
    if !case.config.contains_key("password_hashing") {
        config.push_str(&format!(",{QUICK}"));
    }
    for (key, value) in &case.config {
        config.push_str(&format!(",{key:?}:{}", value.get()));
    }
    config.push('}');
    let host = Store::open(&config).map_err(|(_, error)| format!("{name}: open: {error}"))?;
    host.set_clock(clock);
    let mut handles = HashMap::from([("host".to_owned(), host)]);
    for (index, step) in case.steps.iter().enumerate() {
        if let Some(now) = step.clock {
            clock.store(now, Ordering::SeqCst);
            continue;
        }
        let on = &handles[step.on.as_deref().unwrap_or("host")];
        let request = step.request();
        let (status, answer) = match (&step.call, &step.login) {
            (Some(call), None) => on.call(call, &request),
            (None, Some(login)) => {
                let (status, answer, handle) = on.login(&request);
                handles.extend(handle.map(|handle| (login.clone(), handle)));
                (status, answer)
            }
            _ => panic!("{name}: step {index} is neither call nor login nor clock"),
        };
        let (Some(expected), Some(response)) = (step.status, &step.response) else {
            panic!("{name}: step {index} expects nothing");
        };
        if status != expected || !matches(response.get(), &answer) {
            return Err(format!(
                "{name}: step {index}: {}\n  expected {expected} {}\n  answered {status} {answer}",
                String::from_utf8_lossy(&request),
                compact(response.get()),
            ));
        }
    }
    Ok(())
}

/// The text without white space outside of strings.
fn compact(text: &str) -> String {
    let (mut out, mut inside, mut escaped) = (String::new(), false, false);
    for character in text.chars() {
        if !inside && character.is_ascii_whitespace() {
            continue;
        }
        out.push(character);
        if character == '"' && !escaped {
            inside = !inside;
        }
        escaped = inside && character == '\\' && !escaped;
    }
    out
}

/// Whether the answer is the expected text; `"$any"` stands for any one value.
fn matches(expected: &str, answer: &str) -> bool {
    let (expected, answer) = (compact(expected), compact(answer));
    let mut pieces = expected.split("\"$any\"");
    let Some(mut rest) = pieces.next().and_then(|piece| answer.strip_prefix(piece)) else {
        return false;
    };
    for piece in pieces {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Box<RawValue>>();
        let Some(Ok(_)) = values.next() else { return false };
        let after = &rest[values.byte_offset()..];
        let Some(next) = after.strip_prefix(piece) else { return false };
        rest = next;
    }
    rest.is_empty()
}
