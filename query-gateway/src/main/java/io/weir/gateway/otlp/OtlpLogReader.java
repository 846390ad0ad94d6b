package io.weir.gateway.otlp;

import com.google.protobuf.Message;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.resource.v1.Resource;
import io.weir.gateway.auth.Caller;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.ingest.Batch;
import io.weir.gateway.ingest.BodyReader;
import io.weir.gateway.ingest.BodyTooLargeException;
import io.weir.gateway.ingest.LogIntake;
import io.weir.gateway.ingest.ProducerIds;
import io.weir.model.log.LogLimits;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads an {@code ExportLogsServiceRequest}: each log record becomes an event, judged as the logs
 * job will judge it. A record that cannot be read costs itself; a request whose frame cannot be
 * read is refused.
 *
 * <p>An exporter that was not answered sends the same bytes again. Records that say when they were
 * written therefore get ids made of the request's bytes and their own, by which the repeat is
 * recognised; a record without a time may well be meant twice, and its id is random.
 */
public final class OtlpLogReader implements BodyReader {
  private static final String SHA_256 = "SHA-256";
  private static final int KEY_BYTES = 16;

  private final OtlpEncoding encoding;
  private final LogIntake intake;
  private final ProducerIds ids;
  private final GatewayConfig.Ingest limits;

  private OtlpLogReader(
      OtlpEncoding encoding, LogIntake intake, ProducerIds ids, GatewayConfig.Ingest limits) {
    this.encoding = encoding;
    this.intake = Objects.requireNonNull(intake, "intake");
    this.ids = Objects.requireNonNull(ids, "ids");
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  /** Returns a reader of protobuf. */
  public static OtlpLogReader protobuf(
      LogIntake intake, ProducerIds ids, GatewayConfig.Ingest limits) {
    return new OtlpLogReader(new ProtobufEncoding(), intake, ids, limits);
  }

  /** Returns a reader of JSON. */
  public static OtlpLogReader json(LogIntake intake, ProducerIds ids, GatewayConfig.Ingest limits) {
    return new OtlpLogReader(new JsonEncoding(), intake, ids, limits);
  }

  @Override
  public Batch read(byte[] body, Optional<String> idempotencyKey, double pressure, Caller caller) {
    Reading reading =
        new Reading(
            body,
            caller.id(),
            idempotencyKey.orElseGet(() -> digest(body)),
            intake.open(pressure, caller.services()));
    for (OtlpRequest.ResourceGroup resource :
        OtlpRequest.logs(encoding, body, limits.maxEvents())) {
      reading.resource(resource);
    }
    return reading.events.batch();
  }

  private static String digest(byte[] body) {
    try {
      byte[] hash = MessageDigest.getInstance(SHA_256).digest(body);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, KEY_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + SHA_256, e);
    }
  }

  /** One request. */
  private final class Reading {
    private final byte[] body;
    private final String callerId;
    private final String key;
    private final LogIntake.Events events;
    private long bytes;
    private int index;

    Reading(byte[] body, String callerId, String key, LogIntake.Events events) {
      this.body = body;
      this.callerId = callerId;
      this.key = key;
      this.events = events;
    }

    void resource(OtlpRequest.ResourceGroup group) {
      String resource;
      try {
        resource =
            group.resource() == null
                ? null
                : LogRecordJson.resource(
                    parse(group.resource(), Resource.getDefaultInstance(), "the resource"));
      } catch (MalformedOtlpException e) {
        group.scopes().forEach(scope -> rejectAll(scope, "invalid_resource", e));
        return;
      }
      group.scopes().forEach(scope -> scope(scope, resource));
    }

    private void scope(OtlpRequest.ScopeGroup group, String resource) {
      String scope;
      try {
        scope =
            group.scope() == null
                ? null
                : LogRecordJson.scope(
                    parse(group.scope(), InstrumentationScope.getDefaultInstance(), "the scope"));
      } catch (MalformedOtlpException e) {
        rejectAll(group, "invalid_scope", e);
        return;
      }
      for (Slice item : group.items()) {
        record(item, resource, scope);
        index++;
      }
    }

    private void record(Slice at, String resource, String scope) {
      LogRecord record;
      try {
        record = parse(at, LogRecord.getDefaultInstance(), "the record");
      } catch (MalformedOtlpException e) {
        events.batch().reject(index, "invalid_record", e.getMessage());
        return;
      }
      byte[] json = LogRecordJson.write(record, resource, scope);
      bytes += json.length;
      if (bytes > limits.maxInflatedBytes()) {
        // A resource stands once in the request but in each event.
        throw new BodyTooLargeException(
            "the events of the request are larger than " + limits.maxInflatedBytes() + " bytes");
      }
      boolean timed = record.getTimeUnixNano() != 0 || record.getObservedTimeUnixNano() != 0;
      events.take(
          index,
          json,
          () -> timed ? ProducerIds.repeatable(callerId, key, index, json) : ids.unique());
    }

    private void rejectAll(OtlpRequest.ScopeGroup group, String reason, Exception why) {
      for (int i = 0; i < group.items().size(); i++) {
        events.batch().reject(index++, reason, why.getMessage());
      }
    }

    private <M extends Message> M parse(Slice at, M prototype, String what)
        throws MalformedOtlpException {
      if (at.length() > LogLimits.DEFAULT.maxRecordBytes()) {
        throw new MalformedOtlpException(
            what + " has more than " + LogLimits.DEFAULT.maxRecordBytes() + " bytes");
      }
      return encoding.parse(body, at, prototype);
    }
  }
}
