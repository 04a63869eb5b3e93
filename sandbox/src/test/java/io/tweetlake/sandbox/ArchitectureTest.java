package io.tweetlake.sandbox;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The borders between the modules, over the classes of all of them. */
class ArchitectureTest {
    private static final String[] SERVICES = {
        "io.tweetlake.ingest..",
        "io.tweetlake.enrich..",
        "io.tweetlake.gold..",
        "io.tweetlake.lake..",
        "io.tweetlake.serving.."
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importPaths(List.of(
                            "tweet-model",
                            "tweet-nlp",
                            "service-runtime",
                            "ingest-service",
                            "enrich-streams",
                            "gold-aggregator",
                            "lake-writer",
                            "serving-api",
                            "sandbox")
                    .stream()
                    .map(module -> Path.of("..", module, "target", "classes"))
                    .toList());

    @Test
    void noServiceKnowsAnother() {
        for (String service : SERVICES) {
            for (String other : SERVICES) {
                if (!service.equals(other)) {
                    noClasses()
                            .that()
                            .resideInAPackage(service)
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage(other)
                            .check(CLASSES);
                }
            }
        }
    }

    @Test
    void theModelKnowsKafkaClientsJacksonAndATableOfHtmlOnly() {
        classes()
                .that()
                .resideInAnyPackage("io.tweetlake.model..", "io.tweetlake.topic..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.tweetlake.model..",
                        "io.tweetlake.topic..",
                        "org.apache.kafka.common..",
                        "org.apache.kafka.clients..",
                        "org.jsoup.nodes",
                        "com.fasterxml.jackson..",
                        "org.jspecify..",
                        "java..")
                .check(CLASSES);
    }

    @Test
    void domainCodeHasNeverHeardOfKafka() {
        noClasses()
                .that()
                .resideInAnyPackage("io.tweetlake.model..", "io.tweetlake.nlp..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(CLASSES);
    }

    @Test
    void heavyLibrariesStayBehindTheirFences() {
        onlyIn("io.tweetlake.nlp.ner..", "edu.stanford..");
        onlyIn("io.tweetlake.lake..", "org.apache.spark..");
        onlyIn("io.tweetlake.ingest.source..", "com.twitter.hbc..");
        onlyIn("io.tweetlake.ingest.source..", "org.apache.http..");
        onlyIn("io.tweetlake.sandbox.infra..", "kafka.server..");
    }

    @Test
    void nothingPublicInAServiceButItsMainAndItsSettings() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.tweetlake.enrich",
                        "io.tweetlake.gold",
                        "io.tweetlake.lake",
                        "io.tweetlake.ingest",
                        "io.tweetlake.serving")
                .and()
                .haveSimpleNameNotEndingWith("Main")
                .and()
                .haveSimpleNameNotEndingWith("Config")
                .and()
                .areTopLevelClasses()
                .and()
                .haveSimpleNameNotEndingWith("package-info")
                .should()
                .bePublic()
                .check(CLASSES);
    }

    @Test
    void noStateIsStatic() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.tweetlake.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    private static void onlyIn(String home, String library) {
        noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CLASSES);
    }
}
