package io.weir.gateway.documents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.NotFoundException;
import io.weir.gateway.UnprocessableException;
import io.weir.gateway.auth.ForbiddenException;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.model.json.UnknownMembers;
import io.weir.model.validation.InvalidRecordException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Creates, shows, changes and deletes documents of one kind. What is shown has a member {@code
 * version}; what is sent may have it, and then only that version is replaced. Thread-safe.
 */
public final class DocumentService<T> {
  private static final String VERSION = "version";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature(), true);

  private final DocumentKind<T> kind;
  private final DocumentStore store;
  private final int max;
  private final Supplier<String> newIds;

  /**
   * @param max documents of this kind at most
   * @param newIds gives ids that nobody has
   */
  public DocumentService(
      DocumentKind<T> kind, DocumentStore store, int max, Supplier<String> newIds) {
    this.kind = Objects.requireNonNull(kind, "kind");
    this.store = Objects.requireNonNull(store, "store");
    this.max = max;
    this.newIds = Objects.requireNonNull(newIds, "newIds");
  }

  /** What was written. */
  public record Written(String id, long version) {}

  /** A document as it is shown. */
  public record Shown(ObjectNode json, long version) {}

  /**
   * All documents.
   *
   * @param unreadable ids of documents that somebody else wrote and that are none
   */
  public record Listing(List<Shown> documents, List<String> unreadable) {}

  /** A write names no version and none has been asked for. */
  public static final class PreconditionRequiredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PreconditionRequiredException(String message) {
      super(message);
    }
  }

  /** Returns the kind's name. */
  public String name() {
    return kind.name();
  }

  /**
   * Creates a document, under the id in it or a new one.
   *
   * @throws InvalidRecordException naming every field that is wrong
   * @throws PreconditionFailedException if the id is taken
   * @throws ForbiddenException if it is about services that the caller may not see
   */
  public Written create(byte[] body, ServiceAccess access) {
    Sent<T> sent = read(body);
    checkOwn(sent.document(), access);
    if (sent.version().isPresent()) {
      throw new InvalidRecordException(VERSION, "has no meaning for a new " + kind.name());
    }
    if (store.all().size() >= max) {
      throw new UnprocessableException(
          "there are as many " + kind.name() + "s as there may be, " + max);
    }
    String id = Objects.requireNonNullElseGet(kind.id().apply(sent.document()), newIds);
    return write(id, sent.document(), Precondition.absent());
  }

  /** Returns one document, if the caller may see it. */
  public Shown find(String id, ServiceAccess access) {
    Document document = store.find(id).orElseThrow(() -> missing(id));
    try {
      T value = kind.decode().apply(document.json(), UnknownMembers.IGNORE);
      if (!kind.visible().test(value, access)) {
        throw missing(id);
      }
      return show(document, value);
    } catch (InvalidRecordException e) {
      throw new UnprocessableException(
          "'" + id + "' is in its topic but is no " + kind.name() + ": " + e.getMessage());
    }
  }

  /** Returns what a document says; empty if there is none, or if it is in the topic but is none. */
  public Optional<T> value(String id) {
    return store.find(id).flatMap(this::read);
  }

  private Optional<T> read(Document document) {
    try {
      return Optional.of(kind.decode().apply(document.json(), UnknownMembers.IGNORE));
    } catch (InvalidRecordException e) {
      return Optional.empty();
    }
  }

  /** Returns every document that the caller may see. */
  public Listing list(ServiceAccess access) {
    List<Shown> documents = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    for (Document document : store.all()) {
      try {
        T value = kind.decode().apply(document.json(), UnknownMembers.IGNORE);
        if (kind.visible().test(value, access)) {
          documents.add(show(document, value));
        }
      } catch (InvalidRecordException e) {
        if (!access.isRestricted()) {
          unreadable.add(document.id());
        }
      }
    }
    return new Listing(documents, unreadable);
  }

  /**
   * Replaces a document.
   *
   * @param ifMatch what the client said outside the body
   * @throws PreconditionRequiredException if the client named no version at all
   */
  public Written replace(
      String id, byte[] body, Optional<Precondition> ifMatch, ServiceAccess access) {
    Sent<T> sent = read(body);
    checkOwn(sent.document(), access);
    String inside = kind.id().apply(sent.document());
    if (inside != null && !inside.equals(id)) {
      throw new InvalidRecordException("id", "is not the id in the path");
    }
    if (ifMatch.isPresent()
        && sent.version().isPresent()
        && !ifMatch.equals(sent.version().map(Precondition::version))) {
      throw new InvalidRecordException(VERSION, "is not the version of If-Match");
    }
    Precondition precondition =
        ifMatch
            .or(() -> sent.version().map(Precondition::version))
            .orElseThrow(
                () ->
                    new PreconditionRequiredException(
                        "say which version is replaced: If-Match with the ETag, or the version in"
                            + " the body; If-Match: * for any"));
    checkThere(id, access);
    return write(id, sent.document(), precondition);
  }

  /** Deletes a document; without a condition whatever its version. */
  public void delete(String id, Optional<Precondition> ifMatch, ServiceAccess access) {
    checkThere(id, access);
    store.delete(id, ifMatch.orElse(Precondition.exists()));
  }

  private void checkOwn(T document, ServiceAccess access) {
    if (!kind.visible().test(document, access)) {
      throw new ForbiddenException(
          "this "
              + kind.name()
              + " is about more than "
              + access.names()
              + ", which are all that the caller may see");
    }
  }

  /** One that may not be seen is not there; one that is none can be mended by who sees all. */
  private void checkThere(String id, ServiceAccess access) {
    Document document = store.find(id).orElseThrow(() -> missing(id));
    if (access.isRestricted()
        && read(document).filter(value -> kind.visible().test(value, access)).isEmpty()) {
      throw missing(id);
    }
  }

  private Written write(String id, T document, Precondition precondition) {
    if (kind.reservedIds().contains(id)) {
      throw new InvalidRecordException("id", "'" + id + "' is a word of the API");
    }
    kind.check().accept(document);
    byte[] json = kind.encode().apply(kind.withId().apply(document, id));
    return new Written(id, store.put(id, json, precondition));
  }

  private NotFoundException missing(String id) {
    return new NotFoundException("there is no " + kind.name() + " '" + id + "'");
  }

  /** The stored form may be older than this gateway: what is shown is what it means here. */
  private Shown show(Document document, T value) {
    byte[] json = kind.encode().apply(kind.withId().apply(value, document.id()));
    try {
      ObjectNode tree = (ObjectNode) JSON.readTree(json);
      return new Shown(tree.put(VERSION, document.version()), document.version());
    } catch (IOException e) {
      throw new IllegalStateException("what was just written can be read", e);
    }
  }

  private record Sent<T>(T document, Optional<Long> version) {}

  private Sent<T> read(byte[] body) {
    JsonNode tree;
    try {
      tree = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new InvalidRecordException("", "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new InvalidRecordException("", "not JSON: " + e.getMessage());
    }
    if (!(tree instanceof ObjectNode object)) {
      throw new InvalidRecordException("", "an " + kind.name() + " is a JSON object");
    }
    JsonNode version = object.remove(VERSION);
    if (version != null && !version.canConvertToExactIntegral()) {
      throw new InvalidRecordException(VERSION, "must be a whole number");
    }
    try {
      return new Sent<>(
          kind.decode().apply(JSON.writeValueAsBytes(object), UnknownMembers.REJECT),
          Optional.ofNullable(version).map(JsonNode::longValue));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can be written", e);
    }
  }
}
