package io.weir.gateway.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** Answers a request whose body has not been read; what is left of it is read and thrown away. */
final class Refusal {
  /** A client hears the answer only while its connection stands; past this it is cut off. */
  private static final long MAX_THROWN_AWAY = 64L << 20;

  private Refusal() {}

  static void send(RoutingContext ctx, Problem problem) {
    send(ctx, response -> Answers.send(response, problem));
  }

  /** Answers in a form of its own. */
  static void send(RoutingContext ctx, Consumer<HttpServerResponse> answer) {
    HttpServerRequest request = ctx.request();
    if (!request.isEnded()) {
      long[] thrownAway = {0};
      request.handler(
          buffer -> {
            thrownAway[0] += buffer.length();
            if (thrownAway[0] > MAX_THROWN_AWAY) {
              request.connection().close();
            }
          });
      request.endHandler(nothing -> {});
      request.exceptionHandler(failure -> {});
      request.resume();
    }
    answer.accept(ctx.response());
  }
}
