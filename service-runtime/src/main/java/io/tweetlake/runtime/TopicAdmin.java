package io.tweetlake.runtime;

import io.tweetlake.runtime.config.KafkaConfig;
import io.tweetlake.runtime.config.TopicsConfig;
import io.tweetlake.topic.Topic;
import io.tweetlake.topic.Topics;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the topics that a service owns, and waits for those that others own. Not thread-safe. */
public final class TopicAdmin {
    private static final Logger log = LoggerFactory.getLogger(TopicAdmin.class);

    private final KafkaConfig kafka;
    private final TopicsConfig config;

    TopicAdmin(KafkaConfig kafka, TopicsConfig config) {
        this.kafka = kafka;
        this.config = config;
    }

    /**
     * Creates the service's topics that do not exist yet.
     *
     * @throws IOException if the brokers cannot be reached
     */
    public void createOwn(Service service) throws IOException, InterruptedException {
        create(Topics.ownedBy(service.name()));
    }

    /**
     * Creates those of some topics that do not exist yet.
     *
     * @throws IOException if the brokers cannot be reached
     */
    public void create(Collection<Topic<String, ?>> topics) throws IOException, InterruptedException {
        try (Admin admin = Admin.create(kafka.properties())) {
            List<NewTopic> missing = topics.stream()
                    .map(topic -> topic.definition(config.partitions(), config.replication(), config.retention()))
                    .toList();
            for (var creation : admin.createTopics(missing).values().entrySet()) {
                create(creation.getKey(), creation.getValue());
            }
        }
    }

    private void create(String topic, org.apache.kafka.common.KafkaFuture<Void> creation)
            throws IOException, InterruptedException {
        try {
            creation.get();
            log.info("created topic {}", topic);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw unreachable("cannot create topic " + topic, e);
            }
        }
    }

    /**
     * Waits until these topics exist or the service is told to stop.
     *
     * @return whether they exist
     * @throws IOException if the brokers cannot be reached
     */
    public boolean await(Service service, Collection<Topic<String, ?>> topics)
            throws IOException, InterruptedException {
        Set<String> missing = new TreeSet<>(topics.stream().map(Topic::name).toList());
        try (Admin admin = Admin.create(kafka.properties())) {
            boolean told = false;
            while (true) {
                missing.removeAll(admin.listTopics().names().get());
                if (missing.isEmpty()) {
                    return true;
                }
                if (!told) {
                    log.info("waiting for {} to be created", missing);
                    told = true;
                }
                if (service.awaitStop(java.time.Duration.ofMillis(200))) {
                    return false;
                }
            }
        } catch (ExecutionException e) {
            throw unreachable("cannot list topics", e);
        }
    }

    private IOException unreachable(String what, ExecutionException e) {
        return new IOException(
                "%s on Kafka at %s (kafka.bootstrap.servers)".formatted(what, kafka.bootstrapServers()), e.getCause());
    }
}
