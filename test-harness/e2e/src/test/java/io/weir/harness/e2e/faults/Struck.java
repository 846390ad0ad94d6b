package io.weir.harness.e2e.faults;

import io.weir.harness.fault.HttpCall;
import io.weir.harness.fault.HttpFault;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the requests that a fault did something to. */
final class Struck implements HttpFault {
  private final HttpFault fault;
  private final AtomicLong count = new AtomicLong();

  Struck(HttpFault fault) {
    this.fault = fault;
  }

  long count() {
    return count.get();
  }

  @Override
  public void handle(HttpCall call) throws IOException {
    fault.handle(call);
    if (call.isDone()) {
      count.incrementAndGet();
    }
  }
}
