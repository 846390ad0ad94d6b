package io.weir.gateway.documents;

import java.util.Objects;
import java.util.Optional;

/**
 * What has to be true of a document for a write to happen.
 *
 * @param kind what is asked
 * @param version that the document has to have, for {@link Kind#VERSION}
 */
public record Precondition(Kind kind, long version) {
  private static final Precondition ABSENT = new Precondition(Kind.ABSENT, 0);
  private static final Precondition EXISTS = new Precondition(Kind.EXISTS, 0);

  /** What is asked. */
  public enum Kind {
    /** There is no such document. */
    ABSENT,
    /** There is one, whatever its version. */
    EXISTS,
    /** There is one, and it has this version. */
    VERSION
  }

  public Precondition {
    Objects.requireNonNull(kind, "kind");
  }

  public static Precondition absent() {
    return ABSENT;
  }

  public static Precondition exists() {
    return EXISTS;
  }

  public static Precondition version(long version) {
    return new Precondition(Kind.VERSION, version);
  }

  /**
   * Checks.
   *
   * @throws PreconditionFailedException saying what is the case instead
   */
  public void check(String id, Optional<Document> current) {
    boolean met =
        switch (kind) {
          case ABSENT -> current.isEmpty();
          case EXISTS -> current.isPresent();
          case VERSION -> current.isPresent() && current.get().version() == version;
        };
    if (!met) {
      throw new PreconditionFailedException(id, this, current.map(Document::version));
    }
  }
}
