package io.tweetlake.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Joiner;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.commons.codec.binary.Base64;
import org.apache.commons.logging.LogFactory;
import org.apache.http.HttpEntity;
import org.apache.http.client.HttpClient;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** hbc-core runs on successors of the dependencies that it was published with. */
class HosebirdDependenciesTest {

    @Test
    void runsOnTheChosenVersions() {
        assertThat(List.of(
                        jar(HttpClient.class),
                        jar(HttpEntity.class),
                        jar(Base64.class),
                        jar(Joiner.class),
                        jar(LoggerFactory.class),
                        jar(LogFactory.class)))
                .containsExactly(
                        "httpclient-4.5.14.jar",
                        "httpcore-4.4.16.jar",
                        "commons-codec-1.18.0.jar",
                        "guava-33.8.0-jre.jar",
                        "slf4j-api-2.0.17.jar",
                        "jcl-over-slf4j-2.0.17.jar");
    }

    @Test
    void hasNoJsr305() {
        assertThatThrownBy(() -> Class.forName("javax.annotation.Nonnull")).isInstanceOf(ClassNotFoundException.class);
    }

    /** Without it ClientBuilder's static initialiser fails. */
    @Test
    void keepsItsBuildProperties() throws Exception {
        Properties build = new Properties();
        try (var in = getClass().getResourceAsStream("/build.properties")) {
            build.load(in);
        }
        assertThat(build.getProperty("version")).isEqualTo("2.2.0");
    }

    private static String jar(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .getFileName()
                .toString();
    }
}
