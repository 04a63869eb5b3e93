package io.tweetlake.enrich;

import io.tweetlake.model.MalformedMessageException;
import io.tweetlake.model.Notice;
import io.tweetlake.model.ObservedNotice;
import io.tweetlake.model.StreamMessage;
import io.tweetlake.model.StreamMessageParser;
import io.tweetlake.runtime.streams.StreamsBooks;
import io.tweetlake.topic.Silver;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** One delivered notice to one canonical one, keyed by the post that it is about, else by the user. */
final class NoticeProcessor implements Processor<String, byte[], String, Object> {
    private final Silver silver;
    private @Nullable ProcessorContext<String, Object> context;
    private @Nullable StreamsBooks books;

    NoticeProcessor(Silver silver) {
        this.silver = silver;
    }

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        context = processorContext;
        books = new StreamsBooks(processorContext, NoticeTopology.STEP);
    }

    @Override
    public void process(Record<String, byte[]> bronze) {
        StreamsBooks tally = Objects.requireNonNull(books);
        StreamMessage message;
        try {
            PostBounds.check(bronze.value());
            message = StreamMessageParser.parse(bronze.value());
        } catch (MalformedMessageException e) {
            tally.dead();
            throw new StreamsException(e.getMessage(), e);
        }
        if (message instanceof Notice notice) {
            forward(bronze, notice);
            tally.written(silver.notices());
        } else {
            tally.filtered("not-a-notice");
        }
    }

    private void forward(Record<String, byte[]> bronze, Notice notice) {
        ProcessorContext<String, Object> processorContext = Objects.requireNonNull(context);
        Arrival arrival = Arrival.of(bronze, processorContext.recordMetadata().orElseThrow());
        String post = notice.postId() == null ? notice.nativeId() : notice.postId();
        processorContext.forward(
                new Record<>(
                        post == null ? notice.userId() : post,
                        new ObservedNotice(notice, arrival.observedAt(), arrival.coordinates()),
                        bronze.timestamp(),
                        new RecordHeaders()),
                NoticeTopology.NOTICES_SINK);
    }

    @Override
    public void close() {
        Objects.requireNonNull(books).close();
    }
}
