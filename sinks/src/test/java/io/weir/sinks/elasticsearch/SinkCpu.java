package io.weir.sinks.elasticsearch;

import com.sun.management.OperatingSystemMXBean;
import io.weir.model.log.LogEvent;
import io.weir.model.log.LogLevel;
import io.weir.sinks.support.TestingWriterContext;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Measures the CPU that the sink takes for a document in its own process, collector and compiler
 * included: conversion alone, conversion and AsyncSink, and all with requests to a server in
 * another process that reads and forgets. Not a test: run its main with the module's test class
 * path.
 *
 * <p>Usage: {@code SinkCpu [documents]}, 2,000,000 by default.
 */
public final class SinkCpu {
  private static final int DISTINCT_EVENTS = 10_000;
  private static final byte[] ANSWER =
      ("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 16\r\n\r\n"
              + "{\"errors\":false}")
          .getBytes(StandardCharsets.US_ASCII);

  private SinkCpu() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 1 && args[0].equals("--server")) {
      serve();
      return;
    }
    int documents = args.length == 0 ? 2_000_000 : Integer.parseInt(args[0]);
    List<LogEvent> events = events();
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                SinkCpu.class.getName(),
                "--server")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      int port = Integer.parseInt(new String(server.getInputStream().readNBytes(5), "US-ASCII"));
      String url = "http://localhost:" + port;
      for (int round = 0; round < 3; round++) {
        System.out.printf(
            Locale.ROOT,
            "round %d, CPU microseconds per document: convert %.2f, with AsyncSink %.2f, with"
                + " requests %.2f, with requests and gzip %.2f%n",
            round,
            convert(events, documents),
            write(events, documents, new Forgetful()),
            write(events, documents, client(url, false)),
            write(events, documents / 4, client(url, true)));
      }
      LogEventConverter converter = new LogEventConverter();
      converter.open(new TestingWriterContext(ElasticsearchSinkMetrics.GROUP));
      System.out.println(
          "mean bytes per document in the request: "
              + events.stream()
                  .mapToLong(e -> converter.apply(e, null).sizeInBytes())
                  .average()
                  .orElseThrow());
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private static double convert(List<LogEvent> events, int documents) {
    LogEventConverter converter = new LogEventConverter();
    converter.open(new TestingWriterContext(ElasticsearchSinkMetrics.GROUP));
    long start = cpuNanos();
    long bytes = 0;
    for (int i = 0; i < documents; i++) {
      bytes += converter.apply(events.get(i % DISTINCT_EVENTS), null).sizeInBytes();
    }
    if (bytes == 0) {
      throw new IllegalStateException("nothing was written");
    }
    return (cpuNanos() - start) / 1_000.0 / documents;
  }

  private static double write(List<LogEvent> events, int documents, BulkClient client)
      throws Exception {
    TestingWriterContext context = new TestingWriterContext(ElasticsearchSinkMetrics.GROUP);
    BulkSettings settings =
        new BulkSettings(
            20_000,
            5 << 20,
            3,
            60_000,
            20 << 20,
            1_000,
            5 << 20,
            java.time.Duration.ofMillis(200),
            java.time.Duration.ofSeconds(15),
            5,
            0.5,
            200,
            false);
    ElasticsearchWriter<LogEvent> writer =
        ElasticsearchWriter.open(
            new LogEventConverter(),
            context,
            settings,
            List.of(),
            client,
            new TestingDeadLetters(),
            () -> 0);
    long start = cpuNanos();
    for (int i = 0; i < documents; i++) {
      writer.write(events.get(i % DISTINCT_EVENTS), null);
      if ((i & 1023) == 0) {
        context.runMails();
      }
    }
    writer.flush(true);
    double micros = (cpuNanos() - start) / 1_000.0 / documents;
    writer.close();
    if (context.counter(ElasticsearchSinkMetrics.DOCUMENTS_STORED) != documents) {
      throw new IllegalStateException(
          "stored " + context.counter(ElasticsearchSinkMetrics.DOCUMENTS_STORED));
    }
    return micros;
  }

  private static BulkClient client(String url, boolean compress) {
    ElasticsearchConnection connection = ElasticsearchConnection.to(url);
    return new RestBulkClient(() -> connection.open(3), connection.patience(), compress);
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** About 390 bytes as JSON records, 100 services, 3 to 6 fields, three hours. */
  private static List<LogEvent> events() {
    return java.util.stream.IntStream.range(0, DISTINCT_EVENTS)
        .mapToObj(
            i ->
                new LogEvent(
                    Documents.TIMESTAMP + i * 1_000_000_007L,
                    "service-" + i % 100,
                    "host-" + i % 977 + ".eu-west-1.example.com",
                    "eu-west-1",
                    LogLevel.values()[i % 6],
                    "GET /api/v1/orders/"
                        + i * 7919L
                        + "/items finished with status 200 in "
                        + i % 911
                        + " ms for client 10.0."
                        + i % 251
                        + "."
                        + i % 241,
                    fields(i),
                    null,
                    null,
                    0,
                    "logs",
                    "abcde",
                    i % 48,
                    i * 31L,
                    Documents.TIMESTAMP / 1_000_000 + i))
        .toList();
  }

  private static String fields(int i) {
    StringBuilder fields = new StringBuilder("{\"request_id\":\"").append(Integer.toHexString(i));
    fields.append("-4f1a-8b5e\",\"user_id\":").append(i % 5_000).append(",\"status\":200");
    for (int extra = 0; extra < i % 4; extra++) {
      fields.append(",\"attribute_").append(extra).append("\":\"value-").append(i % 13).append('"');
    }
    return fields.append('}').toString();
  }

  private static final class Forgetful implements BulkClient {
    @Override
    public java.util.concurrent.CompletableFuture<BulkAnswer> send(List<BulkDocument> documents) {
      return java.util.concurrent.CompletableFuture.completedFuture(Answers.ALL_STORED);
    }

    @Override
    public void close() {}
  }

  private static void serve() throws IOException {
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    System.out.print(String.format(Locale.ROOT, "%05d", socket.getLocalPort()));
    System.out.flush();
    while (true) {
      Socket connection = socket.accept();
      new Thread(() -> answer(connection)).start();
    }
  }

  private static void answer(Socket connection) {
    try (connection;
        InputStream in = new BufferedInputStream(connection.getInputStream(), 1 << 20)) {
      OutputStream out = connection.getOutputStream();
      byte[] scratch = new byte[1 << 20];
      while (true) {
        long length = -1;
        String line;
        while (!(line = line(in)).isEmpty()) {
          if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
            length = Long.parseLong(line.substring(15).strip());
          }
        }
        if (length < 0) {
          return;
        }
        while (length > 0) {
          length -= in.read(scratch, 0, (int) Math.min(scratch.length, length));
        }
        out.write(ANSWER);
        out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
