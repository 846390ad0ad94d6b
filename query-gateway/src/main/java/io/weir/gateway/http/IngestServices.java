package io.weir.gateway.http;

import io.weir.gateway.ingest.IngestService;
import java.util.Objects;

/**
 * What the ingest role offers.
 *
 * @param logs takes {@code {"events":[...]}}
 * @param points takes {@code {"points":[...]}}
 * @param remoteWrite takes {@code prometheus.WriteRequest}
 * @param otlp takes what OpenTelemetry's exporters send
 */
public record IngestServices(
    IngestService logs, IngestService points, IngestService remoteWrite, OtlpServices otlp) {
  public IngestServices {
    Objects.requireNonNull(logs, "logs");
    Objects.requireNonNull(points, "points");
    Objects.requireNonNull(remoteWrite, "remoteWrite");
    Objects.requireNonNull(otlp, "otlp");
  }
}
