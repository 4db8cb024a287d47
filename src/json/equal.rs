//! When two JSON values are the same to Elasticsearch: the order of members does not matter, the
//! order of elements does, and `1` and `1.0` are different.

use std::borrow::Cow;

use super::raw::{Kind, Raw};

/// Whether two values are the same.
pub(crate) fn same_value(left: Raw<'_>, right: Raw<'_>) -> bool {
    if left.text() == right.text() {
        return true;
    }
    if left.kind() != right.kind() {
        return false;
    }
    match left.kind() {
        Kind::Object => same_object(left, right),
        Kind::Array => {
            let mut rights = right.elements();
            left.elements().all(|value| rights.next().is_some_and(|other| same_value(value, other)))
                && rights.next().is_none()
        }
        Kind::String => left.string() == right.string(),
        Kind::Number => same_number(left.text(), right.text()),
        Kind::Boolean | Kind::Null => false,
    }
}

fn same_object(left: Raw<'_>, right: Raw<'_>) -> bool {
    let (left, right) = (sorted_members(left), sorted_members(right));
    left.len() == right.len()
        && left.iter().zip(&right).all(|(a, b)| a.0 == b.0 && same_value(a.1, b.1))
}

fn sorted_members(object: Raw<'_>) -> Vec<(Cow<'_, str>, Raw<'_>)> {
    let mut members: Vec<_> =
        object.members().map(|(key, value)| (key.string().unwrap_or_default(), value)).collect();
    members.sort_by(|a, b| a.0.cmp(&b.0));
    members
}

/// Numbers of different text are the same if both are fractions of one finite value (`1.0`,
/// `1.00`, `10e-1`) or both are zero as whole numbers (`0`, `-0`).
fn same_number(left: &str, right: &str) -> bool {
    let fraction = |text: &str| text.contains(['.', 'e', 'E']);
    if !fraction(left) && !fraction(right) {
        return left.trim_start_matches('-') == "0" && right.trim_start_matches('-') == "0";
    }
    if !(fraction(left) && fraction(right)) {
        return false;
    }
    match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(left), Ok(right)) => left.is_finite() && left.to_bits() == right.to_bits(),
        _ => false,
    }
}
