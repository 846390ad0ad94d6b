package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * An error in the shape of Prometheus' API, for clients that know no other.
 *
 * @param status as Prometheus uses it: 400 for a wrong parameter, 422 for what cannot be done, 503
 *     for timeouts and when it is away
 * @param type one of Prometheus' words
 */
record PrometheusError(int status, String type, String message, Optional<Duration> retryAfter) {

  static PrometheusError badData(String message) {
    return new PrometheusError(400, "bad_data", message, Optional.empty());
  }

  static PrometheusError unavailable(int status, String message, Duration retryAfter) {
    return new PrometheusError(status, "unavailable", message, Optional.of(retryAfter));
  }

  static PrometheusError of(int status, String type, String message) {
    return new PrometheusError(status, type, message, Optional.empty());
  }

  void send(HttpServerResponse response) {
    if (response.ended() || response.closed() || response.headWritten()) {
      return;
    }
    retryAfter.ifPresent(
        delay ->
            response.putHeader(Answers.RETRY_AFTER, Long.toString(Math.max(1, delay.toSeconds()))));
    Answers.send(
        response,
        status,
        Answers.bytes(
            JsonNodeFactory.instance
                .objectNode()
                .put("status", "error")
                .put("errorType", type)
                .put("error", message)));
  }
}
