package io.tweetlake.sandbox.lake;

import io.delta.kernel.Table;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.utils.CloseableIterator;
import io.tweetlake.topic.Silver;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.jspecify.annotations.Nullable;

/**
 * The files of a lake, on any Hadoop file system. Row counts are read from the files' own footers, once a file: a file
 * that is replaced has another time of change. Thread-safe.
 */
public final class LakeFiles implements AutoCloseable {
    private final URI root;
    private final Configuration settings = new Configuration();
    private final FileSystem files;
    private final Map<String, Long> rows = new ConcurrentHashMap<>();

    /** Opens a lake; what is not there is an empty one. */
    public LakeFiles(URI root) throws IOException {
        this(root, Map.of());
    }

    /** @param hadoop settings of Hadoop's client */
    public LakeFiles(URI root, Map<String, String> hadoop) throws IOException {
        this.root = root;
        hadoop.forEach(settings::set);
        this.files = FileSystem.newInstance(root, settings);
    }

    /**
     * A published file.
     *
     * @param partition its folders below the table, {@code date=…/hour=…}
     * @param modified milliseconds since 1970
     */
    public record DataFile(Path path, String partition, long bytes, long modified) {}

    public URI root() {
        return root;
    }

    /** What is on record beside the tables. */
    public LakeLedgers ledgers() {
        return new LakeLedgers(new Path(root), files);
    }

    /** Whether there is anything that a lake has: tables, or the ledgers of tables without a row. */
    public boolean isLake() throws IOException {
        for (String part : List.of("_ledger", "bronze", "silver", "gold")) {
            if (files.exists(new Path(new Path(root), part))) {
                return true;
            }
        }
        return false;
    }

    /** The topics of all tables: the live ones, then the versions of silver that have been rebuilt here. */
    public List<Topic<String, ?>> topics() throws IOException {
        List<Topic<String, ?>> topics = new ArrayList<>(Topics.LAKE);
        Path silver = new Path(new Path(root), "silver");
        if (files.exists(silver)) {
            List<String> versions = new ArrayList<>();
            for (FileStatus folder : files.listStatus(silver)) {
                if (folder.getPath().getName().matches(Silver.VERSION)) {
                    versions.add(folder.getPath().getName());
                }
            }
            versions.sort(null);
            versions.forEach(version -> topics.addAll(Silver.version(version).lake()));
        }
        return topics;
    }

    /** The published files of a topic's table, by path; of a Delta table, what its log says. */
    public List<DataFile> of(Topic<?, ?> topic) throws IOException {
        Path table = files.makeQualified(new Path(new Path(root), topic.lakePath()));
        if (!files.exists(new Path(table, "_delta_log"))) {
            return below(table);
        }
        Set<String> counted;
        try {
            counted = deltaFiles(table);
        } catch (TableNotFoundException notBegunYet) {
            return below(table);
        }
        List<DataFile> there = below(table).stream()
                .filter(file -> counted.remove(file.path().toUri().getPath()))
                .toList();
        if (!counted.isEmpty()) {
            throw new IOException("the Delta log of %s has files that are not there: %s".formatted(table, counted));
        }
        return there;
    }

    /** The paths of a Delta table's files. */
    private Set<String> deltaFiles(Path table) throws IOException {
        Engine engine = DefaultEngine.create(settings);
        Set<String> paths = new HashSet<>();
        try (CloseableIterator<FilteredColumnarBatch> batches = Table.forPath(engine, table.toString())
                .getLatestSnapshot(engine)
                .getScanBuilder()
                .build()
                .getScanFiles(engine)) {
            while (batches.hasNext()) {
                try (CloseableIterator<Row> rows = batches.next().getRows()) {
                    while (rows.hasNext()) {
                        String path = InternalScanFileUtils.getAddFileStatus(rows.next())
                                .getPath();
                        paths.add(new Path(path).toUri().getPath());
                    }
                }
            }
        }
        return paths;
    }

    private List<DataFile> below(Path table) throws IOException {
        List<DataFile> found = new ArrayList<>();
        try {
            RemoteIterator<LocatedFileStatus> listing = files.listFiles(table, true);
            while (listing.hasNext()) {
                LocatedFileStatus file = listing.next();
                if (file.getPath().getName().endsWith(".parquet")) {
                    String below = file.getPath()
                            .getParent()
                            .toString()
                            .substring(table.toString().length() + 1);
                    found.add(new DataFile(file.getPath(), below, file.getLen(), file.getModificationTime()));
                }
            }
        } catch (FileNotFoundException noTableYet) {
            return List.of();
        }
        found.sort(Comparator.comparing(file -> file.path().toString()));
        return found;
    }

    public long rows(Topic<?, ?> topic) throws IOException {
        long total = 0;
        for (DataFile file : of(topic)) {
            total += rows(file);
        }
        return total;
    }

    public long rows(DataFile file) throws IOException {
        // A batch that was repeated after a crash replaces its file: its time of change is part of what it is.
        String version = file.path() + "@" + file.modified();
        @Nullable Long known = rows.get(version);
        if (known == null) {
            // Without options of its own, each file's reader reads Hadoop's XML files anew.
            try (ParquetFileReader reader = ParquetFileReader.open(
                    HadoopInputFile.fromPath(file.path(), settings),
                    HadoopReadOptions.builder(settings, file.path()).build())) {
                known = reader.getRecordCount();
            }
            rows.put(version, known);
        }
        return known;
    }

    void copy(DataFile file, java.nio.file.Path target) throws IOException {
        try (var in = files.open(file.path())) {
            java.nio.file.Files.copy(in, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }

    boolean isLocal() {
        return files.getScheme().equals("file");
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
