package io.weir.harness.node;

import java.util.Set;

/** A server answered, but not 2xx. */
public final class HttpStatusException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_BODY = 2000;
  private static final Set<Integer> MAY_PASS = Set.of(408, 429, 502, 503, 504);

  private final int status;
  private final String body;

  HttpStatusException(String request, int status, String body) {
    super(
        request
            + " answered "
            + status
            + ": "
            + (body.length() > MAX_BODY ? body.substring(0, MAX_BODY) + "..." : body));
    this.status = status;
    this.body = body;
  }

  /** All that the server said. */
  public String body() {
    return body;
  }

  public int status() {
    return status;
  }

  /**
   * True when the server, or a proxy before it, says that it cannot answer now, which says nothing
   * about the request: 408, 429, 502, 503 or 504.
   */
  public boolean mayPass() {
    return MAY_PASS.contains(status);
  }
}
