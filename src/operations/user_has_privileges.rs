//! `user_has_privileges`: what of this the caller may do.
//! Elasticsearch: GET, POST /_security/user[/{user}]/_has_privileges.

use std::collections::{BTreeMap, HashMap};

use super::{Body, Entry, Operation, Request, Route};
use crate::access::{Asked, Inquiry};
use crate::error::{Error, Result};
use crate::json::push_string;

pub(crate) const USER_HAS_PRIVILEGES: Operation = Operation {
    name: "user_has_privileges",
    routes: &[
        Route { methods: &["GET", "POST"], path: "/_security/user/_has_privileges" },
        Route { methods: &["GET", "POST"], path: "/_security/user/{user}/_has_privileges" },
    ],
    parameters: &["user"],
    body: Body::OrSource,
    parser: "has_privileges_request",
    action: "cluster:admin/xpack/security/user/has_privileges",
    writes: false,
    granted_by: &[],
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let user = request.string("user")?;
    let subject = entry.subject();
    let asked = Asked::parse(&subject.username, request.remaining()?)?;
    let errors = asked.errors();
    if !errors.is_empty() {
        return Err(Error::validation(&errors));
    }
    if user.is_some_and(|user| user != subject.username) {
        return Err(Error::illegal_argument(
            "users may only check the privileges of their own account",
        ));
    }
    let call = entry.authorize()?;
    let answers = call.store.read(|txn| {
        let rules = call.access.at(txn)?;
        let question = rules.question(&asked)?;
        if let Some(error) = &question.unknown {
            return Err(error.clone());
        }
        Inquiry::new(rules, question).answers(subject.roles.iter())
    })?;
    Ok(render(&subject.username, &asked, &answers))
}

/// The answers, which are in the order of the checks of a question.
fn render(username: &str, asked: &Asked, answers: &[bool]) -> String {
    let mut answers = answers.iter().copied();
    let has_all = answers.clone().all(|answer| answer);
    let mut next = || answers.next().unwrap_or(false);
    let mut cluster = Privileges::default();
    for privilege in &asked.cluster {
        cluster.add(privilege, next());
    }
    let mut indices: BTreeMap<&str, Privileges<'_>> = BTreeMap::new();
    for entry in &asked.indices {
        for name in &entry.names {
            let privileges = indices.entry(name).or_default();
            for privilege in &entry.privileges {
                privileges.add(privilege, next());
            }
        }
    }
    let mut applications: BTreeMap<&str, BTreeMap<&str, Privileges<'_>>> = BTreeMap::new();
    for entry in &asked.applications {
        let resources = applications.entry(&entry.application).or_default();
        for resource in &entry.resources {
            let privileges = resources.entry(resource).or_default();
            for privilege in &entry.privileges {
                privileges.add(privilege, next());
            }
        }
    }
    let mut out = String::from(r#"{"username":"#);
    push_string(&mut out, username);
    out.push_str(&format!(r#","has_all_requested":{has_all},"cluster":"#));
    cluster.push(&mut out);
    out.push_str(r#","index":"#);
    push_object(&mut out, &indices, |out, privileges| privileges.push(out));
    out.push_str(r#","application":"#);
    push_object(&mut out, &applications, |out, resources| {
        push_object(out, resources, |out, privileges| privileges.push(out));
    });
    out.push('}');
    out
}

/// Whether privileges are held, in the order in which they were asked for.
#[derive(Default)]
struct Privileges<'a> {
    answers: Vec<(&'a str, bool)>,
    places: HashMap<&'a str, usize>,
}

impl<'a> Privileges<'a> {
    /// Adds an answer; one privilege that is asked for twice is held if it is both times.
    fn add(&mut self, privilege: &'a str, held: bool) {
        let place = *self.places.entry(privilege).or_insert(self.answers.len());
        match self.answers.get_mut(place) {
            Some((_, before)) => *before &= held,
            None => self.answers.push((privilege, held)),
        }
    }

    fn push(&self, out: &mut String) {
        let answers = self.answers.iter().map(|(privilege, held)| (privilege, held));
        push_object(out, answers, |out, held| out.push_str(if *held { "true" } else { "false" }));
    }
}

fn push_object<'a, K: AsRef<str> + 'a, V: 'a>(
    out: &mut String,
    members: impl IntoIterator<Item = (&'a K, &'a V)>,
    push_value: impl Fn(&mut String, &V),
) {
    out.push('{');
    for (index, (name, value)) in members.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_string(out, name.as_ref());
        out.push(':');
        push_value(out, value);
    }
    out.push('}');
}
