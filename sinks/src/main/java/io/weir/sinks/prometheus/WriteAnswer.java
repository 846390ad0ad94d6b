package io.weir.sinks.prometheus;

import java.time.Duration;
import java.util.Objects;

/** What came back for one remote-write request. */
sealed interface WriteAnswer {

  /**
   * The receiver answered.
   *
   * @param status HTTP status
   * @param body the beginning of what it said, without surrounding space
   * @param retryAfter the pause it asked for; zero when it asked for none
   */
  record Answered(int status, String body, Duration retryAfter) implements WriteAnswer {
    public Answered {
      Objects.requireNonNull(body, "body");
      Objects.requireNonNull(retryAfter, "retryAfter");
    }
  }

  /**
   * No answer: connection refused or broken, timeout, client closed.
   *
   * @param failure why
   */
  record Unanswered(Throwable failure) implements WriteAnswer {}

  /**
   * No answer, because the server showed a certificate that is not to be trusted. Waiting does not
   * help: an authority or a host name is wrong.
   *
   * @param problem what is wrong with it, with the request
   */
  record Untrusted(String problem) implements WriteAnswer {}
}
