package io.weir.gateway.ingest;

import io.weir.gateway.auth.Caller;
import io.weir.gateway.config.GatewayConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Reads {@code {"events":[...]}} and passes on the bytes that the client wrote, with an id. */
public final class LogBodyReader implements BodyReader {
  private final LogIntake intake;
  private final ProducerIds ids;
  private final GatewayConfig.Ingest limits;

  public LogBodyReader(LogIntake intake, ProducerIds ids, GatewayConfig.Ingest limits) {
    this.intake = Objects.requireNonNull(intake, "intake");
    this.ids = Objects.requireNonNull(ids, "ids");
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  @Override
  public Batch read(byte[] json, Optional<String> idempotencyKey, double pressure, Caller caller) {
    List<ArraySplitter.Slice> slices = ArraySplitter.split(json, "events", limits.maxEvents());
    LogIntake.Events events = intake.open(pressure, caller.services());
    for (int i = 0; i < slices.size(); i++) {
      int index = i;
      ArraySplitter.Slice slice = slices.get(index);
      if (slice.object()) {
        byte[] event = Arrays.copyOfRange(json, slice.from(), slice.to());
        events.take(
            index,
            event,
            () ->
                idempotencyKey
                    .map(key -> ProducerIds.repeatable(caller.id(), key, index, event))
                    .orElseGet(ids::unique));
      } else {
        events.batch().reject(index, "not_an_object", "the event is not a JSON object");
      }
    }
    return events.batch();
  }
}
