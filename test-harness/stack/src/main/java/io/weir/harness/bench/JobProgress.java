package io.weir.harness.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.harness.node.FlinkRest;

/** How many records the source of a job has read, from Flink's own metrics. */
final class JobProgress {
  private static final String RECORDS_IN = "numRecordsIn";

  private final FlinkRest rest;
  private final String jobId;
  private String path;

  JobProgress(FlinkRest rest, String jobId) {
    this.rest = rest;
    this.jobId = jobId;
  }

  /** Returns the records read by all subtasks of the source; 0 while the metric is not there. */
  long records() {
    if (path == null) {
      path = find();
    }
    if (path == null) {
      return 0;
    }
    JsonNode answer = rest.get(path);
    return answer.isEmpty() ? 0 : (long) answer.get(0).path("sum").asDouble();
  }

  private String find() {
    for (JsonNode vertex : rest.get("/jobs/" + jobId).path("vertices")) {
      if (!vertex.path("name").asText().startsWith("Source")) {
        continue;
      }
      String base =
          "/jobs/" + jobId + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
      for (JsonNode metric : rest.get(base)) {
        String id = metric.path("id").asText();
        if (id.startsWith("Source") && id.endsWith("." + RECORDS_IN)) {
          return base + "?get=" + id + "&agg=sum";
        }
      }
    }
    return null;
  }
}
