package io.weir.harness.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.harness.generate.Arguments;
import io.weir.harness.node.HarnessLayout;
import io.weir.harness.ship.LogSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StackSettingsTest {
  private static final Path ROOT = Path.of("/srv/weir");

  @Test
  void withoutFlagsTakesTheDefaultPortsAndFolder() {
    StackSettings settings = settings(Map.of());

    assertThat(settings.ports()).isEqualTo(StackPorts.DEFAULT);
    assertThat(settings.directories().logs()).isEqualTo(Path.of("/srv/weir/.weir/logs"));
  }

  @Test
  void aFlagWinsOverTheEnvironment() {
    StackSettings settings =
        settings(
            Map.of("WEIR_KAFKA_PORT", "19092", "WEIR_S3_PORT", "19000"), "--kafka-port", "29092");

    assertThat(settings.ports().kafka()).isEqualTo(29092);
    assertThat(settings.ports().s3()).isEqualTo(19000);
  }

  @Test
  void namesTheVariableThatIsNoPort() {
    assertThatThrownBy(() -> settings(Map.of("WEIR_FLINK_PORT", "web")))
        .hasMessage("WEIR_FLINK_PORT 'web' is not a port");
  }

  @Test
  void deletesExpiredIndicesEveryHourUnlessToldOtherwise() {
    assertThat(settings(Map.of()).retention()).isEqualTo(Retention.Schedule.HOURLY);
    Duration quarter = Duration.ofSeconds(15);
    assertThat(settings(Map.of("WEIR_RETENTION_SECONDS", "15")).retention())
        .isEqualTo(new Retention.Schedule(quarter, quarter));
    assertThatThrownBy(() -> settings(Map.of("WEIR_RETENTION_SECONDS", "0")))
        .hasMessageContaining("WEIR_RETENTION_SECONDS '0'");
  }

  @Test
  void anArgumentThatIsNoOptionIsAnError() {
    assertThatThrownBy(() -> settings(Map.of(), "start")).hasMessageContaining("'start'");
  }

  @Test
  void anAgentIsTheBuiltInOneWhereThereIsNoOther() {
    assertThat(settings(Map.of()).agent()).isEqualTo(StackSettings.Agent.BUILTIN);
    assertThat(settings(Map.of("WEIR_AGENT", "builtin")).agent())
        .isEqualTo(StackSettings.Agent.BUILTIN);
    assertThatThrownBy(() -> settings(Map.of(), "--agent", "rsyslog"))
        .hasMessageContaining("this machine has none");
    assertThatThrownBy(() -> settings(Map.of(), "--agent", "carrier-pigeon"))
        .hasMessage("--agent 'carrier-pigeon' is none of auto, rsyslog, builtin");
  }

  @Test
  void takesFilesToShipWithOrWithoutAService() {
    StackSettings settings =
        settings(Map.of(), "--tail", "/var/log/syslog", "--tail", "nginx=/var/log/access.log");

    assertThat(settings.tails())
        .containsExactly(
            LogSource.of(Path.of("/var/log/syslog")),
            LogSource.of("nginx", Path.of("/var/log/access.log")));
  }

  @Test
  void itsUsageNamesEveryPort() {
    assertThat(StackPorts.DEFAULT.byName())
        .allSatisfy(
            (name, port) ->
                assertThat(StackSettings.USAGE)
                    .contains("--" + name + "-port")
                    .contains("" + port));
  }

  private static StackSettings settings(Map<String, String> environment, String... arguments) {
    return StackSettings.of(
        Arguments.parse(arguments, StackSettings.USAGE), environment, new HarnessLayout(ROOT));
  }
}
