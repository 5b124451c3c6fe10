package nl.vangnet.peers;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** Times of a person's events (ms since 1970) in order, as bytes: 8 for each. */
final class History {
  private static final long DAY = TimeUnit.DAYS.toMillis(1);

  static final Serializer<long[]> SERIALIZER =
      (topic, times) -> {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * times.length);
        bytes.asLongBuffer().put(times);
        return bytes.array();
      };

  static final Deserializer<long[]> DESERIALIZER =
      (topic, bytes) -> {
        if (bytes == null) {
          return null;
        }
        long[] times = new long[bytes.length / Long.BYTES];
        ByteBuffer.wrap(bytes).asLongBuffer().get(times);
        return times;
      };

  private History() {}

  /** With one more; without what is more than 365 days before {@code now}. */
  static long[] with(long[] before, long time, long now) {
    long[] old = before == null ? new long[0] : before;
    long[] kept = Arrays.copyOfRange(old, first(old, now - 365 * DAY), old.length + 1);
    int place = kept.length - 1;
    while (place > 0 && kept[place - 1] > time) {
      kept[place] = kept[place - 1];
      place--;
    }
    kept[place] = time;
    return kept;
  }

  static Counts counted(String person, long[] times, long now) {
    return new Counts(
        person, since(times, now, 7), since(times, now, 30), since(times, now, 90), since(times, now, 365));
  }

  private static int since(long[] times, long now, int days) {
    return times.length - first(times, now - days * DAY);
  }

  /** Place of the first time not before {@code from}. */
  private static int first(long[] times, long from) {
    int place = Arrays.binarySearch(times, from);
    return place < 0 ? -place - 1 : place;
  }
}
