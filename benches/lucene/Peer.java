import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;

/**
 * Tells its version, or builds an index of people and answers queries of files: `Peer FOLDER PEOPLE`, then lines on
 * standard input.
 *
 * <p>`ask QUERIES ANSWERS MILLIS` asks queries in turn until all are answered or the time is over, and writes for each
 * its nanoseconds, the total and the numbers of those found. `load QUERIES THREADS MILLIS` asks them as fast as it can
 * and answers the queries per second. Each command is answered by one line.
 */
public final class Peer {
    private final Suggest suggest;

    private Peer(Suggest suggest) {
        this.suggest = suggest;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            System.out.println("Lucene " + Version.LATEST + " on Java " + System.getProperty("java.version"));
            return;
        }
        Path folder = Path.of(arguments[0]);
        Analysis analysis = new Analysis();
        Index.build(folder, Path.of(arguments[1]), analysis);
        try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(folder))) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setSimilarity(new Bm25());
            new Peer(new Suggest(searcher, new NameQuery(analysis))).serve();
        }
    }

    private void serve() throws Exception {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split("\t");
            List<String> queries = Files.readAllLines(Path.of(words[1]));
            if (words[0].equals("ask")) {
                System.out.println(ask(queries, Path.of(words[2]), Long.parseLong(words[3])));
            } else {
                System.out.println(load(queries, Integer.parseInt(words[2]), Long.parseLong(words[3])));
            }
        }
    }

    private int ask(List<String> queries, Path answers, long millis) throws IOException {
        int asked = 0;
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(answers))) {
            long end = System.nanoTime() + millis * 1_000_000;
            for (String query : queries) {
                long start = System.nanoTime();
                if (start >= end) {
                    break;
                }
                Suggest.Answer answer = suggest.ask(query);
                out.println((System.nanoTime() - start) + "\t" + answer);
                asked++;
            }
        }
        return asked;
    }

    private double load(List<String> queries, int threads, long millis) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        long start = System.nanoTime();
        Thread[] running = new Thread[threads];
        for (int number = 0; number < threads; number++) {
            running[number] = new Thread(() -> {
                while (System.nanoTime() - start < millis * 1_000_000) {
                    suggest.ask(queries.get(next.getAndIncrement() % queries.size()));
                }
            });
            running[number].start();
        }
        for (Thread thread : running) {
            thread.join();
        }
        return next.get() * 1e9 / (System.nanoTime() - start);
    }
}
