package io.weir.operators.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Asks a Kafka cluster for topic ids. A client lives for one question only: there are as many
 * questions as topics, at the start of a reader, and an idle admin client would keep its
 * connections for the life of the job.
 */
public final class KafkaTopicIds implements TopicIds {
  private static final long serialVersionUID = 1;

  /** A topic that was just created may be unknown to some brokers for a moment. */
  static final int ATTEMPTS = 5;

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final HashMap<String, String> clientProperties;

  /**
   * Creates a lookup.
   *
   * @param clientProperties properties of Kafka's admin client, {@code bootstrap.servers} at least
   */
  public KafkaTopicIds(Map<String, String> clientProperties) {
    this.clientProperties = new HashMap<>(requireNonNull(clientProperties, "clientProperties"));
  }

  @Override
  public Uuid idOf(String topic) {
    try (Admin admin = Admin.create(new HashMap<>(clientProperties))) {
      for (int attempt = 1; ; attempt++) {
        try {
          return admin.describeTopics(List.of(topic)).topicNameValues().get(topic).get().topicId();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof RetriableException) || attempt == ATTEMPTS) {
            throw new TopicLookupException(
                "cannot learn the id of topic '"
                    + topic
                    + "' after "
                    + attempt
                    + " attempts: "
                    + e.getCause().getMessage(),
                e.getCause());
          }
          pause();
        }
      }
    } catch (InterruptedException | ExecutionException e) {
      Thread.currentThread().interrupt();
      throw new TopicLookupException("interrupted while learning the id of topic " + topic, e);
    }
  }

  private static void pause() throws InterruptedException, ExecutionException {
    CompletableFuture.runAsync(
            () -> {}, CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS))
        .get();
  }
}
