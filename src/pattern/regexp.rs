//! Lucene's regular expressions, with all of its operators. Loosest first: `|`, `&`, one behind the
//! other, `?` `*` `+` `{n,m}`, `~`, and then `.` `@` `#` `"text"` `<1-10>` `[a-z]` `(...)` `\d` and
//! characters. As there, a special character where none can stand is an ordinary one: `|*|`.

use std::iter::Peekable;
use std::str::Chars;

use super::terms::{ANY, EMPTY, EVERYTHING, Id, LAST, NOTHING, Range, Terms};
use super::{Fault, interval};

type Result<T> = std::result::Result<T, Fault>;

/// How deep parentheses may nest.
const MAX_DEPTH: usize = 100;

/// The longest text of an interval: its numbers may have leading zeros, but not for ever.
const LONGEST_INTERVAL: usize = 64;

/// The language of `expression`.
pub(super) fn parse(expression: &str, terms: &mut Terms<'_>) -> Result<Id> {
    if expression.is_empty() {
        return Ok(EMPTY);
    }
    let mut parser = Parser { rest: expression.chars().peekable(), at: 0, depth: 0, terms };
    let language = parser.union()?;
    match parser.rest.peek() {
        None => Ok(language),
        Some(_) => Err(parser.expected("the end")),
    }
}

struct Parser<'p, 'b> {
    rest: Peekable<Chars<'p>>,
    /// How many characters are behind.
    at: usize,
    depth: usize,
    terms: &'p mut Terms<'b>,
}

impl Parser<'_, '_> {
    fn expected(&self, what: &str) -> Fault {
        Fault::Syntax(format!("expected {what}"), self.at)
    }

    fn next(&mut self) -> Result<char> {
        let next = self.rest.next().ok_or_else(|| self.expected("a character"))?;
        self.at += 1;
        Ok(next)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.rest.next_if_eq(&wanted).is_some();
        self.at += usize::from(found);
        found
    }

    fn must(&mut self, wanted: char) -> Result<()> {
        if self.eat(wanted) { Ok(()) } else { Err(self.expected(&format!("'{wanted}'"))) }
    }

    fn union(&mut self) -> Result<Id> {
        let mut parts = vec![self.intersection()?];
        while self.eat('|') {
            parts.push(self.intersection()?);
        }
        self.terms.union(&parts)
    }

    fn intersection(&mut self) -> Result<Id> {
        let mut all = self.sequence()?;
        while self.eat('&') {
            let other = self.sequence()?;
            all = self.terms.intersection(all, other)?;
        }
        Ok(all)
    }

    fn sequence(&mut self) -> Result<Id> {
        let mut parts = vec![self.repetition()?];
        while !matches!(self.rest.peek(), None | Some(')' | '|' | '&')) {
            parts.push(self.repetition()?);
        }
        self.terms.sequence(&parts)
    }

    fn repetition(&mut self) -> Result<Id> {
        let mut repeated = self.complement()?;
        loop {
            let (least, most) = if self.eat('?') {
                (0, Some(1))
            } else if self.eat('*') {
                (0, None)
            } else if self.eat('+') {
                (1, None)
            } else if self.eat('{') {
                self.times()?
            } else {
                return Ok(repeated);
            };
            repeated = self.terms.repeat(repeated, least, most)?;
        }
    }

    /// `n}`, `n,}` or `n,m}`.
    fn times(&mut self) -> Result<(u32, Option<u32>)> {
        let start = self.at;
        let least = self.number()?;
        let most = match self.eat(',') {
            false => Some(least),
            true if self.rest.peek() == Some(&'}') => None,
            true => Some(self.number()?),
        };
        self.must('}')?;
        if most.is_some_and(|most| most < least) {
            return Err(Fault::Syntax("a repetition with its numbers out of order".into(), start));
        }
        Ok((least, most))
    }

    fn number(&mut self) -> Result<u32> {
        let mut digits = String::new();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        let number = number(&digits).ok_or_else(|| self.expected("a whole number"))?;
        self.at += digits.len();
        Ok(number)
    }

    fn complement(&mut self) -> Result<Id> {
        let mut times = 0;
        while self.eat('~') {
            times += 1;
        }
        let atom = self.atom()?;
        if times % 2 == 1 { self.terms.complement(atom) } else { Ok(atom) }
    }

    fn atom(&mut self) -> Result<Id> {
        match self.next()? {
            '.' => Ok(ANY),
            '@' => Ok(EVERYTHING),
            '#' => Ok(NOTHING),
            '"' => self.quoted(),
            '<' => self.interval(),
            '(' if self.eat(')') => Ok(EMPTY),
            '(' => self.group(),
            '[' => self.class(),
            '\\' => self.escaped(),
            other => self.terms.one(other),
        }
    }

    fn group(&mut self) -> Result<Id> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::Syntax("parentheses nest too deep".into(), self.at));
        }
        let inner = self.union()?;
        self.must(')')?;
        self.depth -= 1;
        Ok(inner)
    }

    fn quoted(&mut self) -> Result<Id> {
        let mut parts = Vec::new();
        while let Some(character) = self.rest.next_if(|next| *next != '"') {
            self.at += 1;
            parts.push(self.terms.one(character)?);
        }
        self.must('"')?;
        self.terms.sequence(&parts)
    }

    /// What follows a backslash: a class of its own, or any character itself.
    fn escaped(&mut self) -> Result<Id> {
        let name = self.next()?;
        match shorthand(name) {
            Some(ranges) => self.terms.one_of(ranges),
            None => self.terms.one(name),
        }
    }

    /// `a-z]` or `^a-z]`.
    fn class(&mut self) -> Result<Id> {
        let excluded = self.eat('^');
        let mut ranges = self.class_part()?;
        while !matches!(self.rest.peek(), None | Some(']')) {
            ranges.extend(self.class_part()?);
        }
        self.must(']')?;
        self.terms.one_of(if excluded { inverted(ranges) } else { ranges })
    }

    fn class_part(&mut self) -> Result<Vec<Range>> {
        let start = self.at;
        let escaped = self.eat('\\');
        let first = self.next()?;
        if let Some(ranges) = shorthand(first).filter(|_| escaped) {
            return Ok(ranges);
        }
        let mut last = first;
        if self.eat('-') {
            self.eat('\\');
            last = self.next()?;
        }
        if last < first {
            let what = format!("the range from '{first}' to '{last}' is out of order");
            return Err(Fault::Syntax(what, start));
        }
        Ok(vec![(first.into(), last.into())])
    }

    /// `1-10>`: decimal numbers.
    fn interval(&mut self) -> Result<Id> {
        let start = self.at;
        let mut text = String::new();
        while let Some(character) = self.rest.next_if(|next| *next != '>') {
            self.at += 1;
            text.push(character);
        }
        self.must('>')?;
        let Some((one, other)) = text.split_once('-') else {
            return Err(Fault::Syntax(format!("there is no automaton called '{text}'"), start));
        };
        if text.len() > LONGEST_INTERVAL {
            return Err(Fault::Syntax("the numbers of an interval are too long".into(), start));
        }
        match (number(one), number(other)) {
            (Some(first), Some(last)) => {
                let width = (one.len() == other.len()).then_some(one.len());
                interval::language(first.min(last), first.max(last), width, self.terms)
            }
            _ => Err(Fault::Syntax("expected an interval such as <1-10>".into(), start)),
        }
    }
}

fn number(digits: &str) -> Option<u32> {
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: i32 = digits.parse().ok().filter(|_| all)?;
    number.try_into().ok()
}

/// The characters of `\d`, `\s`, `\w`, and of what is not in these `\D`, `\S`, `\W`.
fn shorthand(name: char) -> Option<Vec<Range>> {
    let range = |first: char, last: char| (first.into(), last.into());
    let ranges = match name.to_ascii_lowercase() {
        'd' => vec![range('0', '9')],
        's' => vec![range('\t', '\n'), range('\r', '\r'), range(' ', ' ')],
        'w' => vec![range('0', '9'), range('A', 'Z'), range('_', '_'), range('a', 'z')],
        _ => return None,
    };
    Some(if name.is_ascii_uppercase() { inverted(ranges) } else { ranges })
}

/// The code points that are in none of `ranges`.
fn inverted(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_unstable();
    let mut gaps = Vec::new();
    let mut free = 0;
    for (first, last) in ranges {
        if free < first {
            gaps.push((free, first - 1));
        }
        free = free.max(last + 1);
    }
    if free <= LAST {
        gaps.push((free, LAST));
    }
    gaps
}
