package io.weir.gateway.http;

import static io.weir.gateway.auth.Scope.ADMIN;
import static io.weir.gateway.auth.Scope.INGEST;
import static io.weir.gateway.auth.Scope.READ;
import static io.weir.gateway.http.Access.Restricted.AS_OTHERS;
import static io.weir.gateway.http.Access.Restricted.NARROWED;
import static io.weir.gateway.http.Access.Restricted.REFUSED;

import io.weir.gateway.auth.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Who may do what: one line for each operation of the contract, and a test that none is missing. An
 * operation without a line is refused to everybody.
 */
final class AccessTable {
  private final Map<String, Access> byOperation;

  /**
   * @param openMetrics whether {@code /metrics} is shown to everybody
   */
  AccessTable(boolean openMetrics) {
    Map<String, Access> table = new LinkedHashMap<>();
    put(table, INGEST, NARROWED, "ingestLogs", "ingestMetrics", "remoteWrite");
    put(table, INGEST, NARROWED, "otlpLogs", "otlpMetrics");
    put(table, READ, NARROWED, "searchLogs", "logHistogram", "logFacets", "logContext");
    put(table, READ, NARROWED, "streamLogs");
    put(table, READ, REFUSED, "listSegments"); // an index holds every service's events
    put(table, READ, NARROWED, "queryMetrics");
    put(table, READ, NARROWED, "prometheusQuery", "prometheusQueryForm");
    put(table, READ, NARROWED, "prometheusQueryRange", "prometheusQueryRangeForm");
    put(table, READ, NARROWED, "prometheusLabels", "prometheusLabelsForm");
    put(table, READ, NARROWED, "prometheusLabelValues");
    put(table, READ, NARROWED, "prometheusSeries", "prometheusSeriesForm");
    put(table, READ, REFUSED, "prometheusMetadata"); // names metrics, and does not say whose
    put(table, READ, AS_OTHERS, "prometheusBuildInfo");
    put(table, READ, NARROWED, "listAlerts", "getAlert", "testAlert");
    put(table, READ, NARROWED, "alertState", "activeAlerts", "alertHistory");
    put(table, ADMIN, NARROWED, "createAlert", "replaceAlert", "deleteAlert");
    put(table, READ, AS_OTHERS, "listDashboards", "getDashboard"); // questions, not answers
    put(table, ADMIN, REFUSED, "createDashboard", "replaceDashboard", "deleteDashboard");
    put(table, READ, REFUSED, "listSilences");
    put(table, ADMIN, REFUSED, "createSilence", "endSilence");
    put(table, READ, AS_OTHERS, "pipelineJobs");
    put(table, READ, REFUSED, "deadLetters"); // nobody could read whose they are
    table.put("health", Access.open());
    table.put("ready", Access.open());
    table.put("openapi", Access.open());
    table.put("metrics", openMetrics ? Access.open() : Access.needs(READ, REFUSED));
    table.put("whoAmI", Access.known());
    byOperation = Map.copyOf(table);
  }

  private static void put(
      Map<String, Access> table, Scope scope, Access.Restricted restricted, String... operations) {
    for (String operation : operations) {
      table.put(operation, Access.needs(scope, restricted));
    }
  }

  /**
   * Returns what an operation asks of its callers.
   *
   * @throws IllegalStateException if nobody wrote it down
   */
  Access of(String operation) {
    Access access = byOperation.get(operation);
    if (access == null) {
      throw new IllegalStateException("no line says who may do " + operation);
    }
    return access;
  }

  /** Returns every operation that has a line. */
  Set<String> operations() {
    return byOperation.keySet();
  }
}
