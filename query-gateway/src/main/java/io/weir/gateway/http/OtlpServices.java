package io.weir.gateway.http;

import io.weir.gateway.ingest.IngestService;
import java.util.Objects;

/** What OTLP's exporters are answered by, for each signal and encoding. */
public record OtlpServices(
    IngestService logsProtobuf,
    IngestService logsJson,
    IngestService metricsProtobuf,
    IngestService metricsJson) {
  public OtlpServices {
    Objects.requireNonNull(logsProtobuf, "logsProtobuf");
    Objects.requireNonNull(logsJson, "logsJson");
    Objects.requireNonNull(metricsProtobuf, "metricsProtobuf");
    Objects.requireNonNull(metricsJson, "metricsJson");
  }
}
