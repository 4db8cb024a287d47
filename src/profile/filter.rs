//! Which parts of `data` a caller asked for: paths such as `app1.key*` or `**.name`.

use crate::error::{Error, Result};
use crate::json::{Kind, Raw};

/// How many segments all paths may have together. With it, reading one name costs at most this
/// many comparisons, whatever the paths are.
const MAX_SEGMENTS: usize = 1024;

/// A set of paths; a value is selected if it is at or below the end of one of them.
#[derive(Debug)]
pub(crate) struct Filter {
    /// The segments of all paths, each path closed by `End`.
    segments: Vec<Segment>,
    /// Where each path starts.
    starts: Vec<usize>,
}

#[derive(Debug, PartialEq)]
enum Segment {
    Name(String),
    /// A name with `*` in it, never two of them in a row.
    Glob(String),
    /// `**`: any number of levels, also none. A name or glob always follows.
    AnyDepth,
    End,
}

/// What is selected of the value that a name leads to.
enum Reach {
    Whole,
    /// What these positions in the paths still select inside it: nothing, if there are none.
    Inside(Vec<usize>),
}

impl Filter {
    /// Reads lists of paths, each separated by commas.
    pub(crate) fn parse<'a>(lists: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut paths: Vec<_> = lists
            .into_iter()
            .flat_map(|list| list.split(','))
            .map(str::trim)
            .filter(|path| !path.is_empty())
            .collect();
        paths.sort_unstable();
        paths.dedup();
        let mut filter = Self { segments: Vec::new(), starts: Vec::with_capacity(paths.len()) };
        for path in &paths {
            filter.starts.push(filter.segments.len());
            filter.push(path);
        }
        if filter.segments.len() - filter.starts.len() > MAX_SEGMENTS {
            return Err(Error::illegal_argument(format!(
                "[data] must not have more than [{MAX_SEGMENTS}] path segments"
            )));
        }
        Ok(filter)
    }

    /// Whether no path was given, so that nothing is ever selected.
    pub(crate) fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Appends what is selected of the top-level member called `name`, whose `value` is compact.
    /// Answers whether that is anything.
    pub(crate) fn select(&self, name: &str, value: Raw<'_>, out: &mut String) -> bool {
        self.push_reached(&self.reach(&self.starts, name), value, out)
    }

    fn push(&mut self, path: &str) {
        let start = self.segments.len();
        for segment in split(path).map(segment) {
            // `**.**` is `**`.
            if segment != Segment::AnyDepth || self.segments[start..].last() != Some(&segment) {
                self.segments.push(segment);
            }
        }
        // `app.**` is `app`, and `**` is `*`.
        if self.segments.pop_if(|last| *last == Segment::AnyDepth).is_some()
            && self.segments.len() == start
        {
            self.segments.push(Segment::Glob("*".into()));
        }
        self.segments.push(Segment::End);
    }

    /// Where `name` leads from `states`, positions in ascending order. Every position leads to
    /// itself or forward, never past the lead of the next one, so the result is in order too.
    fn reach(&self, states: &[usize], name: &str) -> Reach {
        let mut next = Vec::new();
        for &state in states {
            let at = match self.segments[state] {
                Segment::AnyDepth => {
                    next.push(state);
                    state + 1
                }
                _ => state,
            };
            let matches = match &self.segments[at] {
                Segment::Name(expected) => expected == name,
                Segment::Glob(pattern) => matches_glob(pattern, name),
                Segment::AnyDepth | Segment::End => false,
            };
            if matches && self.segments[at + 1] == Segment::End {
                return Reach::Whole;
            }
            if matches {
                next.push(at + 1);
            }
        }
        next.dedup();
        Reach::Inside(next)
    }

    fn push_reached(&self, reach: &Reach, value: Raw<'_>, out: &mut String) -> bool {
        match reach {
            Reach::Whole => {
                out.push_str(value.text());
                true
            }
            Reach::Inside(states) => !states.is_empty() && self.push_inside(states, value, out),
        }
    }

    /// Appends what `states` select inside of `value`; answers whether that is anything.
    fn push_inside(&self, states: &[usize], value: Raw<'_>, out: &mut String) -> bool {
        match value.kind() {
            Kind::Object => {
                out.push('{');
                for (key, value) in value.members() {
                    let reach = self.reach(states, &key.string().unwrap_or_default());
                    let end = out.len();
                    out.push_str(key.text());
                    out.push(':');
                    if self.push_reached(&reach, value, out) {
                        out.push(',');
                    } else {
                        out.truncate(end);
                    }
                }
            }
            Kind::Array => {
                out.push('[');
                for element in value.elements() {
                    if self.push_inside(states, element, out) {
                        out.push(',');
                    }
                }
            }
            _ => return false,
        }
        // What goes is the last separator or, if nothing was selected, the opening bracket.
        let any = out.pop() == Some(',');
        if any {
            out.push(if value.kind() == Kind::Object { '}' } else { ']' });
        }
        any
    }
}

/// The segments of a path: split at dots, but not at `\.`.
fn split(path: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    path.split(move |character| {
        let separates = character == '.' && !escaped;
        escaped = character == '\\';
        separates
    })
}

fn segment(text: &str) -> Segment {
    if text == "**" {
        return Segment::AnyDepth;
    }
    let mut name = text.replace("\\.", ".");
    if !name.contains('*') {
        return Segment::Name(name);
    }
    let mut last = ' ';
    name.retain(|character| {
        let repeated = character == '*' && last == '*';
        last = character;
        !repeated
    });
    Segment::Glob(name)
}

/// Whether `name` matches `pattern`, in which `*` stands for any text. Taking each piece where it
/// first occurs never misses a match, so there is no way back and the time is linear.
fn matches_glob(pattern: &str, name: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    let mut pieces = pattern.split('*');
    let prefix = pieces.next().unwrap_or_default();
    let suffix = pieces.next_back().unwrap_or_default();
    let inner = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
    inner.is_some_and(|inner| {
        pieces
            .try_fold(inner, |rest, piece| rest.find(piece).map(|at| &rest[at + piece.len()..]))
            .is_some()
    })
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
