package nl.vangnet.peers;

import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Each person's events of 365 days in a RocksDB store with a changelog; how many fall in each window goes to the output topic.
 *
 * <p>Arguments: bootstrap servers, input topic, output topic, application id, processing guarantee, state folder.
 */
public final class RollingCounts {
  private static final String HISTORY = "history";

  public static void main(String[] arguments) throws InterruptedException {
    Properties settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[3]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, arguments[4]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[5]);
    KafkaStreams streams = new KafkaStreams(topology(arguments[1], arguments[2]), settings);
    CountDownLatch ended = new CountDownLatch(1);
    streams.setUncaughtExceptionHandler(
        fault -> {
          fault.printStackTrace();
          ended.countDown();
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
    ended.await();
    System.exit(1);
  }

  static Topology topology(String input, String output) {
    StreamsBuilder builder = new StreamsBuilder();
    Serde<Change> changes = Serdes.serdeFrom(RollingCounts::never, Change.DESERIALIZER);
    Serde<Counts> counts = Serdes.serdeFrom(Counts.SERIALIZER, RollingCounts::never);
    Serde<long[]> histories = Serdes.serdeFrom(History.SERIALIZER, History.DESERIALIZER);
    builder.addStateStore(
        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(HISTORY), Serdes.String(), histories));
    builder.stream(input, Consumed.with(Serdes.String(), changes))
        .filter((key, change) -> change.ofPerson())
        .processValues(Counting::new, HISTORY)
        .to(output, Produced.with(Serdes.String(), counts));
    return builder.build();
  }

  /** Changes are read only, counts are written only. */
  private static <A, B> B never(String topic, A given) {
    throw new UnsupportedOperationException();
  }

  /** One event in, one line of counts out. */
  private static final class Counting extends ContextualFixedKeyProcessor<String, Change, Counts> {
    private KeyValueStore<String, long[]> histories;

    @Override
    public void init(FixedKeyProcessorContext<String, Counts> context) {
      super.init(context);
      histories = context.getStateStore(HISTORY);
    }

    @Override
    public void process(FixedKeyRecord<String, Change> record) {
      long at = Instant.parse(record.value().at()).toEpochMilli();
      long[] history = histories.get(record.key());
      for (Change.Event event : record.value().added()) {
        history = History.with(history, Instant.parse(event.occurredAt()).toEpochMilli(), at);
      }
      histories.put(record.key(), history);
      context().forward(record.withValue(History.counted(record.key(), history, at)));
    }
  }
}
