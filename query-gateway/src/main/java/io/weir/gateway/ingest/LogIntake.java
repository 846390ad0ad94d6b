package io.weir.gateway.ingest;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.GatewayConfig;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogLevel;
import io.weir.model.log.LogParser;
import io.weir.model.log.ParsedLog;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Judges events, however they came in, as the logs job will judge them; sheds TRACE and DEBUG under
 * pressure; gives the others an id and the key of their partition. Thread-safe.
 */
public final class LogIntake {
  /** Where an event stands while it is judged: it has no place in Kafka yet. */
  private static final String NO_TOPIC_CODE = "00000";

  private final Supplier<LogParser> parsers;
  private final GatewayConfig.Ingest limits;
  private final Clock clock;

  /**
   * @param parsers gives a parser for one request; parsers are not thread-safe
   */
  public LogIntake(Supplier<LogParser> parsers, GatewayConfig.Ingest limits, Clock clock) {
    this.parsers = Objects.requireNonNull(parsers, "parsers");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Begins a request.
   *
   * @param pressure share of ingest's memory that is in use, 0 to 1
   * @param access events of other services are rejected, each on its own
   */
  public Events open(double pressure, ServiceAccess access) {
    return new Events(pressure, access);
  }

  /** The events of one request. Confined to one thread. */
  public final class Events {
    private final LogParser parser = parsers.get();
    private final RecordOrigin origin = new RecordOrigin("", NO_TOPIC_CODE, 0, 0, clock.millis());
    private final Batch batch = new Batch();
    private final boolean shedTrace;
    private final boolean shedDebug;
    private final ServiceAccess access;

    private Events(double pressure, ServiceAccess access) {
      this.access = access;
      this.shedTrace = pressure >= limits.shedTraceAt();
      this.shedDebug = pressure >= limits.shedDebugAt();
    }

    /**
     * Takes an event, or not.
     *
     * @param index 0-based, in the request
     * @param json the event, an object
     * @param id for an event that has none
     */
    public void take(int index, byte[] json, Supplier<String> id) {
      ParsedLog parsed = parser.parse(json, origin);
      if (parsed.event() == null) {
        DeadLetter why = parsed.deadLetter();
        batch.reject(index, why.reason(), why.detail());
        return;
      }
      String service = parsed.event().service();
      if (!access.allows(service)) {
        batch.reject(index, SenderAccess.NOT_ALLOWED, SenderAccess.detail(access, service));
        return;
      }
      LogLevel level = parsed.event().level();
      if ((level == LogLevel.TRACE && shedTrace) || (level == LogLevel.DEBUG && shedDebug)) {
        batch.shed(level);
        return;
      }
      byte[] outgoing = parsed.event().producerId() == null ? withId(json, id.get()) : json;
      String key = limits.partitionSets().key(service, parsed.event().host());
      batch.add(index, new OutgoingRecord(key, outgoing));
    }

    /** Returns what became of the events so far. */
    public Batch batch() {
      return batch;
    }
  }

  /** Puts an id in front of an object's own members. */
  private static byte[] withId(byte[] object, String id) {
    byte[] member = ("{\"id\":" + quote(id) + ",").getBytes(StandardCharsets.UTF_8);
    byte[] result = new byte[member.length + object.length - 1];
    System.arraycopy(member, 0, result, 0, member.length);
    System.arraycopy(object, 1, result, member.length, object.length - 1);
    return result;
  }

  private static String quote(String id) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(id)) + '"';
  }
}
