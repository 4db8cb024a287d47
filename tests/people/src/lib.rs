//! Deterministic people in many scripts, for tests, the demo and the benchmarks.
//!
//! `People::new(seed).person(n)` depends on the seed and `n` alone: people can be made in any order and by
//! many threads, and the same ones come out on every machine. See README.md for what they are like.

mod avatar;
mod data;
mod json;
mod names;
mod rng;

pub use json::quoted;
use names::{Culture, Name};
use rng::Rng;

/// The seed of the published digests, the demo and the benchmarks.
pub const SEED: u64 = 8_2026;

const SHORT_DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];
const LONG_DOMAINS: [&str; 3] = [
    "north-america.corporate-services.example.com",
    "europe.corporate-services.example.org",
    "research.state-university.example.net",
];
const DEPARTMENTS: [&str; 40] = [
    "accounts",
    "analytics",
    "archive",
    "audit",
    "billing",
    "brand",
    "campus",
    "cases",
    "catalog",
    "clinic",
    "compliance",
    "content",
    "delivery",
    "design",
    "events",
    "facilities",
    "fleet",
    "fraud",
    "grants",
    "helpdesk",
    "identity",
    "imaging",
    "inventory",
    "legal",
    "library",
    "logistics",
    "marketing",
    "network",
    "payroll",
    "platform",
    "press",
    "pricing",
    "quality",
    "research",
    "returns",
    "safety",
    "search",
    "security",
    "storage",
    "travel",
];
const LEVELS: [&str; 5] = ["read", "edit", "audit", "own", "admin"];

/// The realms that people come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// `native1`: one person in twenty.
    Native,
    /// `ldap1`: everybody else.
    Ldap,
}

impl Realm {
    /// The realm's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Realm::Native => "native1",
            Realm::Ldap => "ldap1",
        }
    }

    /// The realm's type.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Realm::Native => "native",
            Realm::Ldap => "ldap",
        }
    }

    fn other(self) -> Realm {
        match self {
            Realm::Native => Realm::Ldap,
            Realm::Ldap => Realm::Native,
        }
    }
}

/// One person. (`username`, `realm`) is unique among the people of one seed; nothing else is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// ASCII, from the name and the person's number.
    pub username: String,
    /// Absent for one person in a hundred.
    pub full_name: Option<String>,
    /// Absent for one person in fifty.
    pub email: Option<String>,
    /// 1 to 12 of 200, few more often than many.
    pub roles: Vec<String>,
    /// Where the person logs in.
    pub realm: Realm,
    /// Culture of the name, as in `ja_JP`.
    pub locale: &'static str,
    /// A JSON object, mostly empty.
    pub labels: &'static str,
    /// A JSON object with two members, 492 bytes each on average without avatars.
    pub data: String,
}

/// The source of people.
pub struct People {
    seed: u64,
    avatars: bool,
    cultures: Vec<Culture>,
    adversarial: Vec<(&'static str, &'static str)>,
}

impl People {
    /// People without avatar images.
    #[must_use]
    pub fn new(seed: u64) -> People {
        People {
            seed,
            avatars: false,
            cultures: names::cultures(),
            adversarial: names::adversarial(),
        }
    }

    /// The same people, three of ten with an image of 11.7 KB in `data.kibana.avatar`.
    #[must_use]
    pub fn with_avatars(self) -> People {
        People { avatars: true, ..self }
    }

    /// Person number `index`. The last of every 128 has the predecessor's name and username, and the other realm.
    #[must_use]
    pub fn person(&self, index: u64) -> Person {
        if index % 128 == 127 {
            let first = self.person(index - 1);
            return Person { realm: first.realm.other(), ..first };
        }
        let rng = &mut Rng::new(self.seed, index);
        let culture = &self.cultures[rng.index(self.cultures.len())];
        let name = self.name(rng, culture);
        let username = format!("{}{index}", name.ascii);
        Person {
            full_name: (!rng.percent(1)).then(|| name.full.clone()),
            email: (!rng.percent(2)).then(|| format!("{username}@{}", domain(rng))),
            roles: roles(rng),
            realm: if rng.percent(5) { Realm::Native } else { Realm::Ldap },
            locale: culture.locale,
            labels: data::labels(rng),
            data: data::data(rng, &name.full, culture.locale, self.avatars),
            username,
        }
    }

    fn name(&self, rng: &mut Rng, culture: &Culture) -> Name {
        if rng.percent(2) {
            let (full, ascii) = rng.pick(&self.adversarial);
            return Name { full: full.to_owned(), ascii: ascii.to_owned() };
        }
        culture.name(rng)
    }
}

/// One mail in five has one of three long domains, whose words many addresses then match.
fn domain(rng: &mut Rng) -> &'static str {
    if rng.percent(20) { rng.pick(&LONG_DOMAINS) } else { rng.pick(&SHORT_DOMAINS) }
}

fn roles(rng: &mut Rng) -> Vec<String> {
    let count = 1 + (0..5).fold(11, |least, _| rng.below(12).min(least));
    let mut roles: Vec<String> = Vec::new();
    while (roles.len() as u64) < count {
        let role = format!("{}_{}", rng.pick(&DEPARTMENTS), rng.pick(&LEVELS));
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles
}

impl Person {
    /// The request that makes a trusted host activate this person.
    #[must_use]
    pub fn activation(&self) -> String {
        format!(r#"{{"grant_type":"authentication","authentication":{}}}"#, self.authentication())
    }

    /// The person as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        format!(
            r#"{{"locale":"{}","authentication":{},"labels":{},"data":{}}}"#,
            self.locale,
            self.authentication(),
            self.labels,
            self.data
        )
    }

    fn authentication(&self) -> String {
        let optional = |name: &str, value: &Option<String>| {
            value
                .as_deref()
                .map_or(String::new(), |value| format!(r#""{name}":{},"#, quoted(value)))
        };
        let roles: Vec<String> = self.roles.iter().map(|role| quoted(role)).collect();
        format!(
            concat!(
                r#"{{"username":{},"roles":[{}],{}{}"metadata":{{}},"#,
                r#""authentication_realm":{{"name":"{}","type":"{}"}},"authentication_type":"realm"}}"#
            ),
            quoted(&self.username),
            roles.join(","),
            optional("full_name", &self.full_name),
            optional("email", &self.email),
            self.realm.name(),
            self.realm.kind()
        )
    }
}
