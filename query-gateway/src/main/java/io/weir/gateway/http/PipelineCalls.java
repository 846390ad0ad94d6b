package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.ext.web.RoutingContext;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.alerts.AlertVisibility;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.documents.DocumentService;
import io.weir.gateway.operation.AlertHistory;
import io.weir.gateway.operation.DeadLetters;
import io.weir.gateway.operation.FlinkJobs;
import io.weir.gateway.operation.LetterFilter;
import io.weir.gateway.operation.Silences;
import io.weir.gateway.search.Times;
import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertState;
import io.weir.model.deadletter.DeadLetter;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** Translates the calls over what happens in the pipeline and behind it. */
final class PipelineCalls {
  private static final int DEFAULT_TRANSITIONS = 200;
  private static final int DEFAULT_LETTERS = 50;

  /** A letter may have megabytes. */
  private static final int MAX_WHOLE_LETTERS = 10;

  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final FlinkJobs jobs;
  private final DeadLetters letters;
  private final AlertHistory history;
  private final Silences silences;
  private final DocumentService<AlertRule> rules;
  private final Clock clock;
  private final SmallBody.Limits bodies;
  private final PooledCalls calls;

  PipelineCalls(RulesServices all, SmallBody.Limits bodies, PooledCalls calls) {
    this.rules = all.alerts();
    PipelineServices services = all.pipeline();
    this.jobs = services.jobs();
    this.letters = services.letters();
    this.history = services.history();
    this.silences = services.silences();
    this.clock = services.clock();
    this.bodies = Objects.requireNonNull(bodies, "bodies");
    this.calls = Objects.requireNonNull(calls, "calls");
  }

  void jobs(RoutingContext ctx) {
    calls.answer(ctx, "pipeline_jobs", () -> cancellation -> Reply.ok(jobs.list()));
  }

  void deadLetters(RoutingContext ctx) {
    Parameters parameters = Parameters.of(ctx);
    String kind = parameters.text("of").orElse("logs");
    boolean whole = parameters.text("payload").filter("whole"::equals).isPresent();
    int limit = parameters.integer("limit", whole ? MAX_WHOLE_LETTERS : DEFAULT_LETTERS);
    calls.answer(
        ctx,
        "dead_letters",
        () -> {
          if (whole && limit > MAX_WHOLE_LETTERS) {
            throw new InvalidRequestException(
                "limit", "at most " + MAX_WHOLE_LETTERS + " letters are shown whole");
          }
          LetterFilter filter = filter(parameters);
          DeadLetters.Page page = new DeadLetters.Page(limit, whole, parameters.text("cursor"));
          return cancellation ->
              Reply.ok(PipelineJson.letters(letters.newest(kind, filter, page), whole));
        });
  }

  private LetterFilter filter(Parameters parameters) {
    return new LetterFilter(
        parameters.text("reason"),
        parameters
            .text("store")
            .map(store -> DeadLetter.Store.valueOf(store.toUpperCase(Locale.ROOT))),
        parameters.text("topic"),
        parameters.number("partition").isPresent()
            ? OptionalInt.of((int) parameters.number("partition").getAsLong())
            : OptionalInt.empty(),
        parameters.number("offset"),
        millis(parameters, "from"),
        millis(parameters, "to"),
        parameters.flag("duplicates"));
  }

  private OptionalLong millis(Parameters parameters, String name) {
    Optional<String> text = parameters.text(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Times.parse(text.get(), clock.instant()) / NANOS_PER_MILLI);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(name, e.getMessage());
    }
  }

  void history(RoutingContext ctx) {
    Parameters parameters = Parameters.of(ctx);
    Optional<String> alert = parameters.text("id");
    int limit = parameters.integer("limit", DEFAULT_TRANSITIONS);
    ServiceAccess access = Callers.services(ctx);
    Predicate<AlertState> visible =
        state ->
            !access.isRestricted()
                || AlertVisibility.sees(state, rules.value(state.alertId()), access);
    calls.answer(
        ctx,
        "alert_history",
        () ->
            cancellation -> Reply.ok(PipelineJson.history(history.newest(alert, visible, limit))));
  }

  void silences(RoutingContext ctx) {
    calls.answer(ctx, "list_silences", () -> cancellation -> Reply.ok(silences.list()));
  }

  void createSilence(RoutingContext ctx) {
    JsonBody.read(
        ctx,
        bodies,
        body ->
            calls.answer(
                ctx,
                "create_silence",
                () ->
                    cancellation ->
                        Reply.of(
                            201,
                            JsonNodeFactory.instance
                                .objectNode()
                                .put("silence_id", silences.create(body, clock.instant())),
                            Map.of())));
  }

  void endSilence(RoutingContext ctx) {
    String id = ctx.pathParam("id");
    calls.answer(
        ctx,
        "end_silence",
        () ->
            cancellation -> {
              silences.end(id);
              return Reply.noContent();
            });
  }
}
