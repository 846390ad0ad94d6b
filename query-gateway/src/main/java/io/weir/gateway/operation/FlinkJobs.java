package io.weir.gateway.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.UnprocessableException;
import io.weir.gateway.upstream.JsonUpstream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The jobs of a Flink cluster and how their checkpoints go, from Flink's REST API. Only reads.
 *
 * @see <a href="https://nightlies.apache.org/flink/flink-docs-release-2.2/docs/ops/rest_api/">REST
 *     API</a>
 */
public final class FlinkJobs {
  private static final int MAX_JOBS = 100;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  private final Optional<JsonUpstream> flink;

  /**
   * @param flink empty if no cluster was named
   */
  public FlinkJobs(Optional<JsonUpstream> flink) {
    this.flink = Objects.requireNonNull(flink, "flink");
  }

  /**
   * Returns the jobs, those that run first, then the youngest first.
   *
   * @throws UnprocessableException if no cluster was named
   * @throws io.weir.gateway.search.StoreException if it does not answer
   */
  public ObjectNode list() {
    JsonUpstream rest =
        flink.orElseThrow(
            () ->
                new UnprocessableException(
                    "the gateway was not told where Flink is; set flink.url to its REST address"));
    List<JsonNode> jobs = new ArrayList<>();
    rest.get("jobs/overview").path("jobs").forEach(jobs::add);
    jobs.sort(
        Comparator.comparing((JsonNode job) -> !isRunning(job))
            .thenComparing(job -> -job.path("start-time").asLong()));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("total", jobs.size());
    ArrayNode list = json.putArray("jobs");
    jobs.stream().limit(MAX_JOBS).forEach(job -> list.add(job(rest, job)));
    return json;
  }

  private static boolean isRunning(JsonNode job) {
    return job.path("end-time").asLong(-1) < 0;
  }

  private static ObjectNode job(JsonUpstream rest, JsonNode job) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    String id = job.path("jid").asText();
    json.put("id", id);
    json.put("name", job.path("name").asText());
    json.put("state", job.path("state").asText());
    json.put("started_at", time(job.path("start-time").asLong()));
    json.put("duration_ms", job.path("duration").asLong());
    json.put("tasks", job.path("tasks").path("total").asInt());
    json.put("tasks_running", job.path("tasks").path("running").asInt());
    if (isRunning(job) && ID.matcher(id).matches()) {
      json.set("checkpoints", checkpoints(rest.get("jobs/" + id + "/checkpoints")));
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
