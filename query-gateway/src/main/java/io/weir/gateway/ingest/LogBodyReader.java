package io.weir.gateway.ingest;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.weir.gateway.config.GatewayConfig;
import io.weir.model.deadletter.DeadLetter;
import io.weir.model.kafka.RecordOrigin;
import io.weir.model.log.LogLevel;
import io.weir.model.log.LogParser;
import io.weir.model.log.ParsedLog;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads {@code {"events":[...]}}: judges each event as the logs job will judge it, sheds TRACE and
 * DEBUG under pressure, and passes on the bytes that the client wrote, with an id where a key gives
 * one.
 */
public final class LogBodyReader implements BodyReader {
  /** Where an event stands while it is judged: it has no place in Kafka yet. */
  private static final String NO_TOPIC_CODE = "00000";

  private final Supplier<LogParser> parsers;
  private final GatewayConfig.Ingest limits;
  private final Clock clock;

  /**
   * @param parsers gives a parser for one request; parsers are not thread-safe
   */
  public LogBodyReader(Supplier<LogParser> parsers, GatewayConfig.Ingest limits, Clock clock) {
    this.parsers = Objects.requireNonNull(parsers, "parsers");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public Batch read(byte[] json, Optional<String> idempotencyKey, double pressure) {
    List<ArraySplitter.Slice> slices = ArraySplitter.split(json, "events", limits.maxEvents());
    boolean shedTrace = pressure >= limits.shedTraceAt();
    boolean shedDebug = pressure >= limits.shedDebugAt();
    LogParser parser = parsers.get();
    RecordOrigin origin = new RecordOrigin("", NO_TOPIC_CODE, 0, 0, clock.millis());
    Optional<ProducerIds> ids = idempotencyKey.map(ProducerIds::new);
    Batch batch = new Batch();
    for (int index = 0; index < slices.size(); index++) {
      ArraySplitter.Slice slice = slices.get(index);
      if (!slice.object()) {
        batch.reject(index, "not_an_object", "the event is not a JSON object");
        continue;
      }
      byte[] value = Arrays.copyOfRange(json, slice.from(), slice.to());
      ParsedLog parsed = parser.parse(value, origin);
      if (parsed.event() == null) {
        DeadLetter why = parsed.deadLetter();
        batch.reject(index, why.reason(), why.detail());
        continue;
      }
      LogLevel level = parsed.event().level();
      if ((level == LogLevel.TRACE && shedTrace) || (level == LogLevel.DEBUG && shedDebug)) {
        batch.shed(level);
        continue;
      }
      // Without a key an id would be another one in each repetition, and tell nobody anything.
      byte[] outgoing =
          ids.isPresent() && parsed.event().producerId() == null
              ? withId(value, ids.get().id(index))
              : value;
      String key = limits.partitionSets().key(parsed.event().service(), parsed.event().host());
      batch.add(index, new OutgoingRecord(key, outgoing));
    }
    return batch;
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
