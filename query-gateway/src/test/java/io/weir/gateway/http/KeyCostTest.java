package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.weir.gateway.auth.CallerLimits;
import io.weir.gateway.auth.KeyAuthenticator;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.auth.TestingKeys;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs to ask callers who they are: CPU of a request of one event with keys and without,
 * in turns, and of looking a key up alone. Prints; only with {@code -Dweir.measure=true}.
 */
@EnabledIfSystemProperty(named = "weir.measure", matches = "true")
class KeyCostTest {
  private static final int REQUESTS = 4_000;
  private static final int ROUNDS = 7;
  private static final byte[] BODY =
      "{\"events\":[{\"service\":\"payments\",\"message\":\"one event\"}]}".getBytes(UTF_8);

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  @Test
  void measures(@TempDir Path folder) {
    TestingKeys keys = new TestingKeys(folder);
    for (int i = 0; i < 999; i++) {
      keys.add(Scope.READ);
    }
    String key =
        keys.add(
            Set.of(Scope.INGEST),
            ServiceAccess.only(Set.of("payments")),
            Optional.empty(),
            new CallerLimits(1_000_000, 64, 50));
    double[] off = new double[ROUNDS];
    double[] on = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      try (TestingGateway open = new TestingGateway()) {
        off[round] = request(new HttpTester(open));
      }
      try (TestingGateway asking =
          new TestingGateway("auth.keys-file", keys.file().path().toString())) {
        on[round] = request(new HttpTester(asking, key));
      }
    }
    KeyAuthenticator authenticator =
        new KeyAuthenticator(keys.file(), CallerLimits.NONE, Clock.systemUTC());
    double lookUp = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < 200_000; i++) {
        assertThat(authenticator.authenticate(key).toCompletableFuture().isDone()).isTrue();
      }
      lookUp = (System.nanoTime() - start) / 200_000_000.0;
    }
    System.out.printf(
        Locale.ROOT,
        "request of one event, client included: without keys %.1f us of CPU, with 1,000 keys %.1f"
            + " us (medians of %d rounds of %d); looking a key up: %.2f us%n",
        median(off),
        median(on),
        ROUNDS,
        REQUESTS,
        lookUp);
  }

  private double request(HttpTester http) {
    for (int i = 0; i < REQUESTS / 4; i++) {
      send(http);
    }
    long before = system.getProcessCpuTime();
    for (int i = 0; i < REQUESTS; i++) {
      send(http);
    }
    return (system.getProcessCpuTime() - before) / 1_000.0 / REQUESTS;
  }

  private static void send(HttpTester http) {
    assertThat(
            http.send("POST", "ingest/logs", BODY, "Content-Type", "application/json").statusCode())
        .isEqualTo(202);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
