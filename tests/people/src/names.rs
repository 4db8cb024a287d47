//! The lists of names, and how a culture puts a name together.

use crate::rng::Rng;

/// How given and family name stand in a full name.
#[derive(Clone, Copy)]
enum Order {
    GivenFirst,
    FamilyFirst,
    /// Family first; three of four people write it without the space.
    FamilyFirstJoined,
}

/// A name and its letters in ASCII.
pub(crate) struct Name {
    pub(crate) full: String,
    pub(crate) ascii: String,
}

/// Names by falling frequency, drawn by Zipf's law.
struct Ranked {
    names: Vec<(&'static str, &'static str)>,
    cumulative: Vec<u64>,
}

pub(crate) struct Culture {
    pub(crate) locale: &'static str,
    order: Order,
    given: Ranked,
    family: Ranked,
}

macro_rules! cultures {
    ($($order:ident: $($locale:literal)+;)+) => {
        &[$($(($locale, Order::$order, include_str!(concat!("../names/", $locale, ".txt")))),+),+]
    };
}

const CULTURES: &[(&str, Order, &str)] = cultures! {
    GivenFirst: "ar_AA" "az_AZ" "bg_BG" "bn_BD" "cs_CZ" "da_DK" "de_DE" "el_GR" "en_US" "es_ES" "et_EE"
        "fa_IR" "fi_FI" "fr_FR" "gu_IN" "he_IL" "hi_IN" "hr_HR" "hy_AM" "is_IS" "it_IT" "ka_GE" "kk_KZ"
        "lv_LV" "ne_NP" "nl_NL" "no_NO" "or_IN" "pl_PL" "pt_BR" "ro_RO" "ru_RU" "si_LK" "sv_SE" "ta_IN"
        "th_TH" "tr_TR" "uk_UA" "yo_NG" "zu_ZA";
    FamilyFirst: "hu_HU" "vi_VN";
    FamilyFirstJoined: "ja_JP" "ko_KR" "zh_CN" "zh_TW";
};

/// Names that break software, one a line as in the other lists, drawn alike.
const ADVERSARIAL: &str = include_str!("../names/adversarial.txt");

pub(crate) fn cultures() -> Vec<Culture> {
    let culture = |&(locale, order, text): &(&'static str, Order, &'static str)| {
        let (given, family) =
            text.split_once("\n\n").expect("given names, empty line, family names");
        Culture { locale, order, given: Ranked::parse(given), family: Ranked::parse(family) }
    };
    CULTURES.iter().map(culture).collect()
}

pub(crate) fn adversarial() -> Vec<(&'static str, &'static str)> {
    rows(ADVERSARIAL)
}

fn rows(text: &'static str) -> Vec<(&'static str, &'static str)> {
    text.lines().map(|line| line.split_once('\t').expect("name, tab, romanised")).collect()
}

impl Ranked {
    fn parse(text: &'static str) -> Ranked {
        let names = rows(text);
        let mut total = 0;
        let mut heavier = |rank| {
            total += 1_000_000 / (rank + 4);
            total
        };
        let cumulative = (0..names.len() as u64).map(&mut heavier).collect();
        Ranked { names, cumulative }
    }

    fn draw(&self, rng: &mut Rng) -> (&'static str, &'static str) {
        let point = rng.below(*self.cumulative.last().expect("a list has names"));
        self.names[self.cumulative.partition_point(|&sum| sum <= point)]
    }
}

impl Culture {
    pub(crate) fn name(&self, rng: &mut Rng) -> Name {
        let (given, given_ascii) = self.given.draw(rng);
        let (family, family_ascii) = self.family.draw(rng);
        let full = match self.order {
            Order::GivenFirst => format!("{given} {family}"),
            Order::FamilyFirstJoined if rng.percent(75) => format!("{family}{given}"),
            Order::FamilyFirst | Order::FamilyFirstJoined => format!("{family} {given}"),
        };
        Name { full, ascii: format!("{given_ascii}.{family_ascii}") }
    }
}
