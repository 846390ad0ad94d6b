package io.weir.gateway.otlp;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.ingest.BodyTooLargeException;
import java.util.ArrayList;
import java.util.List;

/**
 * An export request cut into its records: log records or metrics, below their scope and resource.
 * In all of OTLP's requests field 1 is the resources, and in each of those field 1 says which it is
 * and field 2 what it has; the same again for scopes.
 */
final class OtlpRequest {
  private static final int RESOURCES = 1;
  private static final int ABOUT = 1;
  private static final int CONTENTS = 2;

  private final OtlpEncoding encoding;
  private final byte[] body;
  private final int max;
  private int groups;
  private int items;

  private OtlpRequest(OtlpEncoding encoding, byte[] body, int max) {
    this.encoding = encoding;
    this.body = body;
    this.max = max;
  }

  /**
   * What one resource sent.
   *
   * @param resource which it is; null if it does not say
   */
  record ResourceGroup(Slice resource, List<ScopeGroup> scopes) {}

  /**
   * What one scope of a resource sent.
   *
   * @param scope which it is; null if it does not say
   * @param items log records or metrics
   */
  record ScopeGroup(Slice scope, List<Slice> items) {}

  /**
   * Cuts a request of logs.
   *
   * @param max records in it at most
   * @throws InvalidRequestException if it cannot be cut
   * @throws BodyTooLargeException if it has more records
   */
  static List<ResourceGroup> logs(OtlpEncoding encoding, byte[] body, int max) {
    return new OtlpRequest(encoding, body, max).read(ExportLogsServiceRequest.getDescriptor());
  }

  /** Cuts a request of metrics likewise. */
  static List<ResourceGroup> metrics(OtlpEncoding encoding, byte[] body, int max) {
    return new OtlpRequest(encoding, body, max).read(ExportMetricsServiceRequest.getDescriptor());
  }

  private List<ResourceGroup> read(Descriptor request) {
    List<ResourceGroup> resources = new ArrayList<>();
    try {
      encoding.members(
          body,
          new Slice(0, body.length),
          request,
          (field, at) -> {
            if (field.getNumber() == RESOURCES) {
              resources.add(resource(field, at));
            }
          });
    } catch (MalformedOtlpException e) {
      throw new InvalidRequestException(
          "body", "is no " + request.getName() + " of OTLP: " + e.getMessage());
    }
    return resources;
  }

  private ResourceGroup resource(FieldDescriptor field, Slice at) throws MalformedOtlpException {
    count();
    Slice[] resource = {null};
    List<ScopeGroup> scopes = new ArrayList<>(1);
    encoding.members(
        body,
        at,
        field.getMessageType(),
        (member, slice) -> {
          if (member.getNumber() == ABOUT) {
            resource[0] = slice;
          } else if (member.getNumber() == CONTENTS) {
            scopes.add(scope(member, slice));
          }
        });
    return new ResourceGroup(resource[0], scopes);
  }

  private ScopeGroup scope(FieldDescriptor field, Slice at) throws MalformedOtlpException {
    count();
    Slice[] scope = {null};
    List<Slice> contents = new ArrayList<>();
    encoding.members(
        body,
        at,
        field.getMessageType(),
        (member, slice) -> {
          if (member.getNumber() == ABOUT) {
            scope[0] = slice;
          } else if (member.getNumber() == CONTENTS) {
            if (++items > max) {
              throw tooMany("records");
            }
            contents.add(slice);
          }
        });
    return new ScopeGroup(scope[0], contents);
  }

  private void count() {
    if (++groups > 2 * max) {
      throw tooMany("resources and scopes");
    }
  }

  private BodyTooLargeException tooMany(String what) {
    return new BodyTooLargeException(
        "more than " + max + " " + what + " in one request; let the exporter send less");
  }
}
