//! `suggest`: people by what one types of them, best first.
//! Elasticsearch: GET, POST /_security/profile/_suggest.

use std::time::Instant;

use super::get::push_data;
use super::has_privileges::roles;
use super::hint::Hint;
use super::{Body, Call, Entry, Operation, READ_PROFILE, Request, Route};
use crate::access::{Asked, Inquiry};
use crate::error::{Error, Result};
use crate::json::{push_array, push_string};
use crate::profile::filter::Filter;
use crate::profile::record::Header;
use crate::profile::records;
use crate::store::ReadTxn;
use crate::suggest::{COUNTED, Explanation, Found, Match, Query, Search, Wanted};

pub(crate) const SUGGEST: Operation = Operation {
    name: "suggest",
    routes: &[Route { methods: &["GET", "POST"], path: "/_security/profile/_suggest" }],
    parameters: &[],
    body: Body::Optional("data"),
    parser: "suggest_profile_request_payload",
    action: "cluster:admin/xpack/security/profile/suggest",
    writes: false,
    granted_by: READ_PROFILE,
    run,
};

/// Elasticsearch's limit for `from` + `size`.
const WINDOW: i64 = 10_000;

/// What of the best ones is shown, and how.
struct Page {
    /// So many of the best are skipped.
    from: usize,
    /// So many of the best there may be, those that are skipped included.
    end: usize,
    filter: Filter,
    explain: bool,
    /// What everybody shown must hold.
    required: Option<Asked>,
}

/// How many profiles there are, and whether there may be more.
struct Total {
    value: usize,
    is_exact: bool,
}

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let started = Instant::now();
    let name = request.string("name")?.unwrap_or_default();
    let size = request.long("size")?.unwrap_or(10);
    let from = request.long("from")?.unwrap_or(0);
    let data = request.names("data")?.unwrap_or_default();
    let hint = request.nested("hint")?.map(Hint::parse).transpose()?;
    let typo_in_last = second_of(&mut request, "fuzziness", ["auto", "auto_last"])?;
    let every_word = second_of(&mut request, "match", ["any", "all"])?;
    let explain = request.boolean("explain")?.unwrap_or(false);
    let required = request.object("required_privileges")?;
    request.finish()?;
    let required = required.map(|asked| Asked::parse(SUGGEST.parser, asked.named())).transpose()?;
    let mut errors: Vec<String> = [("size", size), ("from", from)]
        .iter()
        .filter(|(_, value)| *value < 0)
        .map(|(name, value)| format!("[{name}] parameter cannot be negative but was [{value}]"))
        .collect();
    errors.extend(hint.iter().flat_map(Hint::errors));
    errors.extend(required.iter().flat_map(Asked::errors));
    if !errors.is_empty() {
        return Err(Error::validation(&errors));
    }
    let filter = Filter::parse(data.iter().map(AsRef::as_ref))?;
    let query = Query::new(&Wanted {
        name: &name,
        uids: hint.as_ref().map(Hint::uids).unwrap_or_default(),
        label: hint.as_ref().and_then(Hint::label),
        typo_in_last,
        every_word,
    })?;
    let call = entry.authorize()?;
    let (from, end) = window(from, size)?;
    let page = Page { from, end, filter, explain, required };
    let (total, profiles) = call.store.read(|txn| page.fill(&call, txn, &query))?;
    Ok(format!(
        r#"{{"took":{},"total":{{"value":{},"relation":"{}"}},"profiles":[{profiles}]}}"#,
        started.elapsed().as_millis(),
        total.value,
        if total.is_exact { "eq" } else { "gte" }
    ))
}

/// Takes a member that is one of two words: whether it is the second, and not the default.
fn second_of(request: &mut Request<'_>, member: &str, words: [&str; 2]) -> Result<bool> {
    let Some(given) = request.string(member)? else { return Ok(false) };
    let place = words.iter().position(|word| word.eq_ignore_ascii_case(&given));
    place.map(|place| place == 1).ok_or_else(|| {
        let words = words.join(", ");
        Error::illegal_argument(format!("[{member}] must be one of [{words}] but was [{given}]"))
    })
}

/// `from` and `from` + `size`. In Elasticsearch it is the search that refuses too much, behind the
/// check of privileges.
fn window(from: i64, size: i64) -> Result<(usize, usize)> {
    let end = from.saturating_add(size);
    if end <= WINDOW {
        return Ok((from as usize, end as usize));
    }
    Err(Error::search(format!(
        "Result window is too large, from + size must be less than or equal to: [{WINDOW}] but was \
         [{end}]. See the scroll api for a more efficient way to request large data sets. This \
         limit can be set by changing the [index.max_result_window] index level setting."
    )))
}

impl Page {
    /// How many profiles match, and those of the page.
    fn fill(&self, call: &Call<'_>, txn: &ReadTxn<'_>, query: &Query) -> Result<(Total, String)> {
        let search = Search::new(call.store, call.directory, txn, query)?;
        let (total, numbers) = match &self.required {
            None => {
                let Found { numbers, total } = search.best(self.end)?;
                (Total { value: total.min(COUNTED), is_exact: total <= COUNTED }, numbers)
            }
            Some(required) => {
                let (numbers, is_exact) = self.holders(call, txn, &search, required)?;
                (Total { value: numbers.len(), is_exact }, numbers)
            }
        };
        let mut profiles = String::new();
        for number in numbers.into_iter().skip(self.from) {
            if !profiles.is_empty() {
                profiles.push(',');
            }
            self.push_profile(&mut profiles, txn, &search, number)?;
        }
        Ok((total, profiles))
    }

    /// The best ones who hold `required`, and whether they are all. As many are looked at as are
    /// counted.
    fn holders(
        &self,
        call: &Call<'_>,
        txn: &ReadTxn<'_>,
        search: &Search<'_>,
        required: &Asked,
    ) -> Result<(Vec<u32>, bool)> {
        let rules = call.access.at(txn)?;
        let question = rules.question(required)?;
        if let Some(error) = &question.unknown {
            return Err(error.clone());
        }
        let mut inquiry = Inquiry::new(rules, question);
        let (mut holders, mut seen) = (Vec::new(), 0);
        for count in [(4 * self.end + 64).min(COUNTED), COUNTED] {
            let Found { numbers, total } = search.best(count)?;
            for number in numbers.iter().skip(seen) {
                if holders.len() == self.end {
                    return Ok((holders, false));
                }
                match inquiry.passes_all(roles(&header(txn, *number)?)?) {
                    Ok(true) => holders.push(*number),
                    Ok(false) => {}
                    // What is wrong with one user's roles is no matter of the others.
                    Err(error) if error.status() == 400 && !inquiry.is_used_up() => {}
                    Err(error) => return Err(error),
                }
            }
            seen = numbers.len();
            if seen == total {
                return Ok((holders, true));
            }
        }
        Ok((holders, false))
    }

    fn push_profile(
        &self,
        out: &mut String,
        txn: &ReadTxn<'_>,
        search: &Search<'_>,
        number: u32,
    ) -> Result<()> {
        let header = header(txn, number)?;
        out.push_str(r#"{"uid":"#);
        push_string(out, header.uid);
        out.push_str(r#","user":"#);
        out.push_str(header.user);
        out.push_str(r#","labels":"#);
        out.push_str(header.labels);
        out.push_str(r#","data":{"#);
        push_data(out, txn, number, &header, &self.filter)?;
        out.push('}');
        if self.explain {
            push_explanation(out, &search.explain(&header));
        }
        out.push('}');
        Ok(())
    }
}

/// The header of a profile that was found.
fn header<'t>(txn: &'t ReadTxn<'_>, number: u32) -> Result<Header<'t>> {
    let header = records::header(txn, number)?;
    header.ok_or_else(|| Error::internal("the index names a profile that is not there"))
}

fn push_explanation(out: &mut String, explanation: &Explanation) {
    out.push_str(&format!(r#","explain":{{"score":{}"#, explanation.score));
    if explanation.hints > 0 {
        out.push_str(&format!(r#","hints":{}"#, explanation.hints));
    }
    out.push_str(r#","matches":"#);
    push_array(out, &explanation.matches, |found, out| {
        let Match { word, range: (start, end), .. } = found;
        let (field, kind) = (found.field(), found.kind());
        out.push_str(&format!(
            r#"{{"field":"{field}","word":{word},"kind":"{kind}","range":[{start},{end}]}}"#
        ));
    });
    out.push('}');
}
