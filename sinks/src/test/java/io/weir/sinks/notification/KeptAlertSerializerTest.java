package io.weir.sinks.notification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeptAlertSerializerTest {
  /** As release 0.1 writes it, and what it was before there was another version. */
  private static final String JSON =
      "{\"alert_id\":\"a-1\",\"rule_version\":17,\"group\":{\"service\":\"payments\"},"
          + "\"state\":\"firing\",\"value\":0.023,\"since\":\"2026-03-29T10:00:30Z\","
          + "\"starts_at\":\"2026-03-29T10:02:30Z\",\"updated_at\":\"2026-03-29T10:05:00Z\","
          + "\"severity\":\"critical\",\"labels\":{\"alertname\":\"errors\"},"
          + "\"annotations\":{\"summary\":\"Payments fail\"}}";

  private static final AlertState STATE =
      new AlertState(
          "a-1",
          17,
          Map.of("service", "payments"),
          AlertStatus.FIRING,
          0.023,
          millis("2026-03-29T10:00:30Z"),
          millis("2026-03-29T10:02:30Z"),
          null,
          millis("2026-03-29T10:05:00Z"),
          Severity.CRITICAL,
          Map.of("alertname", "errors"),
          Map.of("summary", "Payments fail"));

  private final KeptAlertSerializer serializer = new KeptAlertSerializer();

  @Test
  void readsTheBytesOfEveryVersionThatWasReleased() throws Exception {
    assertThat(serializer.deserialize(1, JSON.getBytes(UTF_8)))
        .isEqualTo(new KeptAlert(STATE, Set.of()));
    byte[] second =
        HexFormat.of()
            .parseHex(
                "%08x".formatted(JSON.length())
                    + HexFormat.of().formatHex(JSON.getBytes(UTF_8))
                    + "00000002" // two receivers: "am" and "hook"
                    + "0002616d"
                    + "0004686f6f6b");
    KeptAlert kept = new KeptAlert(STATE, Set.of("hook", "am"));
    assertThat(serializer.deserialize(2, second)).isEqualTo(kept);
    assertThat(serializer.serialize(kept)).as("still version 2").isEqualTo(second);
    assertThat(serializer.getVersion()).isEqualTo(2);
  }

  @Test
  void refusesAVersionItDoesNotKnow() {
    assertThatThrownBy(() -> serializer.deserialize(3, JSON.getBytes(UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 3");
  }

  private static long millis(String time) {
    return Instant.parse(time).toEpochMilli();
  }
}
