package io.weir.gateway.documents;

import java.util.Objects;

/**
 * One version of something that people keep.
 *
 * @param id its identity
 * @param version grows with each version of it; where it stands in its topic
 * @param json what it says
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
public record Document(String id, long version, byte[] json) {
  public Document {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(json, "json");
  }
}
