package io.tweetlake.serving;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tweetlake.runtime.config.Meaning;
import io.tweetlake.runtime.config.Secret;
import java.util.Optional;
import java.util.Set;

/** The settings of serving-api. */
@ConfigMapping(prefix = "serving")
public interface ServingConfig {
    /** A part that can be served alone. */
    enum Routes {
        GOLD,
        NER
    }

    @Meaning("what is served: `gold` is REST and the dashboard, `ner` the entity endpoint")
    @WithDefault("gold,ner")
    Set<Routes> routes();

    @Meaning("address that it binds to")
    @WithDefault("127.0.0.1")
    String host();

    @Meaning("its port; by default 5001, or 5000 with `ner` alone; 0 takes a free one")
    Optional<Integer> port();

    @Meaning(
            "path that everything lies below, for a proxy that passes it on: `/tweetlake`; one that cuts it off needs none")
    @WithDefault("/")
    String path();

    @Meaning("whether `Forwarded` and `X-Forwarded-*` are believed: only behind a proxy that sets them")
    @WithDefault("false")
    boolean forwarded();

    @Meaning("JDBC address of the Postgres that gold-aggregator writes to")
    @WithDefault("jdbc:postgresql://localhost:5432/tweetlake")
    String postgresUrl();

    @Meaning("its user, who need only read")
    @WithDefault("tweetlake")
    String postgresUser();

    @Meaning("the user's password")
    Optional<Secret> postgresPassword();

    @Meaning("pages that may follow live at once")
    @WithDefault("200")
    int liveClients();

    @Meaning(
            "requests that are looked at for entities at once; by default one for each processor; 16 more wait up to 100 ms, others are refused with 429")
    Optional<Integer> nerConcurrency();
}
