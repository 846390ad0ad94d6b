package io.weir.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.auth.CallerLimiter.Kind;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallerLimiterTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(5 * SECOND);
  private final CallerLimiter limiter = new CallerLimiter(now::get);

  @Test
  void aSecondsWorthMayComeAtOnceAndThenAsFastAsTheBucketFills() {
    Caller caller = caller("a", 4, 0, 0);
    for (int i = 0; i < 4; i++) {
      assertThat(limiter.acquire(caller, Kind.REQUEST).exceeded()).isEmpty();
    }
    CallerLimiter.Exceeded exceeded =
        limiter.acquire(caller, Kind.REQUEST).exceeded().orElseThrow();
    assertThat(exceeded.limit()).isEqualTo("rate");
    assertThat(exceeded.retryAfter()).isEqualTo(Duration.ofMillis(250));
    now.addAndGet(SECOND / 4);
    assertThat(limiter.acquire(caller, Kind.REQUEST).exceeded()).isEmpty();
    assertThat(limiter.acquire(caller, Kind.REQUEST).exceeded()).isPresent();
    now.addAndGet(100 * SECOND);
    for (int i = 0; i < 4; i++) {
      assertThat(limiter.acquire(caller, Kind.REQUEST).exceeded()).isEmpty();
    }
    assertThat(limiter.acquire(caller, Kind.REQUEST).exceeded()).isPresent();
  }

  @Test
  void oneCallerDoesNotUseUpAnothers() {
    assertThat(limiter.acquire(caller("a", 1, 0, 0), Kind.REQUEST).exceeded()).isEmpty();
    assertThat(limiter.acquire(caller("a", 1, 0, 0), Kind.REQUEST).exceeded()).isPresent();
    assertThat(limiter.acquire(caller("b", 1, 0, 0), Kind.REQUEST).exceeded()).isEmpty();
  }

  @Test
  void requestsAndStreamsAreCountedApartAndGivenBackOnce() {
    Caller caller = caller("a", 0, 1, 1);
    CallerLimiter.Permit request = limiter.acquire(caller, Kind.REQUEST);
    CallerLimiter.Permit stream = limiter.acquire(caller, Kind.STREAM);
    assertThat(request.exceeded()).isEmpty();
    assertThat(stream.exceeded()).isEmpty();
    CallerLimiter.Permit refused = limiter.acquire(caller, Kind.REQUEST);
    assertThat(refused.exceeded().orElseThrow().limit()).isEqualTo("concurrent");
    refused.close(); // it never had one
    assertThat(limiter.acquire(caller, Kind.STREAM).exceeded().orElseThrow().limit())
        .isEqualTo("streams");
    request.close();
    request.close();
    assertThat(limiter.acquire(caller, Kind.REQUEST).exceeded()).isEmpty();
    assertThat(limiter.acquire(caller, Kind.REQUEST).exceeded()).isPresent();
  }

  @Test
  void aRequestRefusedForTheirNumberCostsNoneOfTheRate() {
    Caller caller = caller("a", 2, 1, 0);
    CallerLimiter.Permit first = limiter.acquire(caller, Kind.REQUEST);
    assertThat(limiter.acquire(caller, Kind.REQUEST).exceeded().orElseThrow().limit())
        .isEqualTo("concurrent");
    first.close();
    assertThat(limiter.acquire(caller, Kind.REQUEST).exceeded()).isEmpty();
  }

  @Test
  void remembersABoundedNumberOfCallersAndForgetsNobodyWhoIsBusy() {
    Caller busy = caller("busy", 0, 1, 0);
    limiter.acquire(busy, Kind.REQUEST);
    for (int i = 0; i < 50_000; i++) {
      limiter.acquire(caller("u" + i, 0, 9, 0), Kind.REQUEST).close();
    }
    assertThat(limiter.callers()).isLessThanOrEqualTo(20_000);
    assertThat(limiter.acquire(busy, Kind.REQUEST).exceeded()).isPresent();
  }

  private static Caller caller(String id, int rate, int concurrent, int streams) {
    return new Caller(
        id, id, Set.of(Scope.READ), ServiceAccess.ALL, new CallerLimits(rate, concurrent, streams));
  }
}
