package io.weir.harness.capacity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Measured figures, read from a file that names the command behind each of them.
 *
 * @param machine where they were measured
 * @param events costs of log events, by size
 * @param metricPoint CPU microseconds of the metrics job for a point
 * @param seriesHeap bytes of the metrics job's heap for a series
 * @param alertPoint CPU microseconds of the alerts job for a point
 * @param prometheusSeries bytes of Prometheus' memory for a series that is written
 */
record Figures(
    String machine,
    List<EventCosts> events,
    double metricPoint,
    double seriesHeap,
    double alertPoint,
    double prometheusSeries) {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  Figures {
    events = events.stream().sorted(Comparator.comparingDouble(EventCosts::bytes)).toList();
    if (events.isEmpty()) {
      throw new IllegalArgumentException("events: must be measured at one size at least");
    }
    for (int i = 1; i < events.size(); i++) {
      if (events.get(i).bytes() <= events.get(i - 1).bytes()) {
        throw new IllegalArgumentException("events: two have the same size");
      }
    }
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException naming the figure that is missing or no positive number
   */
  static Figures read(Path file) throws IOException {
    JsonNode tree = YAML.readTree(file.toFile());
    List<EventCosts> events = new ArrayList<>();
    for (JsonNode event : tree.path("events")) {
      String at = "events[" + events.size() + "].";
      events.add(
          new EventCosts(
              number(event, at, "bytes"),
              number(event, at, "kafka"),
              number(event, at, "parse"),
              number(event, at, "logs-job"),
              number(event, at, "elasticsearch"),
              number(event, at, "hot-bytes"),
              number(event, at, "archive-bytes"),
              text(event, at, "command")));
    }
    return new Figures(
        text(tree, "", "machine"),
        events,
        figure(tree, "metric-point"),
        figure(tree, "series-heap-bytes"),
        figure(tree, "alert-point"),
        figure(tree, "prometheus-series-bytes"));
  }

  private static double figure(JsonNode tree, String name) {
    text(tree.path(name), name + ".", "command");
    return number(tree.path(name), name + ".", "value");
  }

  private static double number(JsonNode node, String at, String name) {
    JsonNode value = node.path(name);
    if (!value.isNumber() || value.asDouble() <= 0) {
      throw new IllegalArgumentException(at + name + " must be a positive number");
    }
    return value.asDouble();
  }

  private static String text(JsonNode node, String at, String name) {
    String value = node.path(name).asText("").strip();
    if (value.isEmpty()) {
      throw new IllegalArgumentException(at + name + " is missing");
    }
    return value;
  }

  /**
   * Returns the costs of an event of a size: between the two nearest sizes that were measured, or
   * beyond the last on the same line; where there is one size, in proportion to it.
   */
  EventCosts event(double bytes) {
    if (events.size() == 1) {
      return events.get(0).inProportion(bytes);
    }
    int upper = 1;
    while (upper < events.size() - 1 && events.get(upper).bytes() < bytes) {
      upper++;
    }
    return events.get(upper - 1).towards(events.get(upper), bytes);
  }

  /** Says at which sizes events were measured. */
  String sizes() {
    String sizes =
        events.stream()
            .map(event -> Numbers.plain(event.bytes()))
            .collect(Collectors.joining(" and "));
    return events.size() == 1
        ? "events of " + sizes + " bytes; others in proportion, which is an upper bound"
        : "events of " + sizes + " bytes; others on the line through them";
  }
}
