package io.weir.gateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Reads small bodies. JSON has to be called JSON: a page of another origin can then not send one
 * without asking first.
 */
final class JsonBody {
  private JsonBody() {}

  /**
   * Reads the body and hands it on, or answers with 413 or 415.
   *
   * @param then runs on the event loop
   */
  static void read(RoutingContext ctx, int maxBytes, Consumer<byte[]> then) {
    HttpServerRequest request = ctx.request();
    String type =
        Objects.requireNonNullElse(request.getHeader(HttpHeaders.CONTENT_TYPE), "")
            .toLowerCase(Locale.ROOT);
    boolean json = type.equals(Answers.JSON_TYPE) || type.startsWith(Answers.JSON_TYPE + ";");
    Buffer body = Buffer.buffer();
    boolean[] tooLarge = {false};
    request.exceptionHandler(failure -> {});
    request.handler(
        part -> {
          tooLarge[0] |= body.length() + part.length() > maxBytes;
          if (!tooLarge[0]) {
            body.appendBuffer(part);
          }
        });
    request.endHandler(
        nothing -> {
          if (!json) {
            Answers.send(
                ctx.response(),
                Problem.of(
                    415,
                    "unsupported-media-type",
                    "Unsupported media type",
                    "Content-Type must be " + Answers.JSON_TYPE));
          } else if (tooLarge[0]) {
            Answers.send(
                ctx.response(),
                Problem.of(
                    413,
                    "body-too-large",
                    "The body is too large",
                    "the body is larger than " + maxBytes + " bytes"));
          } else {
            then.accept(body.getBytes());
          }
        });
    request.resume();
  }
}
