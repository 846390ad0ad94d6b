package io.weir.gateway.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.UnprocessableException;
import io.weir.gateway.search.StoreException;
import io.weir.gateway.upstream.JsonUpstream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The jobs of Flink clusters and how their checkpoints go, from Flink's REST API. Only reads.
 *
 * @see <a href="https://nightlies.apache.org/flink/flink-docs-release-2.2/docs/ops/rest_api/">REST
 *     API</a>
 */
public final class FlinkJobs {
  private static final int MAX_JOBS = 100;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  private final List<JsonUpstream> clusters;

  /**
   * @param clusters one for each job where each has a cluster of its own; empty if none was named
   */
  public FlinkJobs(List<JsonUpstream> clusters) {
    this.clusters = List.copyOf(clusters);
  }

  /** A job and whom to ask about it. */
  private record Found(JsonUpstream rest, JsonNode job) {
    boolean isRunning() {
      return job.path("end-time").asLong(-1) < 0;
    }

    long startMillis() {
      return job.path("start-time").asLong();
    }
  }

  /**
   * Returns the jobs of all clusters, those that run first, then the youngest first. A cluster that
   * does not answer is named and takes nothing from the others.
   *
   * @throws UnprocessableException if no cluster was named
   * @throws StoreException if none answers
   */
  public ObjectNode list() {
    if (clusters.isEmpty()) {
      throw new UnprocessableException(
          "the gateway was not told where Flink is; set flink.url to its REST address");
    }
    List<Found> found = new ArrayList<>();
    List<StoreException> failures = new ArrayList<>();
    for (JsonUpstream rest : clusters) {
      try {
        rest.get("jobs/overview").path("jobs").forEach(job -> found.add(new Found(rest, job)));
      } catch (StoreException e) {
        failures.add(e);
      }
    }
    if (failures.size() == clusters.size()) {
      throw failures.get(0);
    }
    found.sort(
        Comparator.comparing((Found one) -> !one.isRunning())
            .thenComparing(one -> -one.startMillis()));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("total", found.size());
    ArrayNode list = json.putArray("jobs");
    for (Found one : found.subList(0, Math.min(MAX_JOBS, found.size()))) {
      list.add(job(one));
    }
    ArrayNode unreachable = json.putArray("unreachable");
    failures.forEach(failure -> unreachable.add(failure.getMessage()));
    return json;
  }

  private static ObjectNode job(Found one) {
    JsonNode job = one.job();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    String id = job.path("jid").asText();
    json.put("id", id);
    json.put("name", job.path("name").asText());
    json.put("state", job.path("state").asText());
    json.put("started_at", time(job.path("start-time").asLong()));
    json.put("duration_ms", job.path("duration").asLong());
    json.put("tasks", job.path("tasks").path("total").asInt());
    json.put("tasks_running", job.path("tasks").path("running").asInt());
    if (one.isRunning() && ID.matcher(id).matches()) {
      json.set("checkpoints", checkpoints(one.rest().get("jobs/" + id + "/checkpoints")));
    } else {
      json.putNull("checkpoints");
    }
    return json;
  }

  private static ObjectNode checkpoints(JsonNode statistics) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (String count : List.of("completed", "failed", "in_progress", "restored")) {
      json.put(count, statistics.path("counts").path(count).asInt());
    }
    JsonNode last = statistics.path("latest").path("completed");
    if (last.isObject()) {
      json.put("last_completed_at", time(last.path("latest_ack_timestamp").asLong()));
      json.put("last_duration_ms", last.path("end_to_end_duration").asLong());
      json.put("last_bytes", last.path("checkpointed_size").asLong());
    }
    JsonNode failed = statistics.path("latest").path("failed");
    if (failed.isObject()) {
      json.put("last_failed_at", time(failed.path("failure_timestamp").asLong()));
      json.put("last_failure", failed.path("failure_message").asText());
    }
    return json;
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
