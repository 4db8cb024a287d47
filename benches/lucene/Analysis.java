import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.DelegatingAnalyzerWrapper;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.apache.lucene.analysis.shingle.FixedShingleFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;

/** The analyzers of Elasticsearch's index of profiles, by field. */
final class Analysis extends DelegatingAnalyzerWrapper {
    static final String[] NAMES = {"username", "full_name"};
    static final String EMAIL = "email";
    static final String TWO_GRAM = "._2gram";
    static final String THREE_GRAM = "._3gram";
    static final String PREFIX = "._index_prefix";
    /** Longest prefix that the subfield of prefixes holds. */
    static final int MAX_PREFIX = 20;

    private final Map<String, Analyzer> fields = new HashMap<>();

    Analysis() {
        super(PER_FIELD_REUSE_STRATEGY);
        for (String name : NAMES) {
            fields.put(name, new Words(1, false));
            fields.put(name + TWO_GRAM, new Words(2, false));
            fields.put(name + THREE_GRAM, new Words(3, false));
            fields.put(name + PREFIX, new Words(3, true));
        }
        fields.put(EMAIL, new Email());
    }

    @Override
    protected Analyzer getWrappedAnalyzer(String field) {
        return fields.get(field);
    }

    /** Standard words, one at a time or as shingles, or the beginnings of shingles. */
    private static final class Words extends Analyzer {
        private final int shingle;
        private final boolean prefixes;

        Words(int shingle, boolean prefixes) {
            this.shingle = shingle;
            this.prefixes = prefixes;
        }

        @Override
        protected TokenStreamComponents createComponents(String field) {
            Tokenizer source = new StandardTokenizer();
            TokenStream stream = new LowerCaseFilter(source);
            if (prefixes) {
                stream = new TrailingPositions(stream, shingle - 1);
            }
            if (shingle > 1) {
                stream = new FixedShingleFilter(stream, shingle, " ", "");
            }
            if (prefixes) {
                stream = new EdgeNGramTokenFilter(stream, 1, MAX_PREFIX, true);
            }
            return new TokenStreamComponents(source, stream);
        }
    }

    private static final class Email extends Analyzer {
        private static final Pattern[] PARTS = {
            Pattern.compile("([^@]+)"),
            Pattern.compile("(\\p{L}+)"),
            Pattern.compile("(\\d+)"),
            Pattern.compile("@(.+)")
        };

        @Override
        protected TokenStreamComponents createComponents(String field) {
            Tokenizer source = new UAX29URLEmailTokenizer();
            TokenStream stream = new PatternCaptureGroupTokenFilter(source, true, PARTS);
            return new TokenStreamComponents(source, new Unique(new LowerCaseFilter(stream)));
        }
    }

    /** Lets the last words begin shingles too. */
    private static final class TrailingPositions extends TokenFilter {
        private final int positions;
        private final PositionIncrementAttribute increment =
            addAttribute(PositionIncrementAttribute.class);

        TrailingPositions(TokenStream input, int positions) {
            super(input);
            this.positions = positions;
        }

        @Override
        public boolean incrementToken() throws IOException {
            return input.incrementToken();
        }

        @Override
        public void end() throws IOException {
            super.end();
            increment.setPositionIncrement(positions);
        }
    }

    /** Drops tokens that came before, at whatever position. */
    private static final class Unique extends TokenFilter {
        private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
        private final Set<String> seen = new HashSet<>();

        Unique(TokenStream input) {
            super(input);
        }

        @Override
        public boolean incrementToken() throws IOException {
            while (input.incrementToken()) {
                if (seen.add(term.toString())) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void reset() throws IOException {
            super.reset();
            seen.clear();
        }
    }
}
