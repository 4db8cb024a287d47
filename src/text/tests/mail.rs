//! What is found by an e-mail address.

use crate::text::{Part, Token, mail_tokens};

/// The tokens of each position, in brackets those of a domain, in pointed ones the addresses.
fn shown(text: &str) -> String {
    let token = |token: &Token| match token.part {
        Part::Local => token.text.clone(),
        Part::Domain => format!("[{}]", token.text),
        Part::Address => format!("<{}>", token.text),
    };
    let position = |tokens: &Vec<Token>| tokens.iter().map(token).collect::<Vec<_>>().join(" ");
    mail_tokens(text).iter().map(position).collect::<Vec<_>>().join(" / ")
}

/// Texts with what `shown` says of them.
const TOKENS: &[(&str, &str)] = &[
    ("", ""),
    ("!!! @", ""),
    ("user1", "user1 user 1"),
    ("example.org", "example.org example org"),
    ("fooemail@example.org", "<fooemail@example.org> fooemail [example.org] [example] [org]"),
    ("User1@Example.ORG", "<user1@example.org> user1 [example.org] user 1 [example] [org]"),
    (
        "jos-e_b+tag.x@mail2.example.co.uk",
        "<jos-e_b+tag.x@mail2.example.co.uk> jos-e_b+tag.x [mail2.example.co.uk] \
         jos e b tag x [mail] [2] [example] [co] [uk]",
    ),
    // Each but once, wherever it was first.
    ("joe@joe.org", "<joe@joe.org> joe [joe.org] [org]"),
    ("a a b a-b", "a / b"),
    ("a@x.org b@x.org", "<a@x.org> a [x.org] [x] [org] / <b@x.org> b"),
    // In the midst of a text.
    ("Joe <joe@x.org>, Ann", "joe / <joe@x.org> [x.org] [x] [org] / ann"),
    ("Is it joe@x.org?", "is / it / <joe@x.org> joe [x.org] [x] [org]"),
    ("joe@x.org.", "<joe@x.org> joe [x.org] [x] [org]"),
    ("joe@x.org...", "<joe@x.org> joe [x.org] [x] [org]"),
    ("joe@x.org's", "<joe@x.org> joe [x.org] [x] [org] / s"),
    ("joe@x.org-", "<joe@x.org> joe [x.org] [x] [org]"),
    ("\u{6728}joe@x.org\u{6728}", "\u{6728} / <joe@x.org> joe [x.org] [x] [org]"),
    ("joe@x.org@y.org", "<joe@x.org> joe [x.org] [x] [org] / y.org y"),
    ("a..joe@x.org", "a / <joe@x.org> joe [x.org] [x] [org]"),
    (".joe@x.org", "<joe@x.org> joe [x.org] [x] [org]"),
    // No addresses.
    ("joe@", "joe"),
    ("@joe", "joe"),
    ("joe@localhost", "joe / localhost"),
    ("joe.@x.org", "joe / x.org x org"),
    ("joe@.x.org", "joe / x.org x org"),
    ("joe@x..org", "joe / x / org"),
    ("joe@x-.org", "joe / x / org"),
    ("joe@x.o", "joe / x.o x o"),
    ("joe@x.org2", "joe / x.org2 x org 2"),
    ("joe@x.org_", "joe / x.org_ x org"),
    ("joe@x.org\u{e9}", "joe / x.orge x orge"),
    ("joe@10.0.0.1", "joe / 10.0.0.1 10 0 1"),
    ("jos\u{e9}@x.org", "jose / x.org x org"),
    // Host names are whole in spite of hyphens; other texts are not.
    ("my-host.example.org", "my-host.example.org my host example org"),
    ("1.example.org", "1.example.org 1 example org"),
    ("my-host.example.DE:80", "my-host.example.de my host example de / 80"),
    ("my-host.example", "my / host.example host example"),
    ("jean-luc.picard", "jean / luc.picard luc picard"),
    ("a_b.example.org", "a_b.example.org a b example org"),
    ("jean-luc", "jean / luc"),
    // Letters are those of all scripts, with their marks.
    ("j\u{f6}rg7", "jorg7 jorg 7"),
    ("jo\u{308}rg7", "jorg7 jorg 7"),
    ("\u{915}\u{94d}\u{937}\u{967}", "\u{915}\u{94d}\u{937}\u{967} \u{915}\u{94d}\u{937} \u{967}"),
    ("\u{ff41}\u{ff11}", "a1 a 1"),
    ("\u{e01}\u{e02} \u{1f980}", "\u{e01}\u{e02} / \u{1f980}"),
    ("\u{6728}\u{6751}", "\u{6728} / \u{6751}"),
];

#[test]
fn tokens_are_those_of_elasticsearch() {
    for (text, expected) in TOKENS {
        assert_eq!(shown(text), *expected, "{text:?}");
    }
}

#[test]
fn tokens_know_where_they_are() {
    let text = "\u{e9} Jo\u{308}e7 a.B@c.de";
    let found: Vec<Vec<_>> = mail_tokens(text)
        .iter()
        .map(|tokens| tokens.iter().map(|token| &text[token.start..token.end]).collect())
        .collect();
    let expected: [&[&str]; 3] = [
        &["\u{e9}"],
        &["Jo\u{308}e7", "Jo\u{308}e", "7"],
        &["a.B@c.de", "a.B", "c.de", "a", "B", "c", "de"],
    ];
    assert_eq!(found, expected);
}

#[test]
fn long_texts_are_no_addresses() {
    let local = |length: usize| shown(&format!("{}@x.org", "a".repeat(length)));
    assert!(local(63).starts_with('<'));
    assert!(!local(64).contains('<'));
    let domain = |length: usize| shown(&format!("joe@{}.org", "a".repeat(length - 4)));
    assert!(domain(253).starts_with('<'));
    assert!(!domain(254).contains('<'));
    assert_eq!(mail_tokens(&"a".repeat(600)).len(), 1);
    assert_eq!(mail_tokens(&"7".repeat(600))[0][0].text, "7".repeat(64));
}

#[test]
fn hostile_texts_come_to_an_end() {
    for hostile in [
        "@",
        "a@",
        "a.",
        "a-",
        "a-a.",
        "-",
        ".",
        "a@b.",
        "a@b-c.de",
        "a@b.cc'",
        "1.a-",
        "!",
        "a!",
        "a1",
        "\u{301}",
        "a\u{301}@",
        "\u{6728}@b.cc",
        "a@a.a.a-",
    ] {
        let text = hostile.repeat(100_000 / hostile.len());
        for token in mail_tokens(&text).iter().flatten() {
            assert!(text.get(token.start..token.end).is_some());
        }
    }
}
