package io.weir.harness.e2e.faults;

import io.weir.harness.fault.HttpCall;
import io.weir.harness.fault.HttpFault;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the requests that a fault did something to. */
final class Struck implements HttpFault {
  private final HttpFault fault;
  private final AtomicLong count = new AtomicLong();
  private final Set<HttpCall> underWay = ConcurrentHashMap.newKeySet();

  Struck(HttpFault fault) {
    this.fault = fault;
  }

  long count() {
    return count.get() + underWay.stream().filter(HttpCall::isDone).count();
  }

  @Override
  public void handle(HttpCall call) throws IOException {
    underWay.add(call);
    try {
      fault.handle(call);
    } finally {
      // An answer that trickles may outlast the fault, and its client may give it up.
      underWay.remove(call);
      if (call.isDone()) {
        count.incrementAndGet();
      }
    }
  }
}
