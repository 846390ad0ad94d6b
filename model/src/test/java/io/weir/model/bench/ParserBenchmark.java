package io.weir.model.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.weir.model.json.LogDocument;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLimits;
import io.weir.model.log.LogParser;
import io.weir.model.log.ParsedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * Prints what parsing and encoding one event costs, in nanoseconds of CPU time of one thread: the
 * median of several rounds after warm-up, for the shapes that producers send. The column {@code
 * tokens} is Jackson alone, walking over the tokens: the yardstick to compare with, because
 * machines and their load differ. Not a test. Run it with
 *
 * <pre>{@code
 * mvn -q -o -pl model test-compile
 * java -Xmx256m -cp "model/target/classes:model/target/test-classes:$(mvn -q -o -pl model \
 *   dependency:build-classpath -Dmdep.outputFile=/dev/stdout)" io.weir.model.bench.ParserBenchmark
 * }</pre>
 */
public final class ParserBenchmark {
  private static final int EVENTS = 10_000;
  private static final int WARM_UP_ROUNDS = 60;
  private static final int ROUNDS = 21;
  private static final RecordOrigin ORIGIN =
      new RecordOrigin("logs", "0a1b2", 3, 42, 1_774_778_460_000L);

  private ParserBenchmark() {}

  /** Runs all shapes, or only those whose names are given. */
  public static void main(String[] args) {
    List<String> wanted = Arrays.asList(args);
    System.out.printf("%-22s %8s %8s %8s %8s%n", "shape", "bytes", "tokens", "parse", "encode");
    measure("weir", ParserBenchmark::weir, wanted);
    measure("weir-no-level", ParserBenchmark::weirWithoutLevel, wanted);
    measure("weir-unknown-keys", ParserBenchmark::weirWithUnknownKeys, wanted);
    measure("weir-non-ascii", ParserBenchmark::weirNonAscii, wanted);
    measure("fluent-bit", ParserBenchmark::fluentBit, wanted);
    measure("otlp", ParserBenchmark::otlp, wanted);
    measure("ecs", ParserBenchmark::ecs, wanted);
  }

  private static void measure(String name, IntFunction<String> shape, List<String> wanted) {
    if (!wanted.isEmpty() && !wanted.contains(name)) {
      return;
    }
    byte[][] records = new byte[EVENTS][];
    long bytes = 0;
    for (int i = 0; i < EVENTS; i++) {
      records[i] = shape.apply(i).getBytes(StandardCharsets.UTF_8);
      bytes += records[i].length;
    }
    LogParser parser = new JsonLogParser(LogLimits.DEFAULT);
    List<LogEvent> events = new ArrayList<>();
    for (byte[] record : records) {
      ParsedLog parsed = parser.parse(record, ORIGIN);
      if (parsed.event() == null) {
        throw new IllegalStateException(parsed.deadLetter().toString());
      }
      events.add(parsed.event());
    }
    LogDocument document = new LogDocument();
    long parse =
        median(
            () -> {
              long sum = 0;
              for (byte[] record : records) {
                sum += parser.parse(record, ORIGIN).event().timestampNanos();
              }
              return sum;
            });
    JsonFactory factory = new JsonFactory();
    long tokens =
        median(
            () -> {
              long sum = 0;
              for (byte[] record : records) {
                sum += countTokens(factory, record);
              }
              return sum;
            });
    long encode =
        median(
            () -> {
              long sum = 0;
              for (LogEvent event : events) {
                sum += document.encode(event).length;
              }
              return sum;
            });
    System.out.printf("%-22s %8d %8d %8d %8d%n", name, bytes / EVENTS, tokens, parse, encode);
  }

  private static int countTokens(JsonFactory factory, byte[] record) {
    try (JsonParser parser = factory.createParser(record)) {
      int tokens = 0;
      while (parser.nextToken() != null) {
        tokens++;
      }
      return tokens;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long median(Round round) {
    long sink = 0;
    long[] nanos = new long[ROUNDS];
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (int i = -WARM_UP_ROUNDS; i < ROUNDS; i++) {
      long start = threads.getCurrentThreadCpuTime();
      sink += round.run();
      if (i >= 0) {
        nanos[i] = threads.getCurrentThreadCpuTime() - start;
      }
    }
    if (sink == 42) {
      System.out.println(); // keeps the work from being optimised away
    }
    Arrays.sort(nanos);
    return nanos[ROUNDS / 2] / EVENTS;
  }

  private interface Round {
    long run();
  }

  private static String message(Random random) {
    return "GET /api/v1/orders/"
        + random.nextInt(1_000_000)
        + " failed: connection refused by upstream payments-db-"
        + random.nextInt(20)
        + ".internal:5432 after "
        + random.nextInt(5000)
        + " ms, attempt "
        + random.nextInt(4);
  }

  private static String fields(Random random) {
    return "\"fields\":{\"request_id\":\""
        + Long.toHexString(random.nextLong())
        + "\",\"user_id\":"
        + random.nextInt(100_000)
        + ",\"error_code\":\"E"
        + random.nextInt(500)
        + "\",\"duration_ms\":"
        + random.nextInt(5000)
        + ",\"trace_id\":\""
        + Long.toHexString(random.nextLong())
        + Long.toHexString(random.nextLong())
        + "\"}";
  }

  private static String head(int i, Random random) {
    return "{\"timestamp\":\"2026-03-29T10:00:"
        + two(i % 60)
        + "."
        + (100_000 + i)
        + "Z\",\"service\":\"service-"
        + random.nextInt(100)
        + "\",\"host\":\"host-"
        + random.nextInt(500)
        + ".eu.example.net\"";
  }

  private static String weir(int i) {
    Random random = new Random(i);
    return head(i, random)
        + ",\"region\":\"eu-central-1\",\"level\":\"INFO\",\"message\":\""
        + message(random)
        + "\","
        + fields(random)
        + "}";
  }

  private static String weirWithoutLevel(int i) {
    Random random = new Random(i);
    return head(i, random) + ",\"message\":\"" + message(random) + "\"," + fields(random) + "}";
  }

  private static String weirWithUnknownKeys(int i) {
    Random random = new Random(i);
    return head(i, random)
        + ",\"level\":\"INFO\",\"message\":\""
        + message(random)
        + "\",\"thread\":\"main-"
        + random.nextInt(9)
        + "\","
        + fields(random)
        + ",\"logger\":\"com.example.Orders\"}";
  }

  private static String weirNonAscii(int i) {
    Random random = new Random(i);
    return head(i, random)
        + ",\"level\":\"INFO\",\"message\":\"Übertragung – "
        + message(random)
        + "\","
        + fields(random)
        + "}";
  }

  private static String fluentBit(int i) {
    Random random = new Random(i);
    return "{\"date\":1774778400."
        + (100_000 + i)
        + ",\"time\":\"2026-03-29T10:00:"
        + two(i % 60)
        + "."
        + (100_000_000 + i)
        + "Z\",\"stream\":\"stderr\",\"_p\":\"F\","
        + "\"log\":\""
        + message(random)
        + "\\n\",\"kubernetes\":{\"pod_name\":\"payments-6f9-"
        + random.nextInt(50)
        + "\",\"namespace_name\":\"prod\",\"pod_id\":\"8d2c-"
        + random.nextInt(50)
        + "\",\"labels\":{\"app\":\"payments\",\"pod-template-hash\":\"6f9\"},"
        + "\"host\":\"node-"
        + random.nextInt(20)
        + "\",\"container_name\":\"payments\"}}";
  }

  private static String otlp(int i) {
    Random random = new Random(i);
    return "{\"timeUnixNano\":\"1774778400"
        + (100_000_000 + i)
        + "\",\"severityNumber\":17,\"severityText\":\"ERROR\",\"body\":{\"stringValue\":\""
        + message(random)
        + "\"},\"attributes\":[{\"key\":\"user_id\",\"value\":{\"intValue\":\""
        + random.nextInt(100_000)
        + "\"}},{\"key\":\"error_code\",\"value\":{\"stringValue\":\"E"
        + random.nextInt(500)
        + "\"}}],\"resource\":{\"attributes\":[{\"key\":\"service.name\","
        + "\"value\":{\"stringValue\":\"service-"
        + random.nextInt(100)
        + "\"}},{\"key\":\"host.name\",\"value\":{\"stringValue\":\"host-"
        + random.nextInt(500)
        + "\"}}]},\"traceId\":\""
        + Long.toHexString(random.nextLong())
        + "\"}";
  }

  private static String ecs(int i) {
    Random random = new Random(i);
    return "{\"@timestamp\":\"2026-03-29T10:00:"
        + two(i % 60)
        + "."
        + (100 + i % 900)
        + "Z\",\"log.level\":\"ERROR\",\"message\":\""
        + message(random)
        + "\",\"ecs.version\":\"1.2.0\",\"service.name\":\"service-"
        + random.nextInt(100)
        + "\",\"host\":{\"name\":\"host-"
        + random.nextInt(500)
        + "\"},\"event.dataset\":\"orders\",\"process.thread.name\":\"main\","
        + "\"log.logger\":\"com.example.Orders\",\"trace.id\":\""
        + Long.toHexString(random.nextLong())
        + "\"}";
  }

  private static String two(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }
}
