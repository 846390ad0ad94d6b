package io.weir.gateway.kafka;

import io.weir.gateway.documents.Document;
import io.weir.gateway.documents.DocumentStore;
import io.weir.gateway.documents.Precondition;
import io.weir.gateway.search.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Documents in a compacted topic of one partition: the key is the id, the offset the version, the
 * last committed record of a key its truth.
 *
 * <p>Kafka cannot compare and set, but it can tell one writer from another. All gateways write
 * under one transactional id, of which Kafka lets only the latest holder commit. A write reads the
 * topic to its end, checks its precondition and commits: if another gateway has taken the id over
 * in the meantime, the commit fails, nothing was written, and the write begins anew. So a write
 * that succeeds saw everything that was written before it. {@code docs/adr/0065} says more.
 *
 * <p>Thread-safe; writes of one process follow one another.
 */
public final class KafkaDocumentStore implements DocumentStore, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaDocumentStore.class);
  private static final int PARTITION = 0;

  /** Gateways that take turns in fencing each other get through sooner or later, or too late. */
  private static final int MAX_ATTEMPTS = 20;

  private static final long NONE = -1;
  private static final String IN_DOUBT = "it may or may not have happened";

  private final TopicTable<byte[]> table;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final LogEnd logEnd;
  private final String topic;
  private final Duration timeout;
  private Producer<byte[], byte[]> producer;

  /**
   * @param table of the topic, which its owner closes
   * @param producers makes a transactional producer, whose transactions are not initialised
   * @param logEnd tells where the topic ends
   * @param timeout of one write
   */
  public KafkaDocumentStore(
      TopicTable<byte[]> table,
      Supplier<Producer<byte[], byte[]>> producers,
      LogEnd logEnd,
      String topic,
      Duration timeout) {
    this.table = Objects.requireNonNull(table, "table");
    this.producers = Objects.requireNonNull(producers, "producers");
    this.logEnd = Objects.requireNonNull(logEnd, "logEnd");
    this.topic = Objects.requireNonNull(topic, "topic");
    this.timeout = Objects.requireNonNull(timeout, "timeout");
  }

  /** Tells where a topic ends, open transactions included. */
  public interface LogEnd {
    /** Returns the offset that the next record gets; throws KafkaException if nobody knows. */
    long offset();
  }

  @Override
  public List<Document> all() {
    return table.all().stream().map(KafkaDocumentStore::document).toList();
  }

  @Override
  public Optional<Document> find(String id) {
    return table.get(id).map(KafkaDocumentStore::document);
  }

  private static Document document(TopicTable.Row<byte[]> row) {
    return new Document(row.key(), row.offset(), row.value());
  }

  @Override
  public long put(String id, byte[] json, Precondition precondition) {
    return write(id, json, precondition);
  }

  @Override
  public void delete(String id, Precondition precondition) {
    write(id, null, precondition);
  }

  private synchronized long write(String id, byte[] valueOrNull, Precondition precondition) {
    long deadline = System.nanoTime() + timeout.toNanos();
    long unsettled = NONE;
    try {
      for (int attempt = 1; ; attempt++) {
        try {
          readToTheEnd(deadline);
          if (unsettled != NONE && hasHappened(id, unsettled)) {
            return unsettled;
          }
          unsettled = NONE;
          long offset = attempt(id, valueOrNull, precondition, deadline);
          readBack(offset, deadline);
          return offset;
        } catch (UnsettledCommitException e) {
          // The next holder of the id settles it, and then what the topic holds tells.
          forgetProducer();
          unsettled = e.offset;
          if (attempt == MAX_ATTEMPTS) {
            throw e.cause;
          }
        } catch (ProducerFencedException
            | InvalidProducerEpochException
            | InvalidTxnStateException e) {
          // Another gateway wrote meanwhile, and this write did not happen. The last of the three
          // comes when the coordinator has already ended the transaction for us: aborted it.
          forgetProducer();
          if (attempt == MAX_ATTEMPTS) {
            throw e;
          }
        }
      }
    } catch (TimeoutException e) {
      forgetProducer();
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "Kafka did not acknowledge the write in time; " + IN_DOUBT + ": " + e.getMessage(),
          e);
    } catch (KafkaException e) {
      forgetProducer();
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          (unsettled == NONE
                  ? "Kafka did not take the write: "
                  : "Kafka failed; " + IN_DOUBT + ": ")
              + e.getMessage(),
          e);
    }
  }

  private void readBack(long offset, long deadline) {
    try {
      table.awaitPosition(PARTITION, offset + 1, left(deadline));
    } catch (StoreException e) {
      throw new StoreException(
          e.kind(), "the write is done, but was not read back in time: " + e.getMessage(), e);
    }
  }

  /** Takes the id, if another has it, and sees everything that was written before. */
  private void readToTheEnd(long deadline) {
    if (producer == null) {
      producer = producers.get();
      producer.initTransactions();
    }
    table.awaitPosition(PARTITION, logEnd.offset(), left(deadline));
  }

  /**
   * Returns whether the commit of which Kafka could not say how it ended has taken place, also if
   * somebody has written after it.
   *
   * @throws StoreException if nobody can tell, because the topic was read anew since
   */
  private boolean hasHappened(String id, long offset) {
    return table
        .hadRecordAt(PARTITION, offset)
        .orElseThrow(
            () ->
                new StoreException(
                    StoreException.Kind.UNAVAILABLE,
                    "Kafka failed while it committed the write of '" + id + "'; " + IN_DOUBT,
                    null));
  }

  private long attempt(String id, byte[] valueOrNull, Precondition precondition, long deadline) {
    precondition.check(id, find(id));
    producer.beginTransaction();
    Future<RecordMetadata> sent =
        producer.send(
            new ProducerRecord<>(
                topic, PARTITION, id.getBytes(StandardCharsets.UTF_8), valueOrNull));
    commit(sent);
    try {
      return sent.get(left(deadline).toMillis(), TimeUnit.MILLISECONDS).offset();
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new KafkaException("a committed record has no offset", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  private void commit(Future<RecordMetadata> sent) {
    try {
      producer.commitTransaction();
    } catch (ProducerFencedException
        | InvalidProducerEpochException
        | InvalidTxnStateException
        | TimeoutException
        | InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      Long offset = offset(sent);
      if (offset == null) {
        throw e; // never written, so never committed
      }
      throw new UnsettledCommitException(offset, e);
    }
  }

  /** Returns where the record stands; null if it has not been written. */
  private static Long offset(Future<RecordMetadata> sent) {
    try {
      return sent.isDone() ? sent.get().offset() : null;
    } catch (ExecutionException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  /** The record is written, and the broker failed while it was committed. */
  private static final class UnsettledCommitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long offset;
    private final KafkaException cause;

    UnsettledCommitException(long offset, KafkaException cause) {
      super(cause);
      this.offset = offset;
      this.cause = cause;
    }
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
  }

  private void forgetProducer() {
    if (producer != null) {
      try {
        producer.close(Duration.ZERO);
      } catch (KafkaException e) {
        LOG.debug("A producer that is given up did not close", e);
      }
      producer = null;
    }
  }

  @Override
  public synchronized void close() {
    forgetProducer();
  }
}
