package nl.vangnet.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.UncheckedIOException;
import org.apache.kafka.common.serialization.Serializer;

/** Events of a person in the 7, 30, 90 and 365 days before a moment. */
record Counts(String person, int days7, int days30, int days90, int days365) {
  private static final ObjectWriter WRITER = new ObjectMapper().writerFor(Counts.class);

  static final Serializer<Counts> SERIALIZER =
      (topic, counts) -> {
        try {
          return WRITER.writeValueAsBytes(counts);
        } catch (JsonProcessingException fault) {
          throw new UncheckedIOException(fault);
        }
      };
}
