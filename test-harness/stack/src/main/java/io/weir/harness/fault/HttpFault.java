package io.weir.harness.fault;

import java.io.IOException;

/** What happens to a request on its way through a {@link HttpFaultProxy}. Thread-safe. */
@FunctionalInterface
public interface HttpFault {

  /**
   * Handles a request. One that it neither answers nor hangs up on is passed on as it is.
   *
   * @throws IOException when the server does not answer; the client's connection is closed then, as
   *     it would be without the proxy
   */
  void handle(HttpCall call) throws IOException;
}
