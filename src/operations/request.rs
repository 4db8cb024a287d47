//! The members of a request, taken out one by one with their types; what nobody takes is unknown.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::json::{Kind, Named, Raw, position};

/// One member: from the JSON of the request, or from the path or query of a REST request.
struct Member<'a> {
    name: Cow<'a, str>,
    value: Parameter<'a>,
}

enum Parameter<'a> {
    /// A value of the JSON document, with the place of its name in it.
    Json(Raw<'a>, usize),
    /// A part of the path or query.
    Text(Cow<'a, str>),
}

impl Member<'_> {
    /// Where it stands among the others: those of the path and query come last.
    fn at(&self) -> usize {
        match self.value {
            Parameter::Json(_, at) => at,
            Parameter::Text(_) => usize::MAX,
        }
    }
}

/// A request: the flat set of named arguments of the official client's method.
pub(crate) struct Request<'a> {
    /// The text that JSON members come from; positions in messages are positions in it.
    document: &'a str,
    /// What the parser is called in messages.
    parser: &'static str,
    /// The path of a REST request, for messages.
    path: &'a str,
    members: Vec<Member<'a>>,
}

impl<'a> Request<'a> {
    /// The request that `document` holds, whose members its checker has found.
    pub(crate) fn of_document(
        document: &'a str,
        parser: &'static str,
        members: Vec<Named<'a>>,
    ) -> Result<Self> {
        let value = Raw::trusted(document);
        let members = members
            .into_iter()
            .map(|(name, at, value)| Member { name, value: Parameter::Json(value, at) })
            .collect();
        let request = Self { document, parser, path: "", members };
        request.check_object(value).map(|()| request)
    }

    /// A request without members yet, for what `document` holds at another place.
    pub(crate) fn empty(document: &'a str, parser: &'static str, path: &'a str) -> Self {
        Self { document, parser, path, members: Vec::new() }
    }

    /// The same request, of another parser.
    pub(crate) fn of_parser(self, parser: &'static str) -> Self {
        Self { parser, ..self }
    }

    /// The text that the members come from.
    pub(crate) fn document(&self) -> &'a str {
        self.document
    }

    /// Adds a part of the path or query; the last of a name counts.
    pub(crate) fn put(&mut self, name: Cow<'a, str>, value: Cow<'a, str>) {
        self.members.retain(|other| other.name != name);
        self.members.push(Member { name, value: Parameter::Text(value) });
    }

    /// Adds a member that is all of a REST body.
    pub(crate) fn put_body(&mut self, name: &'static str, body: Raw<'a>) {
        self.members.push(Member { name: name.into(), value: Parameter::Json(body, body.at()) });
    }

    fn check_object(&self, value: Raw<'_>) -> Result<()> {
        if value.kind() == Kind::Object {
            return Ok(());
        }
        Err(Error::x_content(format!(
            "{} expected an object but found {}",
            self.place(value.at()),
            value.kind().token()
        )))
    }

    /// Adds the members of the object `value`.
    fn add(&mut self, value: Raw<'a>) -> Result<()> {
        self.check_object(value)?;
        self.members.extend(value.members().map(|(key, value)| Member {
            name: key.string().unwrap_or_default(),
            value: Parameter::Json(value, key.at()),
        }));
        Ok(())
    }

    /// Adds the members of a REST body to those of the path. The body does not know `parameters`;
    /// what it may repeat of the path must agree with it.
    pub(crate) fn add_body(&mut self, body: Raw<'a>, parameters: &[&str]) -> Result<()> {
        let in_path = std::mem::take(&mut self.members);
        self.add(body)?;
        if let Some(known) = self.members.iter().find(|member| parameters.contains(&&*member.name))
        {
            return Err(self.unknown(known));
        }
        for member in in_path {
            let repeated = self.string(&member.name)?;
            if let (Some(repeated), Parameter::Text(expected)) = (repeated, &member.value)
                && repeated != *expected
            {
                return Err(Error::illegal_argument(format!(
                    "[{0}] in source does not match the {0} provided [{expected}]",
                    member.name
                )));
            }
            self.members.push(member);
        }
        Ok(())
    }

    /// `[line:column] [parser]` of a place in the document.
    fn place(&self, at: usize) -> String {
        let (line, column) = position(self.document, at);
        format!("[{line}:{column}] [{}]", self.parser)
    }

    /// Takes the member `name`, of whatever type.
    fn take(&mut self, name: &str) -> Option<Parameter<'a>> {
        let index = self.members.iter().position(|member| member.name == name)?;
        Some(self.members.swap_remove(index).value)
    }

    /// Whether the member `name` is there and is this string.
    pub(crate) fn is(&self, name: &str, expected: &str) -> bool {
        let mut named = self.members.iter().filter(|member| member.name == name);
        named.any(|member| match &member.value {
            Parameter::Json(value, _) => value.string().as_deref() == Some(expected),
            Parameter::Text(text) => text == expected,
        })
    }

    fn wrong_type(&self, name: &str, value: Raw<'_>) -> Error {
        Error::x_content(format!(
            "{} {name} doesn't support values of type: {}",
            self.place(value.at()),
            value.kind().token()
        ))
    }

    /// Takes a string.
    pub(crate) fn string(&mut self, name: &str) -> Result<Option<Cow<'a, str>>> {
        match self.take(name) {
            None => Ok(None),
            Some(Parameter::Text(text)) => Ok(Some(text)),
            Some(Parameter::Json(value, _)) => {
                value.string().map(Some).ok_or_else(|| self.wrong_type(name, value))
            }
        }
    }

    /// Takes a string; null counts as absent.
    pub(crate) fn nullable_string(&mut self, name: &str) -> Result<Option<Cow<'a, str>>> {
        let null = |member: &Member<'_>| {
            member.name == name
                && matches!(member.value, Parameter::Json(value, _) if value.kind() == Kind::Null)
        };
        if let Some(index) = self.members.iter().position(null) {
            self.members.swap_remove(index);
        }
        self.string(name)
    }

    /// Takes an array of strings, or one string with commas between them.
    pub(crate) fn strings(&mut self, name: &str) -> Result<Option<Vec<String>>> {
        let text = match self.take(name) {
            None => return Ok(None),
            Some(Parameter::Text(text)) => text,
            Some(Parameter::Json(value, _)) if value.kind() == Kind::Array => {
                let text = |element: Raw<'a>| {
                    let text = element.string().map(String::from);
                    text.ok_or_else(|| self.wrong_type(name, element))
                };
                return value.elements().map(text).collect::<Result<_>>().map(Some);
            }
            Some(Parameter::Json(value, _)) => {
                value.string().ok_or_else(|| self.wrong_type(name, value))?
            }
        };
        Ok(Some(text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect()))
    }

    /// Takes names: like `strings`, but names in an array may have commas between them too.
    pub(crate) fn names(&mut self, name: &str) -> Result<Option<Vec<Cow<'a, str>>>> {
        match self.take(name) {
            None => Ok(None),
            Some(Parameter::Text(text)) => Ok(Some(vec![text])),
            Some(Parameter::Json(value, _)) if value.kind() == Kind::Array => value
                .elements()
                .map(|element| element.string().ok_or_else(|| self.wrong_type(name, element)))
                .collect::<Result<_>>()
                .map(Some),
            Some(Parameter::Json(value, _)) => {
                Ok(Some(vec![value.string().ok_or_else(|| self.wrong_type(name, value))?]))
            }
        }
    }

    /// Takes a boolean. In a query, a bare name means true.
    pub(crate) fn boolean(&mut self, name: &str) -> Result<Option<bool>> {
        let text = match self.take(name) {
            None => return Ok(None),
            Some(Parameter::Text(text)) if text.is_empty() => return Ok(Some(true)),
            Some(Parameter::Text(text)) => text,
            Some(Parameter::Json(value, _)) => match (value.boolean(), value.string()) {
                (Some(boolean), _) => return Ok(Some(boolean)),
                (None, Some(text)) => text,
                (None, None) => return Err(self.wrong_type(name, value)),
            },
        };
        match &*text {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => Err(Error::illegal_argument(format!(
                "Failed to parse value [{text}] as only [true] or [false] are allowed."
            ))),
        }
    }

    /// Takes a whole number, given as a number or as a string.
    pub(crate) fn long(&mut self, name: &str) -> Result<Option<i64>> {
        let text = match self.take(name) {
            None => return Ok(None),
            Some(Parameter::Text(text)) => text,
            Some(Parameter::Json(value, _)) => match value.kind() {
                Kind::Number => Cow::Borrowed(value.text()),
                Kind::String => value.string().unwrap_or_default(),
                _ => return Err(self.wrong_type(name, value)),
            },
        };
        let number = text.parse().map_err(|_| {
            Error::illegal_argument(format!(
                "Failed to parse long parameter [{name}] with value [{text}]"
            ))
        })?;
        Ok(Some(number))
    }

    /// Takes any JSON value.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<Raw<'a>>> {
        match self.take(name) {
            None => Ok(None),
            Some(Parameter::Json(value, _)) => Ok(Some(value)),
            Some(Parameter::Text(_)) => Err(unrecognized(self.path, name)),
        }
    }

    /// Takes an object.
    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Raw<'a>>> {
        match self.value(name)? {
            Some(value) if value.kind() != Kind::Object => Err(self.wrong_type(name, value)),
            value => Ok(value),
        }
    }

    /// Takes an object as a request of its own, for its members to be taken in turn.
    pub(crate) fn nested(&mut self, name: &str) -> Result<Option<Request<'a>>> {
        self.object(name)?.map(|value| self.of_object(value)).transpose()
    }

    /// Takes each member as a request of its own, by its name.
    pub(crate) fn each_nested(self) -> Result<Vec<(Cow<'a, str>, Request<'a>)>> {
        let context = Self::empty(self.document, self.parser, self.path);
        let members = self.remaining()?.into_iter();
        members.map(|(name, value)| Ok((name, context.of_object(value)?))).collect()
    }

    /// The members of `value`, an object somewhere in the request, as a request of its own.
    fn of_object(&self, value: Raw<'a>) -> Result<Request<'a>> {
        let mut request = Self::empty(self.document, self.parser, self.path);
        request.add(value).map(|()| request)
    }

    /// Takes `refresh` and checks it. Every write is visible at once, so nothing else is to do.
    pub(crate) fn refresh(&mut self) -> Result<()> {
        let value = match self.take("refresh") {
            Some(Parameter::Json(value, _)) => match value.kind() {
                Kind::Boolean => Cow::Borrowed(value.text()),
                Kind::String => value.string().unwrap_or_default(),
                _ => return Err(self.wrong_type("refresh", value)),
            },
            Some(Parameter::Text(text)) => text,
            None => return Ok(()),
        };
        match &*value {
            "" | "true" | "false" | "wait_for" => Ok(()),
            _ => Err(Error::illegal_argument(format!("Unknown value for refresh: [{value}]."))),
        }
    }

    fn unknown(&self, member: &Member<'_>) -> Error {
        match member.value {
            Parameter::Text(_) => unrecognized(self.path, &member.name),
            Parameter::Json(_, at) => {
                Error::x_content(format!("{} unknown field [{}]", self.place(at), member.name))
            }
        }
    }

    /// Takes all members that are left, in their order.
    pub(crate) fn remaining(mut self) -> Result<Vec<(Cow<'a, str>, Raw<'a>)>> {
        self.members.sort_by_key(Member::at);
        let members = self.members.into_iter().map(|member| match member.value {
            Parameter::Json(value, _) => Ok((member.name, value)),
            Parameter::Text(_) => Err(unrecognized(self.path, &member.name)),
        });
        members.collect()
    }

    /// Fails if a member is left that nobody took.
    pub(crate) fn finish(self) -> Result<()> {
        let first = self.members.iter().min_by_key(|member| member.at());
        first.map_or(Ok(()), |member| Err(self.unknown(member)))
    }
}

/// 400 for a parameter in the path or query of a REST request that its operation does not take.
pub(crate) fn unrecognized(path: &str, name: &str) -> Error {
    Error::illegal_argument(format!("request [{path}] contains unrecognized parameter: [{name}]"))
}
