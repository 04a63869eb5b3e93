package io.tweetlake.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tweetlake.runtime.config.InvalidConfigException;
import io.tweetlake.runtime.config.Secret;
import io.tweetlake.standin.StandInX;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XRuleKeeperTest {
    private static final String BOTH = "[ai]\n#AI lang:en\n\n// a comment\n\"big data\"\n[generic]\nspace\n";

    @TempDir
    private Path folder;

    private StandInX x;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        x = StandInX.start(anyPort, "the-token", 1, 0, Duration.ofSeconds(1), InstantSource.system());
        file = Files.writeString(folder.resolve("rules.txt"), BOTH);
    }

    @AfterEach
    void stop() throws IOException {
        x.close();
    }

    @Test
    void addsWhatIsMissingAfterADryRun() throws Exception {
        try (XRuleKeeper keeper = keeper(Optional.of(file))) {
            keeper.start();
            assertThat(x.rules()).containsExactly("ai: #AI lang:en", "ai: \"big data\"", "generic: space");
            assertThat(x.requests().get(1).query()).containsEntry("dry_run", "true");
        }
    }

    @Test
    void touchesNothingThatIsAsItShouldBeOrSomebodyElses() throws Exception {
        Path other = Files.writeString(folder.resolve("other.txt"), "[ours]\nold\nspace\n[theirs]\ntheir query\n");
        try (XRuleKeeper keeper = keeper(Optional.of(other))) {
            keeper.start();
        }
        Files.writeString(file, "[ours]\nspace\nnew\n");
        try (XRuleKeeper keeper = keeper(Optional.of(file))) {
            keeper.start();
        }
        assertThat(x.rules()).containsExactly("ours: space", "theirs: their query", "ours: new");
        long changes = x.requests().stream()
                .filter(request -> request.method().equals("POST"))
                .count();
        // Of the second start: dry run, add, delete.
        assertThat(changes).isEqualTo(2 + 3);
    }

    @Test
    void followsTheFileAndDropsATagThatIsTakenOut() throws Exception {
        try (XRuleKeeper keeper = keeper(Optional.of(file))) {
            keeper.start();
            Files.writeString(file, "[ai]\n#AI lang:en\n");
            Awaitility.await().until(() -> x.rules().equals(List.of("ai: #AI lang:en")));
        }
    }

    @Test
    void leavesTheRunningRulesWhereTheFileHasABadOne() throws Exception {
        try (XRuleKeeper keeper = keeper(Optional.of(file))) {
            keeper.start();
            int before = x.requests().size();
            Files.writeString(file, "[ai]\n(unbalanced\n[generic]\nspace\n");
            Awaitility.await().until(() -> x.requests().size() > before + 1);
            assertThat(x.rules()).hasSize(3);
            Files.writeString(file, "[ai]\nbalanced\n[generic]\nspace\n");
            Awaitility.await().until(() -> x.rules().equals(List.of("generic: space", "ai: balanced")));
        }
    }

    @Test
    void namesEveryRuleThatXRefusesWithItsLine() throws Exception {
        Files.writeString(file, "[ai]\n(a\nb\n\"c\n");
        try (XRuleKeeper keeper = keeper(Optional.of(file))) {
            assertThatThrownBy(keeper::start)
                    .isInstanceOfSatisfying(InvalidConfigException.class, e -> assertThat(e.problems())
                            .hasSize(2)
                            .anyMatch(problem -> problem.contains("line 2") && problem.contains("(a"))
                            .anyMatch(problem -> problem.contains("line 4") && problem.contains("\"c")));
        }
        assertThat(x.rules()).isEmpty();
    }

    @Test
    void namesEveryLineThatIsNoRule() throws Exception {
        Files.writeString(file, "lost\n[ai]\na\na\n[]\n");
        assertThatThrownBy(() -> keeper(Optional.of(file)))
                .isInstanceOfSatisfying(InvalidConfigException.class, e -> assertThat(e.problems())
                        .hasSize(3)
                        .anyMatch(problem -> problem.contains("line 1"))
                        .anyMatch(problem -> problem.contains("line 4"))
                        .anyMatch(problem -> problem.contains("line 5")));
    }

    @Test
    void putsTheDefaultTermsIntoFewRulesOfALanguage() throws Exception {
        try (XRuleKeeper keeper = keeper(Optional.empty())) {
            keeper.start();
            assertThat(x.rules()).containsExactly("ai: (AI OR \"big data\") lang:en", "ai: (#ML) lang:en");
        }
    }

    @Test
    void takesATenthWhileMoneyIsShort() throws Exception {
        try (XRuleKeeper keeper = keeper(Optional.of(Files.writeString(file, "[ai]\na\n")))) {
            keeper.start();
            keeper.sample(true);
            Awaitility.await().until(() -> x.rules().equals(List.of("ai: (a) sample:10")));
            keeper.sample(false);
            Awaitility.await().until(() -> x.rules().equals(List.of("ai: a")));
        }
    }

    @Test
    void triesAgainWhereXRefusesOrCannotBeReached() throws Exception {
        x.expect("another");
        try (XRuleKeeper keeper = keeper(Optional.of(file))) {
            keeper.start();
            assertThat(x.rules()).isEmpty();
            x.expect("the-token");
            Awaitility.await().until(() -> x.rules().size() == 3);
        }
    }

    private XRuleKeeper keeper(Optional<Path> rules) {
        Network network = Network.of(Optional.empty(), Optional.empty());
        XApi api = new XApi(x.address(), Credentials.bearer(Secret.of("the-token")), network);
        String defaults = XRules.anyOf("ai", List.of("AI", "big data", "#ML"), 20);
        return new XRuleKeeper(api, rules, defaults, "lang:en", 0.01);
    }
}
