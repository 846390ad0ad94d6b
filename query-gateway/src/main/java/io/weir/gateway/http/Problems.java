package io.weir.gateway.http;

import io.vertx.ext.web.handler.HttpException;
import io.vertx.openapi.validation.ValidatorException;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.InvalidRequestException.FieldError;
import io.weir.gateway.NotFoundException;
import io.weir.gateway.UnprocessableException;
import io.weir.gateway.auth.ForbiddenException;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.documents.DocumentService.PreconditionRequiredException;
import io.weir.gateway.documents.Precondition;
import io.weir.gateway.documents.PreconditionFailedException;
import io.weir.gateway.ingest.BodyTooLargeException;
import io.weir.gateway.ingest.BodyTooSlowException;
import io.weir.gateway.ingest.OverloadedException;
import io.weir.gateway.ingest.PublishException;
import io.weir.gateway.search.StoreException;
import io.weir.model.query.QuerySyntaxException;
import io.weir.model.validation.InvalidRecordException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says which problem a failure is. Only unexpected failures are logged, under an id. */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  /** How Vert.x names the parameter in the message of its exceptions. */
  private static final Pattern PARAMETER =
      Pattern.compile("(?:query|path|header|cookie) parameter (\\S+?)[.]?(?: |$)");

  private static final Pattern REASON = Pattern.compile("Reason: (.*)", Pattern.DOTALL);

  private final Duration ingestRetry;
  private final Duration searchRetry;

  Problems(GatewayConfig config) {
    Objects.requireNonNull(config, "config");
    this.ingestRetry = config.ingest().retryAfter();
    this.searchRetry = config.search().retryAfter();
  }

  Problem of(Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return of(failure.getCause());
    }
    if (failure instanceof HttpException http) {
      return http.getCause() instanceof ValidatorException invalid
          ? contract(invalid)
          : ofStatus(http.getStatusCode());
    }
    if (failure instanceof ValidatorException invalid) {
      return contract(invalid);
    }
    if (failure instanceof InvalidRequestException invalid) {
      return Problem.invalid(invalid.errors());
    }
    if (failure instanceof InvalidRecordException invalid) {
      return Problem.invalid(
          invalid.errors().stream()
              .map(
                  error ->
                      FieldError.of(
                          error.field().isEmpty() ? "body" : error.field(), error.problem()))
              .toList());
    }
    if (failure instanceof ForbiddenException forbidden) {
      return Problem.of(403, "forbidden", "Not allowed", forbidden.getMessage());
    }
    if (failure instanceof UnprocessableException unprocessable) {
      return Problem.of(422, "cannot-be-done", "Cannot be done", unprocessable.getMessage());
    }
    if (failure instanceof PreconditionFailedException unmet) {
      return unmet.precondition().kind() == Precondition.Kind.ABSENT
          ? Problem.of(409, "exists-already", "It exists already", unmet.getMessage())
          : Problem.of(
              412, "changed-meanwhile", "It is not what it was thought to be", unmet.getMessage());
    }
    if (failure instanceof PreconditionRequiredException unconditional) {
      return Problem.of(
          428, "version-required", "Which version is replaced?", unconditional.getMessage());
    }
    if (failure instanceof NotFoundException missing) {
      return Problem.of(404, "not-found", "Not found", missing.getMessage());
    }
    if (failure instanceof QuerySyntaxException syntax) {
      return Problem.invalid(
          List.of(
              new FieldError("q", syntax.getMessage(), java.util.Optional.of(syntax.position()))));
    }
    if (failure instanceof BodyTooLargeException tooLarge) {
      return Problem.of(413, "body-too-large", "The body is too large", tooLarge.getMessage());
    }
    if (failure instanceof OverloadedException overloaded) {
      return Problem.of(503, "overloaded", "Too much to do", overloaded.getMessage())
          .retryAfter(ingestRetry);
    }
    if (failure instanceof BodyTooSlowException slow) {
      return Problem.of(503, "body-too-slow", "The body came in too slowly", slow.getMessage())
          .retryAfter(ingestRetry);
    }
    if (failure instanceof PublishException unpublished) {
      return Problem.of(
              503, "not-acknowledged", "Kafka did not acknowledge", unpublished.getMessage())
          .accepted(unpublished.acknowledged())
          .retryAfter(ingestRetry);
    }
    if (failure instanceof StoreException store) {
      return store(store);
    }
    return unexpected(failure);
  }

  private Problem store(StoreException failure) {
    String detail = failure.getMessage();
    return switch (failure.kind()) {
      case UNAVAILABLE ->
          Problem.of(503, "store-unavailable", "What answers this cannot be reached", detail)
              .retryAfter(searchRetry);
      case OVERLOADED ->
          Problem.of(503, "store-overloaded", "The store has too much to do", detail)
              .retryAfter(searchRetry);
      case TIMEOUT -> Problem.of(504, "store-timeout", "The store did not answer in time", detail);
      case REJECTED -> unexpected(failure);
    };
  }

  private static Problem unexpected(Throwable failure) {
    String id = UUID.randomUUID().toString();
    LOG.error("Unexpected failure {}", id, failure);
    return Problem.of(
        500, "internal", "The gateway failed", "an unexpected failure; the log has it under " + id);
  }

  /** What the contract refuses: the parameter's name and the reason out of Vert.x's sentence. */
  private static Problem contract(ValidatorException invalid) {
    String message = invalid.getMessage();
    Matcher parameter = PARAMETER.matcher(message);
    Matcher reason = REASON.matcher(message);
    return Problem.invalid(
        List.of(
            FieldError.of(
                parameter.find() ? parameter.group(1) : "request",
                switch (invalid.type()) {
                  case MISSING_REQUIRED_PARAMETER -> "is required";
                  default -> reason.find() ? reason.group(1) : message;
                })));
  }

  /** Statuses that Vert.x itself answers with. */
  static Problem ofStatus(int status) {
    return switch (status) {
      case 400 -> Problem.of(400, "bad-request", "Bad request", "the request is not valid HTTP");
      case 403 -> Problem.of(403, "forbidden", "Not allowed", "pages of this origin may not call");
      case 404 ->
          Problem.of(
              404, "no-such-path", "No such path", "no call has this path; see /openapi.yaml");
      case 405 ->
          Problem.of(405, "no-such-method", "No such method", "this path has no such method");
      case 413 ->
          Problem.of(413, "body-too-large", "The body is too large", "the body is too large");
      case 414 -> Problem.of(414, "uri-too-long", "The URI is too long", "the URI is too long");
      case 431 ->
          Problem.of(
              431, "headers-too-large", "The headers are too large", "the headers are too large");
      default -> Problem.of(status, "http-" + status, "HTTP " + status, "status " + status);
    };
  }
}
