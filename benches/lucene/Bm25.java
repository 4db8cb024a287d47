import org.apache.lucene.index.FieldInvertState;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;

/** BM25 with its factor k1 + 1, which Elasticsearch keeps and Lucene has dropped: constant scores are added to it. */
final class Bm25 extends Similarity {
    private static final float FACTOR = 1.2f + 1;

    private final Similarity without = new BM25Similarity();

    @Override
    public long computeNorm(FieldInvertState state) {
        return without.computeNorm(state);
    }

    @Override
    public SimScorer scorer(float boost, CollectionStatistics field, TermStatistics... terms) {
        return without.scorer(boost * FACTOR, field, terms);
    }
}
