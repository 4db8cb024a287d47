import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;

/** Elasticsearch's index of profiles, as far as suggest reads it. */
final class Index {
    private static final FieldType PREFIXES = new FieldType();

    static {
        PREFIXES.setTokenized(true);
        PREFIXES.setOmitNorms(true);
        PREFIXES.setIndexOptions(IndexOptions.DOCS);
        PREFIXES.freeze();
    }

    private Index() {}

    /** A line of `people` is the answer, uid, last_synchronized, labels, full name, username and e-mail. */
    static void build(Path folder, Path people, Analyzer analyzer) throws IOException {
        IndexWriterConfig config = new IndexWriterConfig(analyzer);
        config.setSimilarity(new Bm25());
        config.setRAMBufferSizeMB(256);
        try (FSDirectory directory = FSDirectory.open(folder);
                IndexWriter writer = new IndexWriter(directory, config);
                BufferedReader lines = Files.newBufferedReader(people)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                writer.addDocument(document(number++, line.split("\t", -1)));
            }
            writer.forceMerge(1);
        }
    }

    private static Document document(int number, String[] columns) {
        Document document = new Document();
        document.add(new StoredField("number", number));
        document.add(new StoredField("answer", columns[0]));
        document.add(new StringField("enabled", "T", Field.Store.NO));
        document.add(new StringField("uid", columns[1], Field.Store.NO));
        document.add(new NumericDocValuesField("last_synchronized", Long.parseLong(columns[2])));
        if (!columns[3].isEmpty()) {
            for (String label : columns[3].split(",")) {
                document.add(new StringField("labels", label, Field.Store.NO));
            }
        }
        name(document, "full_name", columns[4]);
        name(document, "username", columns[5]);
        if (!columns[6].isEmpty()) {
            document.add(new TextField(Analysis.EMAIL, columns[6], Field.Store.NO));
        }
        return document;
    }

    private static void name(Document document, String field, String text) {
        if (text.isEmpty()) {
            return;
        }
        for (String part : new String[] {"", Analysis.TWO_GRAM, Analysis.THREE_GRAM}) {
            document.add(new TextField(field + part, text, Field.Store.NO));
        }
        document.add(new Field(field + Analysis.PREFIX, text, PREFIXES));
    }
}
