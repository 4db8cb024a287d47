//! A question to the engines that search, and what they are given and answer.

/// What is typed, and who or what is hinted at.
#[derive(Clone, Default)]
pub struct Query {
    pub name: String,
    pub typo: Typo,
    pub uids: Vec<String>,
    /// Key and value of one label
    pub label: Option<(&'static str, &'static str)>,
}

/// Which words may have one.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Typo {
    #[default]
    None,
    /// All but the last, which is a prefix
    Before,
    /// The last as well
    Last,
}

impl Query {
    pub fn name(name: impl Into<String>) -> Query {
        Query { name: name.into(), ..Query::default() }
    }

    pub fn has_hint(&self) -> bool {
        !self.uids.is_empty() || self.label.is_some()
    }
}

/// Persons by number, best first.
pub type Found = Vec<usize>;

/// A person as the engines are given it.
pub struct Entry<'a> {
    pub number: usize,
    pub uid: &'a str,
    pub full_name: &'a str,
    pub username: &'a str,
    pub email: &'a str,
    /// `key=value`
    pub labels: Vec<String>,
    pub last_synchronized: i64,
    /// What `get` answers; engines keep it and answer it.
    pub answer: &'a str,
}
