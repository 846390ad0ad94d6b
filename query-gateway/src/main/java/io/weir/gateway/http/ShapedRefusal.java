package io.weir.gateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.otlp.OtlpAnswers;

/**
 * Refuses a request before its call has seen it, in the shape that the operation's clients read.
 */
final class ShapedRefusal {
  private ShapedRefusal() {}

  static void send(RoutingContext ctx, String operation, Problem problem) {
    if (operation.startsWith("prometheus")) {
      Refusal.send(ctx, response -> toPrometheus(response, problem));
    } else if (operation.startsWith("otlp")) {
      // What matters of a refusal is alike for logs and metrics.
      OtlpAnswers answers = OtlpAnswers.logs(isProtobuf(ctx));
      Refusal.send(ctx, response -> toExporter(response, answers, problem));
    } else {
      Refusal.send(ctx, problem);
    }
  }

  /** Answers an exporter of OTLP. */
  static void toExporter(HttpServerResponse response, OtlpAnswers answers, Problem problem) {
    Answers.retryAfter(response, problem);
    Answers.send(
        response,
        problem.status(),
        answers.contentType(),
        Buffer.buffer(answers.failed(problem.status(), problem.detail())));
  }

  private static boolean isProtobuf(RoutingContext ctx) {
    String type = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase(OtlpAnswers.PROTOBUF);
  }

  private static void toPrometheus(HttpServerResponse response, Problem problem) {
    Answers.retryAfter(response, problem);
    PrometheusError.of(problem.status(), problem.type().replace('-', '_'), problem.detail())
        .send(response);
  }
}
