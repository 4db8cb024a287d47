//! Elasticsearch's patterns for names: wildcards such as `logs-*`, and Lucene's regular expressions
//! between slashes, such as `/logs-<1-12>/`. A pattern matches a whole text or not at all.

mod automaton;
mod compare;
mod interval;
mod language;
mod regexp;
mod terms;
#[cfg(test)]
mod tests;
mod walk;

pub(crate) use language::Language;

/// What patterns may cost to compile, in terms and steps. Compiling takes time and memory in
/// proportion, so this bounds both: the automaton has fewer than 100,000 states.
pub(crate) const BUDGET: u32 = 500_000;

/// Why a text is no pattern.
#[derive(Debug, PartialEq)]
enum Fault {
    /// What is wrong, and in front of which character of the regular expression.
    Syntax(String, usize),
    TooComplex,
}

/// Takes `cost` from `budget`.
fn spend(budget: &mut u32, cost: usize) -> Result<(), Fault> {
    let left = u32::try_from(cost).ok().and_then(|cost| budget.checked_sub(cost));
    *budget = left.ok_or(Fault::TooComplex)?;
    Ok(())
}
