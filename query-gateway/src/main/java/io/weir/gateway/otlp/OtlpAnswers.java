package io.weir.gateway.otlp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.weir.gateway.ingest.IngestResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What OTLP/HTTP answers, in the encoding of the request.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp-response">OTLP/HTTP Response</a>
 */
public final class OtlpAnswers {
  public static final String PROTOBUF = "application/x-protobuf";
  public static final String JSON = "application/json";

  private static final int STATUS_CODE = 1;
  private static final int STATUS_MESSAGE = 2;

  private static final int UNKNOWN = 2;
  private static final int INVALID_ARGUMENT = 3;
  private static final int PERMISSION_DENIED = 7;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNIMPLEMENTED = 12;
  private static final int INTERNAL = 13;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;

  private final boolean protobuf;
  private final boolean logs;

  private OtlpAnswers(boolean protobuf, boolean logs) {
    this.protobuf = protobuf;
    this.logs = logs;
  }

  /** Returns the answers to log records. */
  public static OtlpAnswers logs(boolean protobuf) {
    return new OtlpAnswers(protobuf, true);
  }

  /** Returns the answers to metrics. */
  public static OtlpAnswers metrics(boolean protobuf) {
    return new OtlpAnswers(protobuf, false);
  }

  public String contentType() {
    return protobuf ? PROTOBUF : JSON;
  }

  /**
   * Returns how many log records or data points were not taken, those that were shed among them.
   */
  public static long lost(IngestResult result) {
    return result.rejected().stream().mapToInt(IngestResult.Rejection::index).distinct().count()
        + result.shed().values().stream().mapToLong(Integer::longValue).sum();
  }

  /** Returns the body of a 200: empty where all was taken, else how much was not, and why. */
  public byte[] taken(IngestResult result) {
    long lost = lost(result);
    String why = lost == 0 ? "" : why(result);
    if (!protobuf) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      if (lost > 0) {
        // 64-bit integers are strings in protobuf's JSON.
        json.putObject("partialSuccess")
            .put(logs ? "rejectedLogRecords" : "rejectedDataPoints", Long.toString(lost))
            .put("errorMessage", why);
      }
      return json.toString().getBytes(StandardCharsets.UTF_8);
    }
    if (lost == 0) {
      return new byte[0];
    }
    return logs
        ? ExportLogsServiceResponse.newBuilder()
            .setPartialSuccess(
                ExportLogsPartialSuccess.newBuilder()
                    .setRejectedLogRecords(lost)
                    .setErrorMessage(why))
            .build()
            .toByteArray()
        : ExportMetricsServiceResponse.newBuilder()
            .setPartialSuccess(
                ExportMetricsPartialSuccess.newBuilder()
                    .setRejectedDataPoints(lost)
                    .setErrorMessage(why))
            .build()
            .toByteArray();
  }

  /** Says why something was not taken: the first rejection, and what was shed. */
  public static String why(IngestResult result) {
    StringBuilder why = new StringBuilder();
    if (!result.rejected().isEmpty()) {
      IngestResult.Rejection first = result.rejected().get(0);
      why.append("rejected, the first at index ")
          .append(first.index())
          .append(": ")
          .append(first.reason())
          .append(": ")
          .append(first.detail());
    }
    result
        .shed()
        .forEach(
            (level, count) ->
                why.append(why.length() == 0 ? "" : "; ")
                    .append(count)
                    .append(' ')
                    .append(level)
                    .append(" shed under load"));
    return why.toString();
  }

  /** Returns the body of an error: a {@code google.rpc.Status}. */
  public byte[] failed(int httpStatus, String message) {
    int code = code(httpStatus);
    if (!protobuf) {
      return JsonNodeFactory.instance
          .objectNode()
          .put("code", code)
          .put("message", message)
          .toString()
          .getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeInt32(STATUS_CODE, code);
      out.writeString(STATUS_MESSAGE, message);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static int code(int httpStatus) {
    return switch (httpStatus) {
      case 400, 413, 415 -> INVALID_ARGUMENT;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404 -> UNIMPLEMENTED;
      case 429 -> RESOURCE_EXHAUSTED;
      case 503, 504 -> UNAVAILABLE;
      case 500 -> INTERNAL;
      default -> UNKNOWN;
    };
  }
}
