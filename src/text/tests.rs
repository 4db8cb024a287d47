//! What is one word, what is the same word, and how far words are apart.

mod edits;
mod fold;
mod mail;
mod words;
