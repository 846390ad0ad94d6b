package io.weir.model.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.AlertState;
import io.weir.model.alert.AlertStatus;
import io.weir.model.alert.AlertTransition;
import io.weir.model.alert.AlertTransition.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertStateJsonTest {
  private static final long TEN = 1_774_778_400_000L;

  private static final AlertState FIRING =
      new AlertState(
          "a-1",
          17,
          Map.of("service", "payments"),
          AlertStatus.FIRING,
          0.023,
          TEN + 30_000,
          TEN + 150_000,
          null,
          TEN + 300_000,
          Severity.CRITICAL,
          Map.of("alertname", "errors"),
          Map.of("summary", "many \"errors\""));

  @Test
  void hasTheMembersOfTheContract() {
    assertThat(new String(AlertStateJson.encode(FIRING), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"alert_id\":\"a-1\",\"rule_version\":17,\"group\":{\"service\":\"payments\"},"
                + "\"state\":\"firing\",\"value\":0.023,\"since\":\"2026-03-29T10:00:30Z\","
                + "\"starts_at\":\"2026-03-29T10:02:30Z\",\"updated_at\":\"2026-03-29T10:05:00Z\","
                + "\"severity\":\"critical\",\"labels\":{\"alertname\":\"errors\"},"
                + "\"annotations\":{\"summary\":\"many \\\"errors\\\"\"}}");
  }

  @Test
  void comesBackAsItWas() {
    AlertState bare =
        new AlertState(
            "a-1",
            0,
            Map.of(),
            AlertStatus.RESOLVED,
            null,
            TEN,
            TEN,
            TEN + 1,
            TEN + 1,
            Severity.INFO,
            Map.of(),
            Map.of());

    assertThat(AlertStateJson.decode(AlertStateJson.encode(FIRING))).isEqualTo(FIRING);
    assertThat(AlertStateJson.decode(AlertStateJson.encode(bare))).isEqualTo(bare);
    AlertTransition transition =
        new AlertTransition(AlertStatus.PENDING, Reason.RULE_DELETED, FIRING);
    assertThat(AlertStateJson.decodeTransition(AlertStateJson.encode(transition)))
        .isEqualTo(transition);
  }

  @Test
  void aValueThatIsNoNumberIsNoValue() {
    assertThat(
            new AlertState(
                    "a",
                    0,
                    Map.of(),
                    AlertStatus.PENDING,
                    Double.NaN,
                    0,
                    null,
                    null,
                    0,
                    Severity.INFO,
                    Map.of(),
                    Map.of())
                .value())
        .isNull();
  }

  @Test
  void namesEveryMemberThatIsWrong() {
    assertThatThrownBy(
            () ->
                AlertStateJson.decode(
                    "{\"alert_id\":\"a\",\"state\":\"on\",\"since\":\"yesterday\"}"
                        .getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("rule_version: is missing")
        .hasMessageContaining("state: must be one of")
        .hasMessageContaining("since: must be a time")
        .hasMessageContaining("updated_at: is missing");
  }
}
