package io.weir.gateway.documents;

import java.util.List;
import java.util.Optional;

/**
 * Port to documents of one kind. Whoever has written reads what they wrote; others see it a moment
 * later. A write with a precondition happens only if it holds at that very moment, whoever else
 * writes. Every method throws {@link io.weir.gateway.search.StoreException} if the store is not
 * there.
 */
public interface DocumentStore {

  /** Returns every document, in order of the ids. */
  List<Document> all();

  /** Returns one document. */
  Optional<Document> find(String id);

  /**
   * Writes a version; blocks until it can be read.
   *
   * @return the version's number
   * @throws PreconditionFailedException if nothing was written
   */
  long put(String id, byte[] json, Precondition precondition);

  /**
   * Deletes; blocks until that can be seen.
   *
   * @throws PreconditionFailedException if nothing was deleted
   */
  void delete(String id, Precondition precondition);
}
