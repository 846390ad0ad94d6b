package io.weir.gateway.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.weir.gateway.tail.StreamLimiter;
import io.weir.gateway.tail.Subscriber;
import io.weir.gateway.tail.TailService;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One response of server-sent events. Takes from its subscriber only what the connection has room
 * for: the rest waits in the subscriber's bounded queue. All but {@link #wake} on its event loop.
 */
final class EventStream {
  static final String TYPE = "text/event-stream";
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int WRITE_QUEUE_BYTES = 128 << 10;
  private static final Buffer ALIVE =
      Buffer.buffer(": alive\n\n".getBytes(StandardCharsets.US_ASCII));

  private final HttpServerResponse response;
  private final Vertx vertx;
  private final Context loop;
  private final TailService service;
  private final StreamLimiter.Permit permit;
  private final AtomicBoolean awake = new AtomicBoolean();
  private Subscriber subscriber;
  private boolean closed;
  private boolean written;
  private boolean dismissed;
  private Supplier<CompletionStage<Boolean>> mayStillRead;
  private long timer = -1;

  /**
   * @param permit given back when the stream ends
   */
  EventStream(
      HttpServerResponse response,
      Vertx vertx,
      Context loop,
      TailService service,
      StreamLimiter.Permit permit) {
    this.response = Objects.requireNonNull(response, "response");
    this.vertx = Objects.requireNonNull(vertx, "vertx");
    this.loop = Objects.requireNonNull(loop, "loop");
    this.service = Objects.requireNonNull(service, "service");
    this.permit = Objects.requireNonNull(permit, "permit");
  }

  /** There may be something to send; on any thread. */
  void wake() {
    if (awake.compareAndSet(false, true)) {
      loop.runOnContext(nothing -> drain());
    }
  }

  /**
   * Begins the response.
   *
   * @param allowed asked at each heartbeat whether the client may still read
   */
  void begin(
      Subscriber of,
      Duration retry,
      Duration heartbeat,
      Supplier<CompletionStage<Boolean>> allowed) {
    if (closed) {
      service.close(of);
      return;
    }
    subscriber = of;
    mayStillRead = allowed;
    response
        .setStatusCode(200)
        .putHeader(HttpHeaders.CONTENT_TYPE, TYPE)
        .putHeader("X-Accel-Buffering", "no") // proxies must not collect it
        .setChunked(true)
        .setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
    response.write(Buffer.buffer("retry: " + retry.toMillis() + "\n\n"));
    timer = vertx.setPeriodic(heartbeat.toMillis(), id -> stayAlive());
    drain();
  }

  /** While the past is read or waits to be, there may be nothing else to send. */
  private void stayAlive() {
    if (!written && !closed && !response.writeQueueFull()) {
      response.write(ALIVE);
    }
    written = false;
    mayStillRead
        .get()
        .whenComplete(
            (may, failure) -> {
              if (failure == null && !may) {
                loop.runOnContext(nothing -> dismiss());
              }
            });
  }

  /** Says goodbye; one that does not even take that is cut off at the next heartbeat. */
  private void dismiss() {
    if (closed) {
      return;
    }
    if (dismissed) {
      response.reset();
      return;
    }
    dismissed = true;
    service.dismiss(subscriber);
  }

  private void drain() {
    awake.set(false);
    if (closed || subscriber == null) {
      return;
    }
    while (!response.writeQueueFull()) {
      Subscriber.Chunk chunk = subscriber.take(CHUNK_BYTES);
      if (chunk.bytes().length == 0) {
        if (subscriber.isFinished()) {
          response.end();
          close();
        }
        return;
      }
      service.delivered(chunk.logs());
      written = true;
      response.write(Buffer.buffer(chunk.bytes()));
    }
    response.drainHandler(nothing -> drain());
  }

  /** Frees everything; harmless a second time. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    permit.close();
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
    if (subscriber != null) {
      service.close(subscriber);
    }
  }
}
