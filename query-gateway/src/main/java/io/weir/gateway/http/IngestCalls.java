package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.RolePool;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.ingest.BodyTooLargeException;
import io.weir.gateway.ingest.BodyTooSlowException;
import io.weir.gateway.ingest.ContentEncoding;
import io.weir.gateway.ingest.IngestResult;
import io.weir.gateway.ingest.IngestService;
import io.weir.gateway.ingest.MemoryBudget;
import io.weir.gateway.ingest.OverloadedException;
import io.weir.gateway.metrics.GatewayMetrics;
import io.weir.gateway.otlp.OtlpAnswers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.ObjIntConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Translates the calls of the ingest role between HTTP and its services. A body is read here
 * against the memory budget and decompressed, cut and checked on the role's threads; the contract's
 * own validation is not used for it, because it would build every event as a tree on the way.
 */
final class IngestCalls {
  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";

  /** The message of remote write 1.0; version 2 names another, and its agents then fall back. */
  private static final String WRITE_REQUEST = "prometheus.writerequest";

  private static final CharSequence IDEMPOTENCY_KEY =
      HttpHeaders.createOptimized("Idempotency-Key");

  private static final Pattern KEY = Pattern.compile("[!-~]{1,200}");

  private final List<Kind> logs;
  private final List<Kind> points;
  private final List<Kind> remoteWrite;
  private final List<Kind> otlpLogs;
  private final List<Kind> otlpMetrics;
  private final MemoryBudget budget;
  private final int maxBodyBytes;
  private final Duration bodyTimeout;
  private final RolePool pool;
  private final Problems problems;
  private final GatewayMetrics metrics;

  IngestCalls(
      IngestServices services,
      MemoryBudget budget,
      GatewayConfig.Ingest limits,
      RolePool pool,
      Problems problems,
      GatewayMetrics metrics) {
    Objects.requireNonNull(services, "services");
    Set<ContentEncoding> usual = EnumSet.complementOf(EnumSet.of(ContentEncoding.SNAPPY));
    this.logs = List.of(plain(services.logs(), JSON, usual, this::answerEvents));
    this.points = List.of(plain(services.points(), JSON, usual, this::answerPoints));
    this.remoteWrite =
        List.of(
            plain(
                services.remoteWrite(),
                PROTOBUF,
                EnumSet.of(ContentEncoding.SNAPPY),
                this::answerRemoteWrite));
    OtlpServices otlp = services.otlp();
    this.otlpLogs =
        List.of(
            otlp(otlp.logsJson(), usual, OtlpAnswers.logs(false), metrics::ingested),
            otlp(otlp.logsProtobuf(), usual, OtlpAnswers.logs(true), metrics::ingested));
    this.otlpMetrics =
        List.of(
            otlp(otlp.metricsJson(), usual, OtlpAnswers.metrics(false), this::countOtlpPoints),
            otlp(otlp.metricsProtobuf(), usual, OtlpAnswers.metrics(true), this::countOtlpPoints));
    this.budget = Objects.requireNonNull(budget, "budget");
    this.maxBodyBytes = limits.maxBodyBytes();
    this.bodyTimeout = limits.bodyTimeout();
    this.pool = Objects.requireNonNull(pool, "pool");
    this.problems = Objects.requireNonNull(problems, "problems");
    this.metrics = Objects.requireNonNull(metrics, "metrics");
  }

  /** How one kind of body comes and is answered. */
  private record Kind(
      IngestService service,
      String mediaType,
      Set<ContentEncoding> encodings,
      Answerer answerer,
      Refuser refuser) {
    /** Returns the encodings that a client can choose from, as a 415 lists them. */
    String supported() {
      return encodings.stream()
          .filter(encoding -> encoding != ContentEncoding.IDENTITY)
          .map(encoding -> encoding.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", "));
    }
  }

  /** Answers a request whose body was read. */
  private interface Answerer {
    void answer(RoutingContext ctx, IngestResult result, int bodyBytes);
  }

  /** Says in the words of a kind of body why it was not taken. */
  private interface Refuser {
    void refuse(HttpServerResponse response, Problem problem);
  }

  private static Kind plain(
      IngestService service, String mediaType, Set<ContentEncoding> encodings, Answerer answerer) {
    return new Kind(service, mediaType, encodings, answerer, Answers::send);
  }

  /** Both encodings of OTLP are answered alike, each in its own. */
  private static Kind otlp(
      IngestService service,
      Set<ContentEncoding> encodings,
      OtlpAnswers answers,
      ObjIntConsumer<IngestResult> count) {
    return new Kind(
        service,
        answers.contentType(),
        encodings,
        (ctx, result, bodyBytes) -> {
          count.accept(result, bodyBytes);
          if (result.accepted() == 0 && OtlpAnswers.lost(result) > 0 && result.shed().isEmpty()) {
            Answers.send(ctx.response(), 400, answers.contentType(), nothingTaken(answers, result));
          } else {
            Answers.send(
                ctx.response(), 200, answers.contentType(), Buffer.buffer(answers.taken(result)));
          }
        },
        (response, problem) -> ShapedRefusal.toExporter(response, answers, problem));
  }

  private static Buffer nothingTaken(OtlpAnswers answers, IngestResult result) {
    return Buffer.buffer(answers.failed(400, "all were " + OtlpAnswers.why(result)));
  }

  private void countOtlpPoints(IngestResult result, int bodyBytes) {
    metrics.ingestedPoints("otlp", result, bodyBytes);
  }

  void logs(RoutingContext ctx) {
    ingest(ctx, logs);
  }

  void points(RoutingContext ctx) {
    ingest(ctx, points);
  }

  void remoteWrite(RoutingContext ctx) {
    ingest(ctx, remoteWrite);
  }

  void otlpLogs(RoutingContext ctx) {
    ingest(ctx, otlpLogs);
  }

  void otlpMetrics(RoutingContext ctx) {
    ingest(ctx, otlpMetrics);
  }

  private void ingest(RoutingContext ctx, List<Kind> kinds) {
    HttpServerRequest request = ctx.request();
    String contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
    Optional<Kind> known =
        kinds.stream().filter(kind -> isOf(kind.mediaType(), contentType)).findFirst();
    if (known.isEmpty()) {
      refuse(
          ctx,
          kinds.get(0),
          Problem.of(
              415,
              "unsupported-media-type",
              "Unsupported media type",
              "Content-Type must be "
                  + kinds.stream().map(Kind::mediaType).collect(Collectors.joining(" or "))));
      return;
    }
    Kind kind = known.get();
    Optional<ContentEncoding> encoding =
        ContentEncoding.of(request.getHeader(HttpHeaders.CONTENT_ENCODING))
            .filter(kind.encodings()::contains);
    if (encoding.isEmpty()) {
      ctx.response().putHeader(HttpHeaders.ACCEPT_ENCODING, kind.supported());
      refuse(
          ctx,
          kind,
          Problem.of(
              415,
              "unsupported-encoding",
              "Unsupported content encoding",
              "Content-Encoding must be one of " + kind.supported()));
      return;
    }
    Optional<String> key = Optional.ofNullable(request.getHeader(IDEMPOTENCY_KEY));
    if (key.isPresent() && !KEY.matcher(key.get()).matches()) {
      refuse(
          ctx,
          kind,
          problems.of(
              new InvalidRequestException(
                  "Idempotency-Key", "must be 1 to 200 visible ASCII characters")));
      return;
    }
    new Upload(ctx, kind, encoding.get(), key).start();
  }

  private static boolean isOf(String mediaType, String contentType) {
    if (contentType == null) {
      return false;
    }
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    if (!parts[0].strip().equals(mediaType)) {
      return false;
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        return false;
      }
      if (parameter.startsWith("proto=") && !parameter.equals("proto=" + WRITE_REQUEST)) {
        return false;
      }
    }
    return true;
  }

  private void answerEvents(RoutingContext ctx, IngestResult result, int bodyBytes) {
    metrics.ingested(result, bodyBytes);
    answerJson(ctx, result, "event", ApiJson.ingest(result));
  }

  private void answerPoints(RoutingContext ctx, IngestResult result, int bodyBytes) {
    metrics.ingestedPoints("json", result, bodyBytes);
    answerJson(ctx, result, "point", ApiJson.ingestedPoints(result));
  }

  private static void answerJson(
      RoutingContext ctx, IngestResult result, String what, ObjectNode json) {
    if (result.accepted() == 0 && result.shed().isEmpty()) {
      Answers.send(
          ctx.response(),
          Problem.of(
                  400,
                  "all-" + what + "s-rejected",
                  "No " + what + " could be taken",
                  "each of the " + result.rejected().size() + " " + what + "s was rejected")
              .accepted(0)
              .rejected(result.rejected()));
      return;
    }
    Answers.send(ctx.response(), 202, Answers.bytes(json));
  }

  /**
   * What could be taken has been; a 400 for the rest, which the agent logs and does not send again,
   * is how the protocol tells it.
   */
  private void answerRemoteWrite(RoutingContext ctx, IngestResult result, int bodyBytes) {
    metrics.ingestedPoints("remote_write", result, bodyBytes);
    if (result.rejected().isEmpty()) {
      Answers.send(ctx.response(), 204);
      return;
    }
    IngestResult.Rejection first = result.rejected().get(0);
    Answers.send(
        ctx.response(),
        Problem.of(
                400,
                "samples-rejected",
                "Samples were rejected",
                result.rejected().size()
                    + " samples were rejected and "
                    + result.accepted()
                    + " taken; the first: "
                    + first.detail())
            .accepted(result.accepted())
            .rejected(result.rejected().subList(0, Math.min(20, result.rejected().size()))));
  }

  private Problem counted(Problem problem) {
    if (problem.status() >= 500) {
      metrics.ingestFailed(problem.type());
    }
    return problem;
  }

  /** Answers before the body has been read, as clients of that kind read it. */
  private static void refuse(RoutingContext ctx, Kind kind, Problem problem) {
    Refusal.send(ctx, response -> kind.refuser().refuse(response, problem));
  }

  /** One body on its way in. Confined to its event loop. */
  private final class Upload {
    private final RoutingContext ctx;
    private final Kind kind;
    private final ContentEncoding encoding;
    private final Optional<String> key;
    private final Context loop;
    private final Caller caller;
    private final MemoryBudget.Reservation reservation = budget.reserve();
    private Buffer body = Buffer.buffer();
    private long timer;
    private boolean refused;

    Upload(RoutingContext ctx, Kind kind, ContentEncoding encoding, Optional<String> key) {
      this.ctx = ctx;
      this.kind = kind;
      this.encoding = encoding;
      this.key = key;
      this.loop = ctx.vertx().getOrCreateContext();
      this.caller = Callers.of(ctx);
    }

    void start() {
      HttpServerRequest request = ctx.request();
      String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
      if (length != null && length.length() < 19 && Long.parseLong(length) > maxBodyBytes) {
        giveUp(tooLarge());
        return;
      }
      // A client that sends a byte now and then would hold its memory for ever.
      timer = ctx.vertx().setTimer(bodyTimeout.toMillis(), id -> tooSlow());
      request.exceptionHandler(failure -> abandon());
      request.endHandler(nothing -> received());
      request.handler(this::receive);
      request.resume();
    }

    private void receive(Buffer part) {
      if (refused) {
        return;
      }
      try {
        if (body.length() + (long) part.length() > maxBodyBytes) {
          throw tooLarge();
        }
        reservation.grow(part.length());
        body.appendBuffer(part);
      } catch (BodyTooLargeException | OverloadedException e) {
        giveUp(e);
      }
    }

    private BodyTooLargeException tooLarge() {
      return new BodyTooLargeException("the body is larger than " + maxBodyBytes + " bytes");
    }

    private void tooSlow() {
      HttpServerRequest request = ctx.request();
      if (request.version() != HttpVersion.HTTP_2) {
        // The rest of the body would keep the connection for as long again.
        ctx.addEndHandler(sent -> request.connection().close());
      }
      giveUp(
          new BodyTooSlowException(
              "the body did not come in within " + bodyTimeout.toMillis() + " ms"));
    }

    private void giveUp(RuntimeException why) {
      abandon();
      refuse(ctx, kind, counted(problems.of(why)));
    }

    private void abandon() {
      refused = true;
      body = Buffer.buffer();
      ctx.vertx().cancelTimer(timer);
      reservation.close();
    }

    private void received() {
      if (refused) {
        return;
      }
      ctx.vertx().cancelTimer(timer);
      byte[] bytes = body.getBytes();
      int size = bytes.length;
      body = Buffer.buffer(); // what waits for Kafka below must not keep it
      try {
        pool.submit(() -> kind.service().ingest(bytes, encoding, key, caller, reservation))
            .thenCompose(answer -> answer)
            .whenComplete(
                (result, failure) -> loop.runOnContext(nothing -> finish(size, result, failure)));
      } catch (RejectedExecutionException e) {
        reservation.close();
        kind.refuser()
            .refuse(
                ctx.response(),
                counted(problems.of(new OverloadedException("as many requests wait as may"))));
      }
    }

    private void finish(int size, IngestResult result, Throwable failure) {
      if (failure != null) {
        kind.refuser().refuse(ctx.response(), counted(problems.of(failure)));
        return;
      }
      kind.answerer().answer(ctx, result, size);
    }
  }
}
