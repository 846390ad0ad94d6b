package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.auth.Caller;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who changed something, and who was refused: one JSON object a line to the logger {@value #NAME},
 * which a configuration of the logging can send wherever it has to go. Holds no credentials, no
 * parameters and no bodies. Thread-safe.
 */
final class Audit {
  static final String NAME = "io.weir.audit";
  private static final Logger LOG = LoggerFactory.getLogger(NAME);

  /** A flood of refusals must not become a flood of lines; what is left out is counted. */
  private static final int REFUSALS_PER_SECOND = 20;

  private final LineRate refusals;

  /**
   * @param nanos a clock that only goes forward
   */
  Audit(LongSupplier nanos) {
    this.refusals = new LineRate(nanos, REFUSALS_PER_SECOND);
  }

  /** Notes what became of a change once it has been answered. */
  void changed(RoutingContext ctx, Caller caller, String operation) {
    ctx.addEndHandler(
        ended -> {
          ObjectNode line = line("change", ctx, Optional.of(caller), operation);
          line.put("status", ctx.response().getStatusCode());
          line.put("answered", ended.succeeded());
          String location = ctx.response().headers().get("Location");
          if (location != null) {
            line.put("location", location);
          }
          LOG.info("{}", line);
        });
  }

  /** Notes that somebody was refused. */
  void refused(RoutingContext ctx, Optional<Caller> caller, String operation, String reason) {
    if (!refusals.take()) {
      return;
    }
    ObjectNode line = line("refused", ctx, caller, operation).put("reason", reason);
    long left = refusals.leftOut();
    if (left > 0) {
      line.put("refusals_left_out", left);
    }
    LOG.warn("{}", line);
  }

  private static ObjectNode line(
      String event, RoutingContext ctx, Optional<Caller> caller, String operation) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("audit", event);
    line.put("operation", operation);
    line.put("method", ctx.request().method().name());
    line.put("path", ctx.normalizedPath());
    line.put("caller", caller.map(Caller::id).orElse("unknown"));
    caller.ifPresent(known -> line.put("name", known.name()));
    line.put("address", ctx.request().remoteAddress().hostAddress());
    return line;
  }
}
