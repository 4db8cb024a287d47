//! Texts as people type them: which words they hold, what makes two words the same, and how many
//! typing errors are between them.

mod edits;
mod fold;
mod mail;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use edits::{Edits, Next, allowed, distance};
pub(crate) use fold::fold;
pub(crate) use mail::{Part, Token, mail_tokens};
pub(crate) use words::{Word, prefix_end, words};
