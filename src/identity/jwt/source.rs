//! A value that is given in the configuration or in a file.

use std::sync::Arc;

use super::section::Section;
use crate::error::Result;
use crate::identity::watched::{Current, Watched};

pub(super) enum Source<T> {
    Fixed(Arc<T>),
    File(Watched<T>),
}

impl<T> Source<T> {
    /// The value that is `given` by the setting `name`, or by the file that `path_name` names; if
    /// there is any.
    pub(super) fn configure(
        section: &mut Section<'_, '_>,
        name: &str,
        given: Option<Vec<u8>>,
        path_name: &str,
        parse: impl Fn(&[u8]) -> std::result::Result<T, String> + Send + Sync + 'static,
    ) -> Result<Option<Self>> {
        match (given, section.string(path_name)?) {
            (None, None) => Ok(None),
            (Some(_), Some(_)) => Err(section.not_both(name, path_name)),
            (Some(content), None) => match parse(&content) {
                Ok(value) => Ok(Some(Self::Fixed(Arc::new(value)))),
                Err(problem) => Err(section.invalid(name, &problem)),
            },
            (None, Some(path)) => {
                let parse = move |content: Option<&[u8]>| {
                    content.ok_or("there is no such file".to_owned()).and_then(&parse)
                };
                match Watched::open(&section.file(path_name, &path)?, Box::new(parse)) {
                    Ok(file) => Ok(Some(Self::File(file))),
                    Err(problem) => Err(section.invalid(path_name, &problem)),
                }
            }
        }
    }

    /// Which of the two settings it came from.
    pub(super) fn setting<'n>(&self, name: &'n str, path_name: &'n str) -> &'n str {
        match self {
            Self::Fixed(_) => name,
            Self::File(_) => path_name,
        }
    }

    /// What it is now. Of a file that changed and cannot be used, the report is told.
    pub(super) fn get(&self, report: impl FnOnce(&str)) -> Current<T> {
        match self {
            Self::Fixed(value) => Current { value: value.clone(), previous: None },
            Self::File(file) => file.get(report),
        }
    }
}
