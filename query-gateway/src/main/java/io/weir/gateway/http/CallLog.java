package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.search.StoreException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that were slow, or that a store failed, with what was asked: one JSON object a line. Holds
 * parameters and no credentials, which are in headers. Thread-safe.
 */
final class CallLog {
  static final int MAX_QUERY = 1_000;
  private static final int LINES_PER_SECOND = 10;
  private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);

  private final LineRate lines;
  private final Duration slow;

  /**
   * @param nanos a clock that only goes forward
   * @param slow from where on a call is slow
   */
  CallLog(LongSupplier nanos, Duration slow) {
    this.lines = new LineRate(nanos, LINES_PER_SECOND);
    this.slow = Objects.requireNonNull(slow, "slow");
  }

  /** Notes a call that is worth it. */
  void answered(RoutingContext ctx, String operation, Duration took) {
    answered(ctx, operation, () -> query(ctx), took);
  }

  /**
   * Notes a call that is worth it.
   *
   * @param asked parameters as a query line writes them, wherever they were
   */
  void answered(RoutingContext ctx, String operation, Supplier<String> asked, Duration took) {
    if (took.compareTo(slow) >= 0) {
      write("slow", ctx, operation, asked, took, "");
    }
  }

  /** Notes a call that a store failed; other failures are the caller's, or noted where they are. */
  void failed(RoutingContext ctx, String operation, Duration took, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof StoreException store) {
      failed(ctx, operation, () -> query(ctx), took, store.kind() + ": " + store.getMessage());
    }
  }

  /** Notes a call that a store failed. */
  void failed(
      RoutingContext ctx, String operation, Supplier<String> asked, Duration took, String reason) {
    write("failed", ctx, operation, asked, took, reason);
  }

  private static String query(RoutingContext ctx) {
    return Objects.requireNonNullElse(ctx.request().query(), "");
  }

  private void write(
      String event,
      RoutingContext ctx,
      String operation,
      Supplier<String> asked,
      Duration took,
      String reason) {
    if (!lines.take()) {
      return;
    }
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("call", event);
    line.put("operation", operation);
    line.put("path", ctx.normalizedPath());
    String query = asked.get();
    line.put("query", query.substring(0, Math.min(MAX_QUERY, query.length())));
    line.put("millis", took.toMillis());
    line.put("caller", Callers.of(ctx).id());
    if (!reason.isEmpty()) {
      line.put("reason", reason);
    }
    long left = lines.leftOut();
    if (left > 0) {
      line.put("calls_left_out", left);
    }
    LOG.warn("{}", line);
  }
}
