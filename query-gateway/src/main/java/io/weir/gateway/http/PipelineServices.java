package io.weir.gateway.http;

import io.weir.gateway.operation.AlertHistory;
import io.weir.gateway.operation.DeadLetters;
import io.weir.gateway.operation.FlinkJobs;
import io.weir.gateway.operation.Silences;
import java.time.Clock;
import java.util.Objects;

/** What tells how the pipeline does. */
public record PipelineServices(
    FlinkJobs jobs, DeadLetters letters, AlertHistory history, Silences silences, Clock clock) {
  public PipelineServices {
    Objects.requireNonNull(jobs, "jobs");
    Objects.requireNonNull(letters, "letters");
    Objects.requireNonNull(history, "history");
    Objects.requireNonNull(silences, "silences");
    Objects.requireNonNull(clock, "clock");
  }
}
