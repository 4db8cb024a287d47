//! The peer that a Rust program would take: Tantivy, with a field of the beginnings of words.

use std::path::Path;

use tantivy::collector::sort_key::{SortBySimilarityScore, SortByStaticFastValue};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, FuzzyTermQuery, Occur, Query as Clause, TermQuery,
    TermSetQuery,
};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::{AsciiFoldingFilter, LowerCaser, SimpleTokenizer, TextAnalyzer};
use tantivy::{Index, IndexWriter, Order, Searcher, TantivyDocument, Term};

use crate::query::{Entry, Found, Query, Typo};

/// Longest beginning that has postings of its own.
const LONGEST: usize = 8;
const WRITER_BYTES: usize = 1 << 28;

#[derive(Clone)]
struct Fields {
    words: Field,
    beginnings: Field,
    uid: Field,
    labels: Field,
    newest: Field,
    number: Field,
    answer: Field,
}

pub struct Loading {
    fields: Fields,
    index: Index,
    writer: IndexWriter,
    analyzer: TextAnalyzer,
}

#[derive(Clone)]
pub struct Tantivy {
    fields: Fields,
    searcher: Searcher,
    analyzer: TextAnalyzer,
}

impl Loading {
    pub fn new(folder: &Path) -> Loading {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic);
        let text = TextOptions::default().set_indexing_options(indexing);
        let fields = Fields {
            words: schema.add_text_field("words", text.clone()),
            beginnings: schema.add_text_field("beginnings", text),
            uid: schema.add_text_field("uid", STRING),
            labels: schema.add_text_field("labels", STRING),
            newest: schema.add_i64_field("newest", FAST),
            number: schema.add_u64_field("number", STORED),
            answer: schema.add_text_field("answer", STORED),
        };
        let index = Index::create_in_dir(folder, schema.build()).expect("Tantivy makes an index");
        let writer = index.writer_with_num_threads(1, WRITER_BYTES).expect("Tantivy writes");
        let analyzer = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(LowerCaser)
            .filter(AsciiFoldingFilter)
            .build();
        Loading { fields, index, writer, analyzer }
    }

    pub fn insert(&mut self, entry: &Entry) {
        let text = [entry.full_name, entry.username, entry.email].join(" ");
        let words = words(&mut self.analyzer, &text);
        let beginnings: Vec<&str> = words
            .iter()
            .flat_map(|word| (1..=LONGEST).map(|count| beginning(word, count)))
            .collect();
        let mut document = TantivyDocument::default();
        document.add_text(self.fields.words, words.join(" "));
        document.add_text(self.fields.beginnings, beginnings.join(" "));
        document.add_text(self.fields.uid, entry.uid);
        entry.labels.iter().for_each(|label| document.add_text(self.fields.labels, label));
        document.add_i64(self.fields.newest, entry.last_synchronized);
        document.add_u64(self.fields.number, entry.number as u64);
        document.add_text(self.fields.answer, entry.answer);
        self.writer.add_document(document).expect("Tantivy writes");
    }

    /// Into one segment, which is as fast as it gets.
    pub fn index(mut self) -> Tantivy {
        self.writer.commit().expect("Tantivy commits");
        let segments = self.index.searchable_segment_ids().expect("Tantivy has segments");
        self.writer.merge(&segments).wait().expect("Tantivy merges");
        self.writer.wait_merging_threads().expect("Tantivy has merged");
        let searcher = self.index.reader().expect("Tantivy reads").searcher();
        assert_eq!(searcher.segment_readers().len(), 1);
        Tantivy { fields: self.fields, searcher, analyzer: self.analyzer }
    }
}

impl Tantivy {
    /// Ten people of whom all words match, counted; hinted ones first, then the newest.
    pub fn ask(&mut self, query: &Query) -> Found {
        let clause = self.clause(query);
        let newest = || (SortByStaticFastValue::<i64>::for_field("newest"), Order::Desc);
        let top = TopDocs::with_limit(10);
        let addresses: Vec<_> = if query.has_hint() {
            let top = top.order_by(((SortBySimilarityScore, Order::Desc), newest()));
            let found = self.searcher.search(&*clause, &(top, Count)).expect("Tantivy searches");
            found.0.into_iter().map(|(_, address)| address).collect()
        } else {
            let found = self
                .searcher
                .search(&*clause, &(top.order_by(newest()), Count))
                .expect("Tantivy searches");
            found.0.into_iter().map(|(_, address)| address).collect()
        };
        let number = |address| {
            let document: TantivyDocument = self.searcher.doc(address).expect("Tantivy fetches");
            document.get_first(self.fields.answer).expect("an answer");
            let number = document.get_first(self.fields.number).and_then(|value| value.as_u64());
            number.expect("a number") as usize
        };
        addresses.into_iter().map(number).collect()
    }

    fn clause(&mut self, query: &Query) -> Box<dyn Clause> {
        let fields = self.fields.clone();
        let words = words(&mut self.analyzer, &query.name);
        let mut clauses: Vec<(Occur, Box<dyn Clause>)> = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let edits = edits(word);
            let clause: Box<dyn Clause> = match (at + 1 == words.len(), query.typo) {
                (true, Typo::Last) => {
                    Box::new(FuzzyTermQuery::new_prefix(term(fields.words, word), edits, true))
                }
                (true, _) => Box::new(exact(fields.beginnings, beginning(word, LONGEST))),
                (false, Typo::None) => Box::new(exact(fields.words, word)),
                (false, _) => Box::new(FuzzyTermQuery::new(term(fields.words, word), edits, true)),
            };
            clauses.push((Occur::Must, clause));
        }
        if clauses.is_empty() {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        if query.has_hint() {
            let label =
                query.label.map(|(key, value)| term(fields.labels, &format!("{key}={value}")));
            let uids = query.uids.iter().map(|uid| term(fields.uid, uid));
            let hinted = Box::new(TermSetQuery::new(uids.chain(label)));
            let flat = Box::new(BooleanQuery::new(std::mem::take(&mut clauses)));
            clauses = vec![
                (Occur::Must, Box::new(ConstScoreQuery::new(flat, 0.0))),
                (Occur::Should, Box::new(ConstScoreQuery::new(hinted, 1.0))),
            ];
        }
        Box::new(BooleanQuery::new(clauses))
    }
}

fn words(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut words = Vec::new();
    analyzer.token_stream(text).process(&mut |token| words.push(token.text.clone()));
    words
}

fn beginning(word: &str, count: usize) -> &str {
    word.char_indices().nth(count).map_or(word, |(end, _)| &word[..end])
}

fn term(field: Field, text: &str) -> Term {
    Term::from_field_text(field, text)
}

fn exact(field: Field, text: &str) -> TermQuery {
    TermQuery::new(term(field, text), IndexRecordOption::Basic)
}

/// As many as Elasticsearch's AUTO allows.
fn edits(word: &str) -> u8 {
    match word.chars().count() {
        ..3 => 0,
        3..6 => 1,
        _ => 2,
    }
}
