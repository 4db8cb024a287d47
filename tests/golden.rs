//! Replays `tests/golden/*.json`, whose format is in its README.md; C, Python and Go do the same.

mod common;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine;
use common::Store;
use serde::Deserialize;
use serde_json::Value;
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
    reopen: Option<HashMap<String, Box<RawValue>>>,
    call: Option<String>,
    login: Option<String>,
    on: Option<String>,
    request: Option<Box<RawValue>>,
    request_text: Option<String>,
    request_base64: Option<String>,
    status: Option<i32>,
    response: Option<Box<RawValue>>,
    #[serde(default)]
    keep: HashMap<String, Vec<String>>,
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
    let directory = tempfile::tempdir().expect("a temporary directory");
    let reopened = case.steps.iter().any(|step| step.reopen.is_some());
    let path = if reopened { directory.path().join("store") } else { ":temporary:".into() };
    let mut replay = Replay {
        path: path.display().to_string(),
        clock: Box::leak(Box::new(AtomicI64::new(START))),
        handles: HashMap::new(),
        kept: HashMap::new(),
    };
    replay.open(&case.config).map_err(|(_, error)| format!("{name}: open: {error}"))?;
    for (index, step) in case.steps.iter().enumerate() {
        replay.step(step).map_err(|error| format!("{name}: step {index}: {error}"))?;
    }
    Ok(())
}

/// A store with the clock of the golden files, and what a case has logged in and kept.
struct Replay {
    path: String,
    clock: &'static AtomicI64,
    handles: HashMap<String, Store>,
    kept: HashMap<String, String>,
}

impl Replay {
    /// Opens the store with `settings`, and the host's handle is the only one.
    fn open(&mut self, settings: &HashMap<String, Box<RawValue>>) -> Result<(), (i32, String)> {
        self.handles.clear();
        let mut config = format!(r#"{{"path":{:?}"#, self.path);
        if !settings.contains_key("password_hashing") {
            config.push_str(&format!(",{QUICK}"));
        }
        for (key, value) in settings {
            config.push_str(&format!(",{key:?}:{}", value.get()));
        }
        config.push('}');
        let host = Store::open(&config)?;
        host.set_clock(self.clock);
        self.handles.insert("host".into(), host);
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        if let Some(now) = step.clock {
            self.clock.store(now, Ordering::SeqCst);
            return Ok(());
        }
        if let Some(settings) = &step.reopen {
            let opened = self.open(settings);
            if opened.is_ok() && step.status.is_none() {
                return Ok(());
            }
            let (status, answer) = opened.err().unwrap_or_default();
            return self.expect(step, "reopen", status, &answer);
        }
        let request = step.request();
        let request = match String::from_utf8(request) {
            Ok(text) => self.filled(&text)?.into_bytes(),
            Err(error) => error.into_bytes(),
        };
        let on = &self.handles[step.on.as_deref().unwrap_or("host")];
        let (status, answer) = match (&step.call, &step.login) {
            (Some(call), None) => on.call(call, &request),
            (None, Some(login)) => {
                let (status, answer, handle) = on.login(&request);
                self.handles.extend(handle.map(|handle| (login.clone(), handle)));
                (status, answer)
            }
            _ => panic!("a step is one of clock, reopen, call and login"),
        };
        self.expect(step, &String::from_utf8_lossy(&request), status, &answer)?;
        for (name, path) in &step.keep {
            let answer: Value = serde_json::from_str(&answer).expect("an answer is JSON");
            let member = path.iter().fold(&answer, |value, key| &value[key]);
            let text = member.as_str().ok_or_else(|| format!("no text to keep as {name}"))?;
            self.kept.insert(name.clone(), text.to_owned());
        }
        Ok(())
    }

    /// Holds an answer against what the step expects.
    fn expect(&self, step: &Step, asked: &str, status: i32, answer: &str) -> Result<(), String> {
        let (Some(expected), Some(response)) = (step.status, &step.response) else {
            return Err(format!("{asked}\n  expects nothing, answered {status} {answer}"));
        };
        let response = self.filled(&compact(response.get()))?;
        if status == expected && matches(&response, answer) {
            return Ok(());
        }
        Err(format!("{asked}\n  expected {expected} {response}\n  answered {status} {answer}"))
    }

    /// The text with each `${NAME}` replaced by what was kept under that name.
    fn filled(&self, text: &str) -> Result<String, String> {
        let mut pieces = text.split("${");
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once('}').ok_or("a ${ without its }")?;
            let kept = self.kept.get(name).ok_or_else(|| format!("nothing is kept as {name}"))?;
            filled.push_str(kept);
            filled.push_str(rest);
        }
        Ok(filled)
    }
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

/// Whether the answer is the expected compact text; `"$any"` stands for any one value.
fn matches(expected: &str, answer: &str) -> bool {
    let answer = compact(answer);
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
