//! People by what one types of them, found by reading every profile.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use crate::suggest::analysis::{Word, mail_places, mail_terms, words};

/// At most so many words of a field stand in for one that may have typos.
const EXPANSIONS: usize = 50;
/// Of a longer text only so many words are searched.
const SEARCHED: usize = 256;
/// Matches are counted up to this many.
const COUNTED: usize = 10_000;

/// How a word matches; less is better. With a typo it is this and the number of edits.
type Mark = usize;
const WHOLE: Mark = 0;
const PREFIX: Mark = 1;
const PART: Mark = 2;
const TYPO: Mark = 2;

const FULL_NAME: usize = 0;
const USERNAME: usize = 1;
const EMAIL: usize = 2;
pub(crate) const FIELDS: [&str; 3] = ["full_name", "username", "email"];

#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) uid: String,
    /// How many were there before it.
    pub(crate) number: usize,
    pub(crate) enabled: bool,
    pub(crate) last_synchronized: i64,
    pub(crate) user: Value,
    pub(crate) labels: Value,
    /// The words of the full name and of the username, in order.
    names: [Vec<String>; 2],
    /// The terms of the e-mail address, and whether they are more than its domain.
    mail: BTreeMap<String, bool>,
}

impl Profile {
    /// From what `activate` answers.
    pub(crate) fn new(activated: &Value) -> Self {
        let user = &activated["user"];
        let text = |member: &str| user[member].as_str().unwrap_or_default();
        let folded =
            |text| words(text).into_iter().take(SEARCHED).map(|word| word.folded).collect();
        let mut mail = BTreeMap::new();
        for (term, is_local) in mail_terms(text("email")).into_iter().take(SEARCHED) {
            *mail.entry(term).or_default() |= is_local;
        }
        Self {
            uid: activated["uid"].as_str().expect("a uid").to_owned(),
            number: 0,
            enabled: activated["enabled"] == true,
            last_synchronized: activated["last_synchronized"].as_i64().expect("a time"),
            user: user.clone(),
            labels: activated["labels"].clone(),
            names: [folded(text("full_name")), folded(text("username"))],
            mail,
        }
    }

    fn terms(&self, field: usize) -> Box<dyn Iterator<Item = &str> + '_> {
        match self.names.get(field) {
            Some(words) => Box::new(words.iter().map(String::as_str)),
            None => Box::new(self.mail.keys().map(String::as_str)),
        }
    }

    /// How many of the hints fit.
    fn hints(&self, wanted: &Wanted) -> usize {
        let label = wanted.label.as_ref().is_some_and(|(path, values)| {
            let mut leaves = Vec::new();
            flatten(&self.labels, "", &mut leaves);
            leaves.iter().any(|(at, text)| at == path && values.contains(text))
        });
        usize::from(wanted.uids.contains(&self.uid)) + usize::from(label)
    }
}

/// The leaves of labels as texts, with their dotted paths.
fn flatten(value: &Value, path: &str, leaves: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| flatten(item, path, leaves)),
        Value::Object(members) => {
            for (name, member) in members {
                let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(member, &below, leaves);
            }
        }
        Value::String(text) => leaves.push((path.to_owned(), text.clone())),
        scalar => leaves.push((path.to_owned(), scalar.to_string())),
    }
}

/// A request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) size: usize,
    pub(crate) from: usize,
    pub(crate) uids: Vec<String>,
    pub(crate) label: Option<(String, Vec<String>)>,
    pub(crate) every_word: bool,
    pub(crate) typo_in_last: bool,
}

impl Wanted {
    pub(crate) fn name(name: &str) -> Self {
        Self { name: name.to_owned(), size: 10, ..Self::default() }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut request = json!({"name": self.name, "size": self.size, "from": self.from});
        if !self.uids.is_empty() {
            request["hint"]["uids"] = json!(self.uids);
        }
        if let Some((path, values)) = &self.label {
            request["hint"]["labels"] = json!({ path: values });
        }
        if self.every_word {
            request["match"] = json!("all");
        }
        if self.typo_in_last {
            request["fuzziness"] = json!("auto_last");
        }
        request
    }
}

/// What one word of the query asks of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Clause {
    Prefix(String),
    Fuzzy(String),
    Exact(String, Mark),
}

/// What each word of `name` asks of the full name and the username; and what it asks of the
/// e-mail address, where not every word has its own and some have several.
pub(crate) fn clauses(name: &str) -> (Vec<Clause>, Vec<(usize, Clause)>) {
    let words = words(name);
    let of_names = words.iter().enumerate().map(|(number, Word { folded, range })| {
        if number + 1 == words.len() && range.end == name.len() {
            Clause::Prefix(folded.clone())
        } else {
            Clause::Fuzzy(folded.clone())
        }
    });
    let places = mail_places(name);
    let mut of_mail = Vec::new();
    for (number, place) in places.iter().enumerate() {
        for token in &place.tokens {
            // A token may start with a character that is part of no word.
            let word = words.iter().position(|word| token.range.start < word.range.end);
            let word = word.expect("a token holds a word");
            let of_word = words[word].range.clone();
            let covers = token.range.start <= of_word.start && token.range.end >= of_word.end;
            let folded = token.folded.clone();
            let clause = if place.tokens.len() > 1 {
                Clause::Exact(folded, if covers { WHOLE } else { PART })
            } else if number + 1 == places.len() && place.range.end == name.len() {
                Clause::Prefix(folded)
            } else {
                Clause::Fuzzy(folded)
            };
            of_mail.push((word, clause));
        }
    }
    (of_names.collect(), of_mail)
}

/// The edits that may be between a word typed and a word found.
pub(crate) fn allowed_edits(typed: &str) -> usize {
    match typed.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

/// Edits between two words, by optimal string alignment: letters are deleted, inserted, replaced
/// and swapped. And how many there are if the last letter typed is not deleted, if that can be.
pub(crate) fn edits(typed: &str, word: &str) -> (usize, Option<usize>) {
    let (typed, word): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
    let mut table = vec![vec![0; word.len() + 1]; typed.len() + 1];
    let mut keeping_the_last = Some(0);
    for i in 0..=typed.len() {
        for j in 0..=word.len() {
            let deleted = (i > 0).then(|| table[i - 1][j] + 1);
            let inserted = (j > 0).then(|| table[i][j - 1] + 1);
            let replaced = (i > 0 && j > 0)
                .then(|| table[i - 1][j - 1] + usize::from(typed[i - 1] != word[j - 1]));
            let swaps =
                i > 1 && j > 1 && typed[i - 2] == word[j - 1] && typed[i - 1] == word[j - 2];
            let swapped = swaps.then(|| table[i - 2][j - 2] + 1);
            keeping_the_last = [inserted, replaced, swapped].into_iter().flatten().min();
            table[i][j] = keeping_the_last.into_iter().chain(deleted).min().unwrap_or(0);
        }
    }
    (table[typed.len()][word.len()], keeping_the_last)
}

/// All profiles that can be found, and the words of their fields.
pub(crate) struct Search<'m> {
    profiles: Vec<&'m Profile>,
    terms: [BTreeSet<&'m str>; 3],
}

/// The words of a field that match a clause.
type Matching<'m> = HashMap<&'m str, Mark>;

/// Why a profile stands where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Explanation {
    pub(crate) score: usize,
    pub(crate) hints: usize,
    /// How the fields match the words, by field and word.
    pub(crate) marks: BTreeMap<(usize, usize), Mark>,
}

/// Profiles, best first: all that were found.
pub(crate) struct Answer<'m> {
    pub(crate) ranked: Vec<(&'m Profile, Explanation)>,
    from: usize,
    size: usize,
}

impl<'m> Answer<'m> {
    pub(crate) fn page(&self) -> impl Iterator<Item = &(&'m Profile, Explanation)> {
        self.ranked.iter().skip(self.from).take(self.size)
    }

    pub(crate) fn uids(&self) -> Vec<&str> {
        self.page().map(|(profile, _)| profile.uid.as_str()).collect()
    }

    pub(crate) fn total(&self) -> Value {
        match self.ranked.len() {
            more if more > COUNTED => json!({"value": COUNTED, "relation": "gte"}),
            exact => json!({"value": exact, "relation": "eq"}),
        }
    }
}

impl<'m> Search<'m> {
    pub(crate) fn new(all: impl Iterator<Item = &'m Profile>) -> Self {
        let profiles: Vec<&Profile> = all.filter(|profile| profile.enabled).collect();
        let terms = [FULL_NAME, USERNAME, EMAIL]
            .map(|field| profiles.iter().flat_map(|profile| profile.terms(field)).collect());
        Self { profiles, terms }
    }

    pub(crate) fn answer(&self, wanted: &Wanted) -> Answer<'m> {
        let (of_names, of_mail) = clauses(&wanted.name);
        let is_blank = wanted.name.trim().is_empty();
        let names = [FULL_NAME, USERNAME].map(|field| {
            of_names.iter().map(|clause| self.matching(field, clause, wanted)).collect::<Vec<_>>()
        });
        let mut mail: Vec<Matching<'_>> = vec![HashMap::new(); of_names.len()];
        for (word, clause) in &of_mail {
            for (term, mark) in self.matching(EMAIL, clause, wanted) {
                improve(&mut mail[*word], term, mark);
            }
        }
        let mut found = Vec::new();
        for profile in &self.profiles {
            let matched = Matched::new(profile, &names, &mail);
            let words = matched.words();
            let all = if wanted.every_word { of_names.len() } else { 1 };
            if is_blank || words.len() >= all.max(1) {
                let hints = profile.hints(wanted);
                let names = if of_names.len() == 1 { matched.marks.len() } else { words.len() };
                let key = (
                    Reverse(names + hints),
                    Reverse(hints.min(1)),
                    Reverse(matched.outside_of_domain.len()),
                    words.values().sum::<usize>(),
                    Reverse(matched.adjacent),
                    Reverse(matched.in_field(FULL_NAME)),
                    Reverse(matched.in_field(USERNAME)),
                    Reverse(matched.is_in_front),
                    Reverse(profile.last_synchronized),
                    profile.uid.as_bytes().get(2..5),
                    profile.number,
                );
                let explanation = Explanation { score: names + hints, hints, marks: matched.marks };
                found.push((key, *profile, explanation));
            }
        }
        found.sort_by(|left, right| left.0.cmp(&right.0));
        let ranked = found.into_iter().map(|(_, profile, why)| (profile, why)).collect();
        Answer { ranked, from: wanted.from, size: wanted.size }
    }

    /// The words of a field that match.
    fn matching(&self, field: usize, clause: &Clause, wanted: &Wanted) -> Matching<'m> {
        let mut found = HashMap::new();
        match clause {
            Clause::Exact(token, mark) => {
                for term in self.known(field, |term| term == token) {
                    improve(&mut found, term, *mark);
                }
            }
            Clause::Fuzzy(typed) => {
                let near = self.known(field, |_| true).map(|term| (edits(typed, term).0, term));
                for (edits, term) in nearest(typed, near) {
                    improve(&mut found, term, if edits == 0 { WHOLE } else { TYPO + edits });
                }
            }
            Clause::Prefix(typed) => {
                for term in self.known(field, |term| term.starts_with(typed)) {
                    improve(&mut found, term, if term == typed { WHOLE } else { PREFIX });
                }
                if wanted.typo_in_last {
                    for (edits, beginning) in self.beginnings(typed) {
                        for term in self.known(field, |term| term.starts_with(beginning)) {
                            improve(&mut found, term, TYPO + edits);
                        }
                    }
                }
            }
        }
        found
    }

    fn known(
        &self,
        field: usize,
        is_meant: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = &'m str> {
        self.terms[field].iter().copied().filter(move |term| is_meant(term))
    }

    /// Beginnings of words of any field that may be meant by what is typed of a word.
    fn beginnings(&self, typed: &str) -> Vec<(usize, &'m str)> {
        let terms = self.terms.iter().flatten().copied();
        let alike = terms.filter(|term| term.chars().next() == typed.chars().next());
        let all: BTreeSet<&str> = alike
            .flat_map(|term| term.char_indices().map(move |(at, c)| &term[..at + c.len_utf8()]))
            .collect();
        let others = all.into_iter().filter(|beginning| !beginning.starts_with(typed));
        let kept = others.filter_map(|beginning| Some((edits(typed, beginning).1?, beginning)));
        nearest(typed, kept)
    }
}

/// The nearest texts to what is typed, of those that are near enough.
fn nearest<'m>(
    typed: &str,
    texts: impl Iterator<Item = (usize, &'m str)>,
) -> Vec<(usize, &'m str)> {
    let mut near: Vec<_> = texts.filter(|(edits, _)| *edits <= allowed_edits(typed)).collect();
    near.sort_unstable();
    near.truncate(EXPANSIONS);
    near
}

fn improve<K: std::hash::Hash + Eq>(marks: &mut HashMap<K, Mark>, key: K, mark: Mark) {
    let best = marks.entry(key).or_insert(mark);
    *best = mark.min(*best);
}

/// What of a profile matches.
struct Matched {
    /// By field and word of the query.
    marks: BTreeMap<(usize, usize), Mark>,
    /// Words that match in more than the domain of the e-mail address.
    outside_of_domain: BTreeSet<usize>,
    /// How many words stand directly behind the one that they follow in the query.
    adjacent: usize,
    /// Whether the first word matches the one that the full name begins with.
    is_in_front: bool,
}

impl Matched {
    fn new(profile: &Profile, names: &[Vec<Matching<'_>>; 2], mail: &[Matching<'_>]) -> Self {
        let mut marks = HashMap::new();
        let mut outside_of_domain = BTreeSet::new();
        for word in 0..mail.len() {
            for field in [FULL_NAME, USERNAME] {
                for term in &profile.names[field] {
                    if let Some(mark) = names[field][word].get(term.as_str()) {
                        improve(&mut marks, (field, word), *mark);
                        outside_of_domain.insert(word);
                    }
                }
            }
            for (term, is_local) in &profile.mail {
                if let Some(mark) = mail[word].get(term.as_str()) {
                    improve(&mut marks, (EMAIL, word), *mark);
                    if *is_local {
                        outside_of_domain.insert(word);
                    }
                }
            }
        }
        let is_pair = |field: usize, word: usize| {
            profile.names[field].windows(2).any(|pair| {
                names[field][word].contains_key(pair[0].as_str())
                    && names[field][word + 1].contains_key(pair[1].as_str())
            })
        };
        let adjacent = (1..mail.len())
            .filter(|word| is_pair(FULL_NAME, word - 1) || is_pair(USERNAME, word - 1))
            .count();
        let is_in_front = match (profile.names[FULL_NAME].first(), names[FULL_NAME].first()) {
            (Some(term), Some(matching)) => matching.contains_key(term.as_str()),
            _ => false,
        };
        Self { marks: marks.into_iter().collect(), outside_of_domain, adjacent, is_in_front }
    }

    /// The words that match, as their best field does.
    fn words(&self) -> HashMap<usize, Mark> {
        let mut words = HashMap::new();
        for ((_, word), mark) in &self.marks {
            improve(&mut words, *word, *mark);
        }
        words
    }

    fn in_field(&self, field: usize) -> usize {
        self.marks.keys().filter(|(of, _)| *of == field).count()
    }
}
