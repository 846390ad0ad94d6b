package io.weir.model.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.alert.AlertRule.Severity;
import io.weir.model.alert.Channels.Channel;
import io.weir.model.alert.Channels.Type;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChannelsTest {

  @Test
  void readsChannelsAndRoutes() {
    Channels channels =
        Channels.read(
            Map.of(
                "channels",
                Map.of("hook", Map.of("type", "webhook", "url", "https://example.org/x")),
                "routes",
                Map.of("critical", "hook"),
                "grouping",
                Map.of(
                    "by",
                    List.of("service"),
                    "wait_s",
                    1,
                    "inhibit_equal",
                    List.of("alertname", "region"))));

    assertThat(channels.has("hook")).isTrue();
    assertThat(channels.has("pager")).isFalse();
    assertThat(channels.channels().get("hook"))
        .isEqualTo(new Channel("hook", Type.WEBHOOK, "https://example.org/x", null, true));
    assertThat(channels.routes()).containsExactly(Map.entry(Severity.CRITICAL, "hook"));
    assertThat(channels.groupBy()).containsExactly("service");
    assertThat(channels.inhibitEqual()).containsExactly("alertname", "region");
    assertThat(channels.groupWaitSeconds()).isEqualTo(1);
    assertThat(channels.repeatIntervalSeconds()).isEqualTo(14_400);
  }

  @Test
  void whatIsNoMapIsNoFileOfChannels() {
    assertThatThrownBy(() -> Channels.read("hello")).hasMessageContaining("must be a map");
    assertThatThrownBy(() -> Channels.read(null)).hasMessageContaining("at least one channel");
    assertThatThrownBy(() -> Channels.read(Map.of("channels", List.of())))
        .hasMessageContaining("channels: must be a map");
  }

  @Test
  void everythingThatIsWrongIsSaid() {
    assertThatThrownBy(
            () ->
                Channels.read(
                    Map.of(
                        "channels",
                        Map.of(
                            "a", Map.of("type", "slack", "send_resolved", "perhaps"),
                            "b", Map.of("type", "email", "to", 7)),
                        "grouping",
                        Map.of("inhibit_equal", List.of("...", 7)),
                        "smtp",
                        Map.of("host", "nowhere"))))
        .hasMessageContaining("grouping.inhibit_equal: '...' is no name of a label")
        .hasMessageContaining("grouping.inhibit_equal: '7' is no name of a label")
        .hasMessageContaining("channels.a.channel: is missing")
        .hasMessageContaining("channels.a.url_file: is missing")
        .hasMessageContaining("channels.a.send_resolved: must be true or false")
        .hasMessageContaining("channels.b.to: must be a text")
        .hasMessageContaining("smtp.host: must be host:port")
        .hasMessageContaining("smtp.from: is missing");
  }
}
