package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows alerts. */
@Command(
    mixinStandardHelpOptions = true,
    description = "Shows the alerts of a rule, or all that are firing or pending.")
final class AlertStateCommand implements Callable<Integer> {
  private final Weir weir;

  @Parameters(arity = "0..1", paramLabel = "ID", description = "A rule.")
  String id;

  AlertStateCommand(Weir weir) {
    this.weir = Objects.requireNonNull(weir, "weir");
  }

  @Override
  public Integer call() throws InterruptedException {
    Terminal output = weir.output();
    GatewayClient.Query none = new GatewayClient.Query();
    JsonNode states =
        id == null
            ? weir.client().get("alerts/active", none).path("alerts")
            : weir.client()
                .get("alerts/" + DocumentCommands.checkedId(id) + "/state", none)
                .path("states");
    for (JsonNode state : states) {
      if (output.writesJson()) {
        output.json(state);
      } else {
        output.line(
            String.format(
                "%-8s %-8s since %s value %s  %s %s",
                state.path("state").asText(),
                state.path("severity").asText(),
                state.path("since").asText(),
                state.path("value").isNull() ? "none" : state.path("value").asText(),
                state.path("labels").path("alertname").asText(state.path("alert_id").asText()),
                state.path("group")));
      }
    }
    return 0;
  }
}
