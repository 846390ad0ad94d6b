package io.weir.gateway.http;

import io.weir.gateway.search.TestingLogStore;
import io.weir.model.kafka.EventId;
import java.util.List;
import java.util.Map;

/** For every operation a request that is done, for a test that changes something of it. */
final class SoundRequests {
  /** Values that a parameter has, by its name, wherever it stands. */
  private static final Map<String, String> VALUES =
      Map.ofEntries(
          Map.entry("service", "a"),
          Map.entry("level", "ERROR"),
          Map.entry("host", "web"),
          Map.entry("q", "level:ERROR"),
          Map.entry("from", "2026-03-29T09:30:00Z"),
          Map.entry("to", "2026-03-29T10:05:00Z"),
          Map.entry("start", "1774778400"),
          Map.entry("end", "1774778460"),
          Map.entry("time", "1774778400"),
          Map.entry("timeout", "5s"),
          Map.entry("limit", "10"),
          Map.entry("order", "asc"),
          Map.entry("tier", "hot"),
          Map.entry("on_partial", "skip"),
          Map.entry("interval", "1m"),
          Map.entry("field", "level"),
          Map.entry("size", "3"),
          Map.entry("before", "2"),
          Map.entry("after", "2"),
          Map.entry("metric", "up"),
          Map.entry("step", "15s"),
          Map.entry("window", "1m"),
          Map.entry("agg", "max"),
          Map.entry("group_by", "host"),
          Map.entry("tags", "service:a"),
          Map.entry("query", "rate(up[5m])"),
          Map.entry("match[]", "up"),
          Map.entry("name", "job"),
          Map.entry("state", "firing"),
          Map.entry("of", "logs"),
          Map.entry("reason", "not_json"),
          Map.entry("store", "all"),
          Map.entry("duplicates", "false"),
          Map.entry("since", "now-5m"),
          Map.entry("role", "rules"),
          Map.entry("id", "r"));

  private static final String JSON = "application/json";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String RULE =
      "{\"id\":\"r\",\"metric\":\"m\",\"condition\":\">\",\"threshold\":1,\"duration_s\":60,"
          + "\"notification_channel\":\"c\"}";
  private static final String DASHBOARD =
      "{\"id\":\"r\",\"title\":\"t\",\"panels\":"
          + "[{\"title\":\"p\",\"kind\":\"metric\",\"metric\":\"m\"}]}";

  private static final Map<String, Body> BODIES =
      Map.ofEntries(
          Map.entry(
              "ingestLogs", new Body(JSON, "{\"events\":[{\"service\":\"a\",\"message\":\"m\"}]}")),
          Map.entry(
              "ingestMetrics",
              new Body(
                  JSON, "{\"points\":[{\"metric\":\"m\",\"value\":1,\"timestamp\":1774778400}]}")),
          Map.entry(
              "otlpLogs",
              new Body(
                  JSON,
                  "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"a\"}}]},\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":"
                      + "\"1774778400000000000\",\"body\":{\"stringValue\":\"x\"}}]}]}]}")),
          Map.entry(
              "otlpMetrics",
              new Body(
                  JSON,
                  "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"m\",\"gauge\":"
                      + "{\"dataPoints\":[{\"timeUnixNano\":\"1774778400000000000\","
                      + "\"asDouble\":1}]}}]}]}]}")),
          Map.entry("createAlert", new Body(JSON, RULE)),
          Map.entry("replaceAlert", new Body(JSON, RULE)),
          Map.entry("testAlert", new Body(JSON, RULE)),
          Map.entry("createDashboard", new Body(JSON, DASHBOARD)),
          Map.entry("replaceDashboard", new Body(JSON, DASHBOARD)),
          Map.entry("createSilence", new Body(JSON, PipelineCallsTest.SILENCE)),
          Map.entry("prometheusQueryForm", new Body(FORM, "query=up")),
          Map.entry("prometheusQueryRangeForm", new Body(FORM, "query=up&start=1&end=60&step=15")),
          Map.entry("prometheusLabelsForm", new Body(FORM, "match[]=up")),
          Map.entry("prometheusSeriesForm", new Body(FORM, "match[]=up")));

  /** Operations of what the test's gateway has not: Alertmanager, Flink. */
  static final List<String> WITHOUT_UPSTREAM =
      List.of("listSilences", "createSilence", "endSilence", "pipelineJobs");

  private SoundRequests() {}

  /**
   * @param type of its content
   */
  record Body(String type, String text) {}

  /** Returns a value that a parameter may have; empty for those that need not be there. */
  static String value(String operation, String parameter) {
    if (operation.equals("logContext") && parameter.equals("id")) {
      return EventId.encode(TestingLogStore.CODE, 0, 5);
    }
    return VALUES.getOrDefault(parameter, "");
  }

  /** Returns the body of an operation that takes one in text; null of others. */
  static Body body(String operation) {
    return BODIES.get(operation);
  }
}
