package nl.vangnet.peers;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;

/** What is needed of a message of vangnet.persons. */
@JsonIgnoreProperties(ignoreUnknown = true)
record Change(String kind, String at, List<Event> added) {
  boolean ofPerson() {
    return kind.equals("person-changed");
  }

  private static final ObjectReader READER = new ObjectMapper().readerFor(Change.class);

  static final Deserializer<Change> DESERIALIZER =
      (topic, bytes) -> {
        try {
          return READER.readValue(bytes);
        } catch (IOException fault) {
          throw new UncheckedIOException(fault);
        }
      };

  /** One event of a person. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Event(String occurredAt) {}
}
