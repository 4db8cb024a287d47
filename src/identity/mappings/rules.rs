//! The rules of a mapping: a tree of `any`, `all`, `except` and `field`.

use std::borrow::Cow;

use super::values::{Facts, Field, Value};
use crate::error::{Error, Result};
use crate::json::{Kind, Raw};
use crate::pattern;

/// What the patterns of one mapping may cost to compile together.
const BUDGET: u32 = 4 * pattern::BUDGET;

/// A compiled rule, and what it cost.
pub(crate) struct Rule {
    expression: Expression,
    cost: u32,
}

enum Expression {
    Any(Vec<Expression>),
    All(Vec<Expression>),
    Except(Box<Expression>),
    Field(Field, Vec<Value>),
}

impl Rule {
    /// Compiles `rules`.
    pub(crate) fn parse(rules: Raw<'_>) -> Result<Self> {
        let mut parser = Parser { budget: BUDGET };
        let expression = parser.object("rules", rules, false)?;
        Ok(Self { expression, cost: BUDGET - parser.budget })
    }

    /// Whether it holds for a person.
    pub(crate) fn matches(&self, facts: &Facts<'_>) -> bool {
        self.expression.matches(facts)
    }

    /// How many bytes its automata take, at most.
    pub(super) fn size(&self) -> usize {
        const LARGEST: usize = size_of::<(u64, u64)>();
        self.cost as usize * LARGEST
    }
}

impl Expression {
    fn matches(&self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Any(parts) => parts.iter().any(|part| part.matches(facts)),
            Self::All(parts) => parts.iter().all(|part| part.matches(facts)),
            Self::Except(inner) => !inner.matches(facts),
            Self::Field(field, values) => values.iter().any(|value| facts.fit(field, value)),
        }
    }
}

/// Reads rules. Recursion ends with the depth of JSON.
struct Parser {
    budget: u32,
}

impl Parser {
    /// The one expression that the object called `name` holds.
    fn object(&mut self, name: &str, object: Raw<'_>, in_all: bool) -> Result<Expression> {
        let (key, value) = only_member(name, object)?;
        Ok(match &*key {
            "any" => Expression::Any(self.array("any", value, false)?),
            "all" => Expression::All(self.array("all", value, true)?),
            "field" => self.field(check_object(value)?)?,
            "except" if in_all => {
                Expression::Except(self.object("except", check_object(value)?, false)?.into())
            }
            "except" => return failed(format!("field [except] is not allowed within [{name}]")),
            _ => return failed(format!("field [{key}] is not recognised in object [{name}]")),
        })
    }

    fn array(&mut self, name: &str, array: Raw<'_>, in_all: bool) -> Result<Vec<Expression>> {
        if array.kind() != Kind::Array {
            return failed(format!("field [{name}] requires an array"));
        }
        array.elements().map(|element| self.object(name, element, in_all)).collect()
    }

    fn field(&mut self, object: Raw<'_>) -> Result<Expression> {
        let (name, value) = only_member("field", object)?;
        let values = match value.kind() {
            Kind::Array => {
                value.elements().map(|element| self.value(element)).collect::<Result<_>>()?
            }
            _ => vec![self.value(value)?],
        };
        Ok(Expression::Field(Field::named(&name), values))
    }

    fn value(&mut self, value: Raw<'_>) -> Result<Value> {
        match Value::parse(value, &mut self.budget)? {
            Some(value) => Ok(value),
            None => {
                let token = value.kind().token();
                failed(format!("expected a field value but found [{token}] instead"))
            }
        }
    }
}

fn failed<T>(why: String) -> Result<T> {
    Err(Error::parse(format!("failed to parse rules expression. {why}")))
}

fn check_object(value: Raw<'_>) -> Result<Raw<'_>> {
    match value.kind() {
        Kind::Object => Ok(value),
        other => failed(format!("expected an object but found [{}] instead", other.token())),
    }
}

fn only_member<'a>(name: &str, object: Raw<'a>) -> Result<(Cow<'a, str>, Raw<'a>)> {
    if object.kind() != Kind::Object {
        let token = object.kind().token();
        return failed(format!("expected [{name}] to be an object but found [{token}] instead"));
    }
    let mut members = object.members();
    match (members.next(), members.next()) {
        (None, _) => failed(format!("object [{name}] does not contain any fields")),
        (Some(_), Some(_)) => failed(format!("object [{name}] contains multiple fields")),
        (Some((key, value)), None) => Ok((key.string().unwrap_or_default(), value)),
    }
}
