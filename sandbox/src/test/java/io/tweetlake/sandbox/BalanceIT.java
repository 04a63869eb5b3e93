package io.tweetlake.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.tweetlake.sandbox.infra.FreePort;
import io.tweetlake.sandbox.infra.KafkaNode;
import io.tweetlake.topic.Topics;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BalanceIT {
    private static final String GROUP = "some-group";
    private static final String TOPIC = Topics.SILVER_TWEETS.name();
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    @TempDir
    private Path folder;

    @Test
    void lagIsOfRecordsAndNotOfTheMarkersAndAbortedRecordsBehindThem() throws Exception {
        int port = FreePort.find();
        String bootstrap = "localhost:" + port;
        try (KafkaNode kafka = KafkaNode.start(folder.resolve("kafka"), port)) {
            kafka.create(Topics.all(), 2);
            try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", bootstrap, "transactional.id", "test"),
                    new StringSerializer(),
                    new StringSerializer())) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(TOPIC, 0, "1", "committed"));
                producer.send(new ProducerRecord<>(TOPIC, 0, "2", "committed"));
                producer.commitTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(TOPIC, 0, "3", "aborted"));
                producer.flush();
                producer.abortTransaction();
            }
            try (Balance balance = new Balance(bootstrap)) {
                assertThat(balance.lag(GROUP, Set.of(TOPIC)))
                        .as("nothing committed")
                        .isEqualTo(2);
                commit(bootstrap, 1);
                assertThat(balance.lag(GROUP, Set.of(TOPIC))).isEqualTo(1);
                commit(bootstrap, 2);
                assertThat(balance.lag(GROUP, Set.of(TOPIC)))
                        .as("before the marker")
                        .isZero();
                commit(bootstrap, 5);
                assertThat(balance.lag(GROUP, Set.of(TOPIC))).as("at the end").isZero();
            }
        }
    }

    private static void commit(String bootstrap, long offset) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.alterConsumerGroupOffsets(GROUP, Map.of(PARTITION, new OffsetAndMetadata(offset)))
                    .all()
                    .get();
        }
    }
}
