package io.weir.gateway.ingest;

import io.weir.gateway.auth.Caller;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.config.GatewayConfig;
import io.weir.model.json.MetricPointJson;
import io.weir.model.metric.MetricPoint;
import io.weir.model.validation.InvalidRecordException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads {@code {"points":[...]}}: judges each point with the codec by which the metrics job reads
 * it, and passes on the bytes that the client wrote, under the name of the metric.
 */
public final class MetricBodyReader implements BodyReader {
  private final GatewayConfig.Ingest limits;

  public MetricBodyReader(GatewayConfig.Ingest limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  @Override
  public Batch read(byte[] json, Optional<String> idempotencyKey, double pressure, Caller caller) {
    List<ArraySplitter.Slice> slices = ArraySplitter.split(json, "points", limits.maxEvents());
    ServiceAccess access = caller.services();
    Batch batch = new Batch();
    for (int index = 0; index < slices.size(); index++) {
      ArraySplitter.Slice slice = slices.get(index);
      if (!slice.object()) {
        batch.reject(index, "not_an_object", "the point is not a JSON object");
        continue;
      }
      try {
        MetricPoint point = MetricPointJson.decode(json, slice.from(), slice.to());
        String service = point.tags().get(SenderAccess.SERVICE_TAG);
        if (!access.allows(service)) {
          batch.reject(index, SenderAccess.NOT_ALLOWED, SenderAccess.detail(access, service));
          continue;
        }
        batch.add(
            index,
            new OutgoingRecord(point.metric(), Arrays.copyOfRange(json, slice.from(), slice.to())));
      } catch (InvalidRecordException e) {
        batch.reject(index, reason(e), e.getMessage());
      }
    }
    return batch;
  }

  /** Returns which member is wrong, as a code: the name of a tag is none. */
  private static String reason(InvalidRecordException e) {
    String field = e.errors().get(0).field();
    int dot = field.indexOf('.');
    String member = dot < 0 ? field : field.substring(0, dot);
    return member.isEmpty() ? "invalid_point" : "invalid_" + member;
  }
}
