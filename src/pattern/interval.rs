//! Decimal intervals: `<1-10>`.

use super::Fault;
use super::terms::{EMPTY, Id, Terms};

type Result<T> = std::result::Result<T, Fault>;

/// The numbers from `least` to `most` with exactly `width` digits, or with any number of leading
/// zeros.
pub(super) fn language(
    least: u32,
    most: u32,
    width: Option<usize>,
    terms: &mut Terms<'_>,
) -> Result<Id> {
    if let Some(width) = width {
        let (least, most) = (format!("{least:0width$}"), format!("{most:0width$}"));
        return between(least.as_bytes(), most.as_bytes(), terms);
    }
    let (least, most) = (least.to_string(), most.to_string());
    let mut lengths = Vec::new();
    for length in least.len()..=most.len() {
        let smallest = format!("{:0<length$}", 1);
        let largest = "9".repeat(length);
        let from = if length == least.len() { &least } else { &smallest };
        let to = if length == most.len() { &most } else { &largest };
        lengths.push(between(from.as_bytes(), to.as_bytes(), terms)?);
    }
    let zero = terms.one('0')?;
    let zeros = terms.repeat(zero, 0, None)?;
    let numbers = terms.union(&lengths)?;
    terms.concat(zeros, numbers)
}

/// The texts of digits from `least` to `most`, which are of one length.
fn between(least: &[u8], most: &[u8], terms: &mut Terms<'_>) -> Result<Id> {
    let (Some((low, after_low)), Some((high, after_high))) =
        (least.split_first(), most.split_first())
    else {
        return Ok(EMPTY);
    };
    let (zeros, nines) = (vec![b'0'; after_low.len()], vec![b'9'; after_low.len()]);
    if low == high {
        return digit_and(*low, *high, after_low, after_high, terms);
    }
    if (after_low, after_high) == (&zeros, &nines) {
        return digit_and(*low, *high, &zeros, &nines, terms);
    }
    let parts = [
        digit_and(*low, *low, after_low, &nines, terms)?,
        digit_and(low + 1, high - 1, &zeros, &nines, terms)?,
        digit_and(*high, *high, &zeros, after_high, terms)?,
    ];
    terms.union(&parts)
}

/// A digit, if there is one from `first` to `last`, and behind it the texts from `least` to `most`.
fn digit_and(first: u8, last: u8, least: &[u8], most: &[u8], terms: &mut Terms<'_>) -> Result<Id> {
    let digits = (first <= last).then_some((first.into(), last.into()));
    let digit = terms.one_of(digits.into_iter().collect())?;
    let rest = between(least, most, terms)?;
    terms.concat(digit, rest)
}
