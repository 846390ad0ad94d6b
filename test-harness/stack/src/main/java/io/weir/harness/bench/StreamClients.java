package io.weir.harness.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * Many clients of the live stream on one thread. It reads no more of an event than its kind and its
 * timestamp, so that the clients do not cost what is to be measured.
 */
final class StreamClients implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;

  /** Of a log event's JSON: no line of one is shorter, so that there is no need to look there. */
  private static final int SURELY_JSON = 200;

  /** Where the time of day stands behind {@code data: {"event_id":"...","timestamp":"}. */
  private static final int TIME_AT = 6 + 13 + 22 + 15 + 11;

  private final Selector selector;
  private final List<Connection> connections = new ArrayList<>();
  private final LatencyHistogram latencies = new LatencyHistogram();
  private final Thread thread = new Thread(this::run, "stream-clients");
  private volatile boolean closed;
  private final LongAdder logs = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder dropReports = new LongAdder();
  private final LongAdder streaming = new LongAdder();
  private volatile String failure = "";

  StreamClients() throws IOException {
    this.selector = Selector.open();
    thread.setDaemon(true);
  }

  /** Connects one more client; only before {@link #start}. */
  void connect(URI gateway, String query) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()));
    // HTTP 1.0: the events come without the sizes of chunks between them.
    ByteBuffer request =
        ByteBuffer.wrap(
            ("GET /logs/stream" + query + " HTTP/1.0\r\nHost: bench\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    while (request.hasRemaining()) {
      channel.write(request);
    }
    channel.configureBlocking(false);
    Connection connection = new Connection();
    connections.add(connection);
    channel.register(selector, SelectionKey.OP_READ, connection);
  }

  StreamClients start() {
    thread.start();
    return this;
  }

  /** Returns how many clients have got the head of an answer with status 200. */
  int streaming() {
    return streaming.intValue();
  }

  /** Returns log events received so far. */
  long logs() {
    return logs.sum();
  }

  /** Returns bytes received so far. */
  long bytes() {
    return bytes.sum();
  }

  /** Returns events that the gateway has said it dropped. */
  long dropped() {
    return dropped.sum();
  }

  /** Returns in how many reports it said so. */
  long dropReports() {
    return dropReports.sum();
  }

  /** Returns what went wrong, empty if nothing did. */
  String failure() {
    return failure;
  }

  /** Returns the latencies since the last call, from an event's timestamp to its receipt. */
  LatencyHistogram takeLatencies() {
    return latencies.take();
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::read, 500);
      }
    } catch (IOException | RuntimeException e) {
      failure = e.toString();
    }
  }

  private void read(SelectionKey key) {
    Connection connection = (Connection) key.attachment();
    SocketChannel channel = (SocketChannel) key.channel();
    try {
      int count = channel.read(connection.buffer);
      if (count < 0) {
        failure = "the gateway ended a stream";
        key.cancel();
        channel.close();
        return;
      }
      bytes.add(count);
      connection.parse();
    } catch (IOException e) {
      failure = Objects.requireNonNullElse(e.getMessage(), e.toString());
      key.cancel();
    }
  }

  /** What has come of one stream and is not a whole line yet. */
  private final class Connection {
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private boolean head;
    private byte event;

    void parse() {
      Instant now = Instant.now();
      long timeOfDay = Math.floorMod(now.getEpochSecond(), 86_400) * 1_000_000_000L + now.getNano();
      int end = buffer.position();
      int line = 0;
      while (line < end) {
        boolean log = event == 'l' && buffer.get(line) == 'd';
        int at = log ? line + SURELY_JSON : line;
        while (at < end && buffer.get(at) != '\n') {
          at++;
        }
        if (at >= end) {
          break;
        }
        line(line, at, timeOfDay);
        line = at + 1;
      }
      buffer.position(line);
      buffer.limit(end);
      buffer.compact();
      if (!buffer.hasRemaining()) {
        throw new IllegalStateException("a line of more than " + BUFFER_BYTES + " bytes");
      }
    }

    private void line(int from, int to, long timeOfDay) {
      byte first = buffer.get(from);
      if (!head) {
        head(from, to);
      } else if (first == 'e') {
        event = buffer.get(from + 7);
      } else if (first == 'd' && event == 'l') {
        logs.increment();
        latencies.add(Math.floorMod(timeOfDay - time(from + TIME_AT), NANOS_PER_DAY));
      } else if (first == 'd' && event == 'd') {
        dropReports.increment();
        dropped.add(number(from + "data: {\"count\":".length()));
      } else if (first == '\n' || to == from) {
        event = 0;
      }
    }

    private void head(int from, int to) {
      if (buffer.get(from) == 'H') {
        if (buffer.get(from + 9) == '2') {
          streaming.increment();
        } else {
          failure = text(from, to);
        }
      }
      head = to - from <= 1;
    }

    /** Nanoseconds of the day out of {@code hh:mm:ss.nnnnnnnnn}. */
    private long time(int at) {
      long seconds = two(at) * 3_600L + two(at + 3) * 60L + two(at + 6);
      long nanos = 0;
      for (int i = at + 9; i < at + 18; i++) {
        nanos = nanos * 10 + buffer.get(i) - '0';
      }
      return seconds * 1_000_000_000L + nanos;
    }

    private int two(int at) {
      return (buffer.get(at) - '0') * 10 + buffer.get(at + 1) - '0';
    }

    private long number(int at) {
      long value = 0;
      for (int i = at; Character.isDigit(buffer.get(i)); i++) {
        value = value * 10 + buffer.get(i) - '0';
      }
      return value;
    }

    private String text(int from, int to) {
      byte[] line = new byte[to - from];
      buffer.get(from, line);
      return new String(line, StandardCharsets.ISO_8859_1).strip();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
