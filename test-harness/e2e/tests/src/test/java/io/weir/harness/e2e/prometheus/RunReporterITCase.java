package io.weir.harness.e2e.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.node.PushgatewayNode;
import io.weir.sinks.pushgateway.RunReporter;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reports of short-lived runs at a real Pushgateway. */
@ExtendWith(SharedNodes.class)
class RunReporterITCase {
  private static final Instant NOON = Instant.parse("2026-03-29T12:00:00Z");

  private final List<String> warnings = new ArrayList<>();

  private RunReporter at(URI address, Instant now) {
    return new RunReporter(Optional.of(address), Clock.fixed(now, ZoneOffset.UTC), warnings::add);
  }

  @Test
  void theLastRunOfAKindIsShownAndWhenOneLastSucceeded(PushgatewayNode pushgateway) {
    URI address = pushgateway.uri();
    at(address, NOON).begin("retention").succeeded(Map.of("indices", 3L, "bytes", 1L << 40));

    assertThat(shown(pushgateway, "retention"))
        .containsEntry("weir_run_success", 1.0)
        .containsEntry("weir_run_ended_timestamp_seconds", (double) NOON.getEpochSecond())
        .containsEntry("weir_run_last_success_timestamp_seconds", (double) NOON.getEpochSecond())
        .containsEntry("weir_run_duration_seconds", 0.0)
        .containsEntry("weir_run_items indices", 3.0)
        .containsEntry("weir_run_items bytes", (double) (1L << 40));

    at(address, NOON.plusSeconds(60)).begin("retention").failed();

    assertThat(shown(pushgateway, "retention"))
        .containsEntry("weir_run_success", 0.0)
        .containsEntry("weir_run_ended_timestamp_seconds", NOON.getEpochSecond() + 60.0)
        .containsEntry("weir_run_last_success_timestamp_seconds", (double) NOON.getEpochSecond());

    at(address, NOON.plusSeconds(120)).begin("retention").succeeded(Map.of("bytes", 7L));

    assertThat(shown(pushgateway, "retention"))
        .containsEntry("weir_run_success", 1.0)
        .containsEntry("weir_run_last_success_timestamp_seconds", NOON.getEpochSecond() + 120.0)
        .containsEntry("weir_run_items bytes", 7.0)
        .doesNotContainKey("weir_run_items indices");
    assertThat(warnings).isEmpty();
  }

  @Test
  void whatIsForgottenIsGoneAndOtherKindsStay(PushgatewayNode pushgateway) {
    RunReporter reports = at(pushgateway.uri(), NOON);
    reports.begin("templates").succeeded(Map.of());
    reports.begin("generate").succeeded(Map.of());

    reports.forget("templates");
    reports.forget("never ran");

    assertThat(shown(pushgateway, "templates")).isEmpty();
    assertThat(shown(pushgateway, "generate")).containsEntry("weir_run_success", 1.0);
    assertThat(warnings).isEmpty();
  }

  @Test
  void aPushgatewayThatIsAwayIsAWarning() {
    RunReporter.Run run = at(URI.create("http://127.0.0.1:9"), NOON).begin("bench");

    run.succeeded(Map.of());

    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith(
            "the outcome of bench is not reported to the Pushgateway at http://127.0.0.1:9");
  }

  /** The values of one group; the Pushgateway's own times of pushes left out. */
  private static Map<String, Double> shown(PushgatewayNode pushgateway, String run) {
    Map<String, Double> values = new TreeMap<>();
    for (JsonNode group : pushgateway.pushed()) {
      JsonNode labels = group.path("labels");
      if (!labels.path("job").asText().equals(RunReporter.JOB)
          || !labels.path("run").asText().equals(run)) {
        continue;
      }
      group
          .fields()
          .forEachRemaining(
              metric -> {
                if (metric.getKey().startsWith("weir_run_")) {
                  for (JsonNode sample : metric.getValue().path("metrics")) {
                    String item = sample.path("labels").path("item").asText();
                    values.put(
                        (metric.getKey() + " " + item).strip(), sample.path("value").asDouble());
                  }
                }
              });
    }
    return values;
  }
}
