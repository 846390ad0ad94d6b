package io.weir.gateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/**
 * Reads small bodies of JSON. JSON has to be called JSON: a page of another origin can then not
 * send one without asking first.
 */
final class JsonBody {
  private JsonBody() {}

  /**
   * Reads the body and hands it on, or answers with 408, 413 or 415.
   *
   * @param then runs on the event loop
   */
  static void read(RoutingContext ctx, SmallBody.Limits limits, Consumer<byte[]> then) {
    String type = SmallBody.type(ctx);
    boolean json = type.equals(Answers.JSON_TYPE) || type.startsWith(Answers.JSON_TYPE + ";");
    SmallBody.read(
        ctx,
        limits,
        new SmallBody.Outcome() {
          @Override
          public void read(Buffer body) {
            if (json) {
              then.accept(body.getBytes());
            } else {
              Answers.send(
                  ctx.response(),
                  Problem.of(
                      415,
                      "unsupported-media-type",
                      "Unsupported media type",
                      "Content-Type must be " + Answers.JSON_TYPE));
            }
          }

          @Override
          public void tooLarge() {
            Answers.send(
                ctx.response(),
                Problem.of(413, "body-too-large", "The body is too large", limits.tooLarge()));
          }

          @Override
          public void tooSlow() {
            Answers.send(
                ctx.response(),
                Problem.of(408, "body-too-slow", "The body came in too slowly", limits.tooSlow()));
          }
        });
  }
}
