package io.weir.gateway.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weir.gateway.search.StoreException;
import io.weir.model.alert.AlertRule;
import io.weir.model.json.AlertRuleJson;
import io.weir.model.json.UnknownMembers;
import io.weir.model.validation.InvalidRecordException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelCheckTest {
  @TempDir Path folder;

  @Test
  void takesChannelsOfTheFileAsItIsNow() throws IOException {
    Path file = folder.resolve("channels.yaml");
    ChannelCheck check = new ChannelCheck(file);
    Files.writeString(
        file,
        """
        channels:
          ops: {type: webhook, url: "http://127.0.0.1:1/"}
          pager: {type: pagerduty, routing_key_file: /secrets/key}
        """);
    assertThatCode(() -> check.accept(rule("pager"))).doesNotThrowAnyException();
    assertThatExceptionOfType(InvalidRecordException.class)
        .isThrownBy(() -> check.accept(rule("dev")))
        .withMessage("notification_channel: 'dev' is no channel; there is ops, pager");
    Files.writeString(file, "channels: {dev: {type: webhook, url: \"http://127.0.0.1:1/\"}}");
    assertThatCode(() -> check.accept(rule("dev"))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "channels: x", "channels: {}", "channels: {ops: {}}", "a: [", "{a"})
  void refusesToDecideByAFileThatIsNone(String content) throws IOException {
    Path file = folder.resolve("channels.yaml");
    Files.writeString(file, content);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> new ChannelCheck(file).accept(rule("ops")))
        .withMessageContaining("channels.yaml cannot be used");
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> new ChannelCheck(folder.resolve("none")).accept(rule("ops")));
  }

  private static AlertRule rule(String channel) {
    return AlertRuleJson.decode(
        ("{\"metric\":\"m\",\"condition\":\">\",\"threshold\":1,\"duration_s\":0,"
                + "\"notification_channel\":\""
                + channel
                + "\"}")
            .getBytes(UTF_8),
        UnknownMembers.REJECT);
  }
}
