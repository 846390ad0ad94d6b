package io.weir.gateway.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.alerts.AlertTestService;
import io.weir.model.alert.AlertState;
import io.weir.model.json.AlertStateJson;
import java.io.IOException;
import java.util.List;

/** The shape of answers over alerts, as the contract describes it. */
final class AlertsJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper JSON = new ObjectMapper();

  private AlertsJson() {}

  static ObjectNode states(String id, List<AlertState> states) {
    ObjectNode json = NODES.objectNode();
    json.put("alert_id", id);
    ArrayNode list = json.putArray("states");
    states.forEach(state -> list.add(state(state)));
    return json;
  }

  static ObjectNode active(List<AlertState> states, int total) {
    ObjectNode json = NODES.objectNode();
    ArrayNode list = json.putArray("alerts");
    states.forEach(state -> list.add(state(state)));
    json.put("total", total);
    return json;
  }

  /** The shape is that of the topic; members that may be missing there are always here. */
  static ObjectNode state(AlertState state) {
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(AlertStateJson.encode(state));
      for (String member : List.of("value", "starts_at", "ends_at")) {
        if (!json.has(member)) {
          json.putNull(member);
        }
      }
      for (String member : List.of("group", "labels", "annotations")) {
        if (!json.has(member)) {
          json.putObject(member);
        }
      }
      return json;
    } catch (IOException e) {
      throw new IllegalStateException("what was just written can be read", e);
    }
  }

  static ObjectNode outcome(AlertTestService.Outcome outcome) {
    ObjectNode json = NODES.objectNode();
    json.put("would_fire", outcome.groupsFiring() > 0);
    json.put("rule", outcome.rule().displayName());
    json.put("from", outcome.grid().start().toString());
    json.put("to", outcome.grid().end().toString());
    json.put("evaluate_every_s", outcome.grid().step().toSeconds());
    json.put("evaluations", outcome.grid().size());
    json.put("required_evaluations", outcome.rule().requiredEvaluations());
    json.put("promql", outcome.asked().promQl());
    json.put("groups_total", outcome.groupsTotal());
    json.put("groups_firing", outcome.groupsFiring());
    ArrayNode groups = json.putArray("groups");
    outcome
        .groups()
        .forEach(
            group -> {
              ObjectNode entry = groups.addObject();
              ObjectNode tags = entry.putObject("group");
              group.group().forEach(tags::put);
              entry.put("breaches", group.breaches());
              entry.put("without_data", group.withoutData());
              ArrayNode firings = entry.putArray("firings");
              group
                  .firings()
                  .forEach(
                      firing -> {
                        ObjectNode times = firings.addObject();
                        times.put("pending_at", firing.pendingAt().toString());
                        times.put("fired_at", firing.firedAt().toString());
                        times.put(
                            "resolved_at", firing.resolvedAt().map(Object::toString).orElse(null));
                        times.put("worst_value", firing.worst().orElse(null));
                      });
            });
    return json;
  }
}
