package io.weir.harness.fault;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/** The faults that servers of HTTP have in common. */
public final class HttpFaults {
  private HttpFaults() {}

  /** Returns a refusal: the server does not see the request. */
  public static HttpFault refuse(HttpAnswer answer) {
    return call -> call.answer(answer);
  }

  /** Returns a connection that is closed before the server has seen the request. */
  public static HttpFault hangUp() {
    return HttpCall::hangUp;
  }

  /** Returns the worst of all: the server does what it was asked, and the client never hears it. */
  public static HttpFault loseAnswer() {
    return call -> {
      HttpAnswer unused = call.forward();
      call.hangUp();
    };
  }

  /** Returns an answer whose body comes at so many bytes a second. */
  public static HttpFault slowAnswer(int bytesPerSecond) {
    return call -> call.answerSlowly(call.forward(), bytesPerSecond);
  }

  /**
   * Returns a fault that strikes only some requests.
   *
   * @param share from 0 to 1
   * @param random gives numbers from 0 inclusive to 1 exclusive; used by one thread at a time
   */
  public static HttpFault share(double share, DoubleSupplier random, HttpFault fault) {
    Object lock = new Object();
    return call -> {
      boolean strikes;
      synchronized (lock) {
        strikes = random.getAsDouble() < share;
      }
      if (strikes) {
        fault.handle(call);
      }
    };
  }

  /** Returns a fault that strikes the first requests only. */
  public static HttpFault first(int count, HttpFault fault) {
    AtomicInteger left = new AtomicInteger(count);
    return call -> {
      if (left.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        fault.handle(call);
      }
    };
  }
}
