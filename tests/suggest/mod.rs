//! A model of suggest that a person can read, and what it is compared on.

pub(crate) mod analysis;
pub(crate) mod model;
#[allow(dead_code)] // Not every test asks about every kind of people.
pub(crate) mod typed;
pub(crate) mod world;
