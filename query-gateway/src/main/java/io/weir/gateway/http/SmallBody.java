package io.weir.gateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Reads a body that has to be small and to be there soon. One that is too large is read to its end
 * and thrown away; one that trickles would hold its connection and memory for ever.
 */
final class SmallBody {
  private final RoutingContext ctx;
  private final Limits limits;
  private Buffer body = Buffer.buffer();
  private boolean tooLarge;
  private boolean ended;

  private SmallBody(RoutingContext ctx, Limits limits) {
    this.ctx = ctx;
    this.limits = limits;
  }

  /**
   * How much, and how long.
   *
   * @param maxBytes of a body
   * @param timeout until all of it is there
   */
  record Limits(int maxBytes, Duration timeout) {
    String tooLarge() {
      return "the body is larger than " + maxBytes + " bytes";
    }

    String tooSlow() {
      return "the body did not come in within " + timeout.toMillis() + " ms";
    }
  }

  /**
   * What comes of a body; one of these is called, on the event loop, unless the client goes away.
   */
  interface Outcome {
    /** The whole body is there. */
    void read(Buffer body);

    /** There was more of it than may be. */
    void tooLarge();

    /** It was not there in time. The connection is closed after the answer. */
    void tooSlow();
  }

  /** Returns what a request says its body is, in small letters; empty when it says nothing. */
  static String type(RoutingContext ctx) {
    return Objects.requireNonNullElse(ctx.request().getHeader(HttpHeaders.CONTENT_TYPE), "")
        .toLowerCase(Locale.ROOT);
  }

  /** Reads the body. */
  static void read(RoutingContext ctx, Limits limits, Outcome then) {
    new SmallBody(ctx, limits).begin(then);
  }

  private void begin(Outcome then) {
    HttpServerRequest request = ctx.request();
    long timer = ctx.vertx().setTimer(limits.timeout().toMillis(), id -> expire(then));
    request.exceptionHandler(
        failure -> {
          ended = true;
          ctx.vertx().cancelTimer(timer);
        });
    request.handler(this::add);
    request.endHandler(
        nothing -> {
          ctx.vertx().cancelTimer(timer);
          end(tooLarge ? ignored -> then.tooLarge() : then::read);
        });
    request.resume();
  }

  private void add(Buffer part) {
    tooLarge |= body.length() + (long) part.length() > limits.maxBytes();
    if (tooLarge || ended) {
      body = Buffer.buffer();
    } else {
      body.appendBuffer(part);
    }
  }

  private void expire(Outcome then) {
    HttpServerRequest request = ctx.request();
    if (!ended && request.version() != HttpVersion.HTTP_2) {
      // The rest of the body would keep the connection.
      ctx.addEndHandler(sent -> request.connection().close());
    }
    end(tooLarge ? ignored -> then.tooLarge() : ignored -> then.tooSlow());
  }

  private void end(Consumer<Buffer> then) {
    if (!ended) {
      ended = true;
      then.accept(body);
    }
  }
}
