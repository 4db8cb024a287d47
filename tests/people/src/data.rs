//! What applications keep about a person: labels and data, as JSON text.

use std::ops::RangeInclusive;

use crate::avatar;
use crate::json::quoted;
use crate::rng::Rng;

const COLORS: [&str; 8] =
    ["#79AAD9", "#6DCCB1", "#EE789D", "#A987D1", "#E4A6C7", "#F1D86F", "#D2C0A0", "#F5A35C"];
const LABELS: [&str; 3] = [
    r#"{"direction":"north"}"#,
    r#"{"direction":"east","team":["search","storage"]}"#,
    r#"{"customLabel":"pilot"}"#,
];
const SPACES: [&str; 6] =
    ["default", "security", "observability", "marketing", "sales", "research"];
const PAGES: [&str; 6] = ["overview", "alerts", "cases", "timelines", "dashboards", "discover"];

pub(crate) fn labels(rng: &mut Rng) -> &'static str {
    if rng.percent(10) { rng.pick(&LABELS) } else { "{}" }
}

/// Two applications: `kibana` has the shape that Kibana stores, `workbench` what a typical one adds.
pub(crate) fn data(rng: &mut Rng, full_name: &str, locale: &str, with_avatars: bool) -> String {
    format!(
        r#"{{"kibana":{},"workbench":{}}}"#,
        kibana(rng, full_name, locale, with_avatars),
        workbench(rng)
    )
}

fn kibana(rng: &mut Rng, full_name: &str, locale: &str, with_avatars: bool) -> String {
    let initials: String =
        full_name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    let color = rng.pick(&COLORS);
    let (has_image, pixels) = (rng.percent(30), Rng::new(rng.next(), 0));
    let image = if has_image && with_avatars {
        quoted(&avatar::data_url(pixels))
    } else {
        "null".to_owned()
    };
    let avatar =
        format!(r#"{{"initials":{},"color":"{color}","imageUrl":{image}}}"#, quoted(&initials));
    let settings = if rng.percent(70) { user_settings(rng, locale) } else { String::new() };
    format!(r#"{{"avatar":{avatar}{settings},"recentlyAccessedObjects":[{}]}}"#, links(rng, 2..=5))
}

fn user_settings(rng: &mut Rng, locale: &str) -> String {
    let mode = rng.pick(&["dark", "light", "system", "space_default"]);
    let contrast = rng.pick(&["standard", "high", "system"]);
    let space = rng.pick(&SPACES);
    let locale = locale.replace('_', "-");
    format!(
        concat!(
            r#","userSettings":{{"darkMode":"{}","contrastMode":"{}","locale":"{}","rememberSelectedSpace":true,"#,
            r#""lastSelectedSpaceId":"{}","agentBuilderAnnouncementModalSeen":true,"#,
            r#""agentBuilderAnnouncementModalSeenBySpaceJson":"{{\"{}\":true}}"}}"#
        ),
        mode, contrast, locale, space, space
    )
}

fn workbench(rng: &mut Rng) -> String {
    let page = rng.pick(&PAGES);
    let rows = rng.pick(&[10, 20, 50, 100]);
    let width = 200 + rng.below(400);
    let density = 0.5 + rng.below(8) as f64 * 0.25;
    let last = 1_700_000_000_000 + rng.below(60_000_000_000);
    format!(
        r#"{{"lastPage":"{page}","itemsPerPage":{rows},"panelWidth":{width},"density":{density:?},"lastSeen":{last},"pinnedPages":[{}]}}"#,
        links(rng, 4..=8)
    )
}

fn links(rng: &mut Rng, count: RangeInclusive<u64>) -> String {
    let count = count.start() + rng.below(count.end() - count.start() + 1);
    let link = |rng: &mut Rng| {
        let (page, id) = (rng.pick(&PAGES), rng.next());
        format!(r#"{{"page":"{page}","id":"{id:016x}","space":"{}"}}"#, rng.pick(&SPACES))
    };
    (0..count).map(|_| link(rng)).collect::<Vec<_>>().join(",")
}
