package io.weir.gateway.documents;

import io.weir.gateway.search.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Documents in memory, whose store can be away. */
public final class TestingDocumentStore implements DocumentStore {
  private final TreeMap<String, Document> documents = new TreeMap<>();
  private long nextVersion = 10;
  private boolean away;

  public synchronized void away(boolean value) {
    away = value;
  }

  /** Puts something in that went past the API. */
  public synchronized void force(String id, byte[] json) {
    documents.put(id, new Document(id, nextVersion++, json));
  }

  @Override
  public synchronized List<Document> all() {
    there();
    return List.copyOf(documents.values());
  }

  @Override
  public synchronized Optional<Document> find(String id) {
    there();
    return Optional.ofNullable(documents.get(id));
  }

  @Override
  public synchronized long put(String id, byte[] json, Precondition precondition) {
    precondition.check(id, find(id));
    documents.put(id, new Document(id, nextVersion, json));
    return nextVersion++;
  }

  @Override
  public synchronized void delete(String id, Precondition precondition) {
    precondition.check(id, find(id));
    documents.remove(id);
    nextVersion++;
  }

  private void there() {
    if (away) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "the topic is away", null);
    }
  }
}
