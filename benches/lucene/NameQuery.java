import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SynonymQuery;
import org.apache.lucene.search.TermQuery;

/** Elasticsearch's multi_match of type bool_prefix with fuzziness AUTO over the seven fields, whose scores it adds. */
final class NameQuery {
    private static final int MAX_EXPANSIONS = 50;

    private final Analyzer analyzer;

    NameQuery(Analyzer analyzer) {
        this.analyzer = analyzer;
    }

    Query of(String text) throws IOException {
        List<Query> queries = new ArrayList<>();
        for (String name : Analysis.NAMES) {
            for (String part : new String[] {"", Analysis.TWO_GRAM, Analysis.THREE_GRAM}) {
                add(queries, name + part, name + Analysis.PREFIX, text);
            }
        }
        add(queries, Analysis.EMAIL, null, text);
        return new DisjunctionMaxQuery(queries, 1.0f);
    }

    private void add(List<Query> queries, String field, String prefixes, String text) throws IOException {
        List<List<String>> positions = new ArrayList<>();
        boolean atEnd = analyze(field, text, positions);
        if (positions.isEmpty()) {
            return;
        }
        int last = positions.size() - 1;
        List<Query> clauses = new ArrayList<>();
        for (int at = 0; at <= last; at++) {
            List<String> terms = positions.get(at);
            if (terms.size() > 1) {
                clauses.add(anyOf(field, terms));
            } else if (at == last && atEnd) {
                clauses.add(prefix(field, prefixes, terms.get(0)));
            } else {
                clauses.add(fuzzy(new Term(field, terms.get(0))));
            }
        }
        if (clauses.size() == 1) {
            queries.add(clauses.get(0));
            return;
        }
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        clauses.forEach(clause -> query.add(clause, Occur.SHOULD));
        queries.add(query.build());
    }

    /** The terms of each position, and whether the last one ends where the text does. */
    private boolean analyze(String field, String text, List<List<String>> positions) throws IOException {
        try (TokenStream stream = analyzer.tokenStream(field, text)) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            OffsetAttribute offset = stream.addAttribute(OffsetAttribute.class);
            PositionIncrementAttribute increment = stream.addAttribute(PositionIncrementAttribute.class);
            stream.reset();
            int end = 0;
            while (stream.incrementToken()) {
                if (increment.getPositionIncrement() > 0 || positions.isEmpty()) {
                    positions.add(new ArrayList<>());
                }
                positions.get(positions.size() - 1).add(term.toString());
                end = offset.endOffset();
            }
            stream.end();
            return end == offset.endOffset();
        }
    }

    private static Query anyOf(String field, List<String> terms) {
        SynonymQuery.Builder query = new SynonymQuery.Builder(field);
        terms.forEach(term -> query.addTerm(new Term(field, term)));
        return query.build();
    }

    private static Query prefix(String field, String prefixes, String text) {
        boolean indexed = prefixes != null && text.length() <= Analysis.MAX_PREFIX;
        return new ConstantScoreQuery(
            indexed ? new TermQuery(new Term(prefixes, text)) : new PrefixQuery(new Term(field, text)));
    }

    private static Query fuzzy(Term term) {
        int length = term.text().codePointCount(0, term.text().length());
        int edits = length < 3 ? 0 : length < 6 ? 1 : 2;
        return new FuzzyQuery(term, edits, 0, MAX_EXPANSIONS, true);
    }
}
