#!/usr/bin/env python3
"""Writes names/*.txt: the lists of names that the generator draws from.

Run once; its output is committed, so neither a build nor a test runs it. The versions are pinned
because the lists, and with them every published digest, change between versions:

    pip install faker==40.54.0 mimesis==22.2.0 japanese-personal-name-dataset==0.4.0 anyascii==0.3.3
    python3 harvest.py

A file holds the given names, an empty line and the family names, the most frequent first, one
`name TAB romanised` a line. The order is the source's where it ranks names, otherwise that of a hash
(an alphabetical list would make everybody's name start with A).
"""

import csv
import hashlib
import importlib
import importlib.resources
import itertools
import json
import pathlib
import unicodedata

from anyascii import anyascii

MOST = 500
# locale -> names of the two sources; faker's list stands first where both have one
LOCALES = {
    "ar_AA": ("ar_AA", None), "az_AZ": ("az_AZ", "az"), "bg_BG": ("bg_BG", None), "bn_BD": ("bn_BD", None),
    "cs_CZ": ("cs_CZ", None), "da_DK": (None, "da"), "de_DE": ("de_DE", None), "el_GR": ("el_GR", None),
    "en_US": ("en_US", None), "es_ES": ("es_ES", None), "et_EE": (None, "et"), "fa_IR": ("fa_IR", "fa"),
    "fi_FI": (None, "fi"), "fr_FR": ("fr_FR", None), "gu_IN": ("gu_IN", None), "he_IL": ("he_IL", None),
    "hi_IN": ("hi_IN", None), "hr_HR": (None, "hr"), "hu_HU": ("hu_HU", "hu"), "hy_AM": ("hy_AM", None),
    "is_IS": (None, "is"), "it_IT": (None, "it"), "ka_GE": ("ka_GE", None), "kk_KZ": (None, "kk"),
    "ko_KR": ("ko_KR", "ko"), "lv_LV": ("lv_LV", None), "ne_NP": ("ne_NP", None), "nl_NL": (None, "nl"),
    "no_NO": (None, "no"), "or_IN": ("or_IN", None), "pl_PL": (None, "pl"), "pt_BR": ("pt_BR", "pt-br"),
    "ro_RO": ("ro_RO", None), "ru_RU": ("ru_RU", None), "si_LK": ("si_LK", None), "sv_SE": ("sv_SE", None),
    "ta_IN": ("ta_IN", None), "th_TH": ("th_TH", None), "tr_TR": ("tr_TR", "tr"), "uk_UA": ("uk_UA", None),
    "yo_NG": ("yo_NG", None), "zh_CN": ("zh_CN", "zh"), "zh_TW": ("zh_TW", None), "zu_ZA": ("zu_ZA", None),
}
RANKED = {"ko_KR", "zh_CN", "zh_TW"}


def leaves(node):
    if isinstance(node, dict):
        return list(itertools.chain.from_iterable(leaves(child) for child in node.values()))
    return list(node)


def faker_lists(locale):
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    return [by_weight(getattr(provider, name)) for name in ("first_names", "last_names")]


def by_weight(names):
    """A dict is name -> weight; anything else is a plain list."""
    return sorted(names, key=names.get, reverse=True) if isinstance(names, dict) else list(names)


def mimesis_lists(locale):
    file = importlib.resources.files("mimesis") / "datasets" / locale / "person.json"
    person = json.loads(file.read_text("utf-8"))
    return [leaves(person["names"]), leaves(person["surnames"])]


def ranked(locale, names, keep_order):
    names = list(dict.fromkeys(" ".join(unicodedata.normalize("NFC", name).split()) for name in names))
    if not keep_order:
        names.sort(key=lambda name: hashlib.sha256((locale + name).encode()).digest())
    pairs = [(name, "".join(c for c in anyascii(name).lower() if c.isalnum())) for name in names]
    return [pair for pair in pairs if pair[1]][:MOST]


def japanese():
    """Kanji with their readings: romanising kanji letter by letter would read them as Chinese."""
    folder = importlib.resources.files("japanese_personal_name_dataset") / "dataset"
    rows = lambda name: csv.reader((folder / name).read_text("utf-8").splitlines())
    given = [(row[2 + nth], row[1]) for nth in range(2) for file in ("first_name_man_opti.csv", "first_name_woman_opti.csv")
             for row in rows(file) if len(row) > 2 + nth]
    given.sort(key=lambda pair: hashlib.sha256(pair[0].encode()).digest())
    family = [(row[0], row[3]) for row in rows("last_name_org.csv")]
    return [list(dict(pairs).items())[:MOST] for pairs in (given, family)]


def vietnamese():
    provider = importlib.import_module("faker.providers.person.vi_VN").Provider
    single = [*provider.first_names_female, *provider.first_names_male, *provider.first_names_unisex]
    middle = [f"{second} {name}" for second in provider.middle_names for name in single]
    return [ranked("vi_VN", single + middle, False), ranked("vi_VN", provider.last_names, True)]


def lists(locale):
    if locale == "ja_JP":
        return japanese()
    if locale == "vi_VN":
        return vietnamese()
    faker, mimesis = LOCALES[locale]
    both = [[], []]
    for names in ([faker_lists(faker)] if faker else []) + ([mimesis_lists(mimesis)] if mimesis else []):
        both = [old + new for old, new in zip(both, names)]
    weighted = locale == "en_US"
    return [ranked(locale, names, weighted or locale in RANKED) for names in both]


def main():
    folder = pathlib.Path(__file__).parent / "names"
    for locale in sorted([*LOCALES, "ja_JP", "vi_VN"]):
        given, family = ("".join(f"{name}\t{roman}\n" for name, roman in names) for names in lists(locale))
        (folder / f"{locale}.txt").write_text(f"{given}\n{family}", "utf-8")


main()
