import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.util.BytesRef;

/** Elasticsearch's search of suggest: ten profiles by score, then the newest first, counted up to 10,000. */
final class Suggest {
    private static final int SIZE = 10;
    private static final int COUNTED = 10_000;
    private static final Sort SORT =
        new Sort(SortField.FIELD_SCORE, new SortField("last_synchronized", SortField.Type.LONG, true));

    private final IndexSearcher searcher;
    private final NameQuery names;

    Suggest(IndexSearcher searcher, NameQuery names) {
        this.searcher = searcher;
        this.names = names;
    }

    /** The answers' bytes are read as a program would that sends them. */
    record Answer(long total, List<Integer> numbers, int length) {
        @Override
        public String toString() {
            return total + "\t" + numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
    }

    /** A query is the name, the uids of a hint and its labels, the latter two with commas. */
    Answer ask(String query) {
        String[] columns = query.split("\t", -1);
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        all.add(new TermQuery(new Term("enabled", "T")), Occur.FILTER);
        try {
            if (!columns[0].isBlank()) {
                all.add(names.of(columns[0]), Occur.MUST);
            }
            hint(all, "uid", columns[1]);
            hint(all, "labels", columns[2]);
            TopDocs found = searcher.search(all.build(), new TopFieldCollectorManager(SORT, SIZE, COUNTED));
            return fetch(found);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static void hint(BooleanQuery.Builder all, String field, String values) {
        if (!values.isEmpty()) {
            List<BytesRef> terms = Arrays.stream(values.split(",")).map(BytesRef::new).toList();
            all.add(new TermInSetQuery(field, terms), Occur.SHOULD);
        }
    }

    private Answer fetch(TopDocs found) throws IOException {
        StoredFields stored = searcher.storedFields();
        List<Integer> numbers = new ArrayList<>();
        int length = 0;
        for (ScoreDoc hit : found.scoreDocs) {
            Document document = stored.document(hit.doc);
            numbers.add(document.getField("number").numericValue().intValue());
            length += document.get("answer").length();
        }
        return new Answer(found.totalHits.value, numbers, length);
    }
}
