package io.tweetlake.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a PUT comes to whose answer does not come, or is a refusal. */
class NewFileTest {
    private static final byte[] MINE = "mine".getBytes(UTF_8);

    @TempDir
    private java.nio.file.Path folder;

    @Test
    void oneThatWasSentAgainIsRefusedBecauseOfItself() throws Exception {
        assertThat(NewFile.put(store("mine"), entry(), MINE)).isTrue();
    }

    @Test
    void anotherProcessWasFaster() throws Exception {
        assertThat(NewFile.put(store("theirs"), entry(), MINE)).isFalse();
        assertThat(NewFile.put(store("unused"), entry(), MINE)).isFalse();
        assertThat(Files.readString(folder.resolve("1.json"))).isEqualTo("theirs");
    }

    @Test
    void whatIsNotKnownToBeWrittenFails() throws Exception {
        assertThatThrownBy(() -> NewFile.put(store(null), entry(), MINE))
                .isInstanceOf(IOException.class)
                .hasMessage("no answer");
    }

    private Path entry() {
        return new Path(folder.resolve("1.json").toUri());
    }

    /** One that puts some content, if any, when a file is closed, and then does not answer. */
    private FilterFileSystem store(@Nullable String content) throws IOException {
        FilterFileSystem store = new FilterFileSystem(new LocalFileSystem()) {
            @Override
            public FSDataOutputStreamBuilder<?, ?> createFile(Path path) {
                return new Unanswered(this, path, content);
            }
        };
        store.initialize(folder.toUri(), new Configuration());
        return store;
    }

    private static final class Unanswered extends FSDataOutputStreamBuilder<FSDataOutputStream, Unanswered> {
        private final @Nullable String content;

        Unanswered(FilterFileSystem store, Path path, @Nullable String content) {
            super(store, path);
            this.content = content;
        }

        @Override
        public Unanswered getThisBuilder() {
            return this;
        }

        @Override
        public FSDataOutputStream build() {
            java.nio.file.Path file = java.nio.file.Path.of(getPath().toUri().getPath());
            return new FSDataOutputStream(
                    new OutputStream() {
                        @Override
                        public void write(int b) {}

                        @Override
                        public void close() throws IOException {
                            if (content != null) {
                                Files.writeString(file, content);
                            }
                            throw new IOException("no answer");
                        }
                    },
                    null);
        }
    }
}
