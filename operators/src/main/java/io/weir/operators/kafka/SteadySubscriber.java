package io.weir.operators.kafka;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetIdentifierProvider;
import org.apache.flink.connector.kafka.source.enumerator.subscriber.KafkaSubscriber;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Kafka for partitions, and takes those that it knows when Kafka does not answer. Flink's
 * enumerator fails the job over a question that was not answered, as while one broker of several is
 * cut off, though what is read comes from the others. Whatever is no matter of trying again, a
 * topic that is gone for one, fails as ever; so does the first question. Confined to one thread.
 */
public final class SteadySubscriber implements KafkaSubscriber, KafkaDatasetIdentifierProvider {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(SteadySubscriber.class);

  private final KafkaSubscriber subscriber;
  private transient Set<TopicPartition> known;

  /**
   * @param subscriber which asks
   */
  SteadySubscriber(KafkaSubscriber subscriber) {
    this.subscriber = requireNonNull(subscriber, "subscriber");
  }

  /** Returns one for these topics. */
  public static SteadySubscriber of(List<String> topics) {
    return new SteadySubscriber(KafkaSubscriber.getTopicListSubscriber(topics));
  }

  /** Returns one for all topics whose name matches. */
  public static SteadySubscriber of(Pattern topics) {
    return new SteadySubscriber(KafkaSubscriber.getTopicPatternSubscriber(topics));
  }

  @Override
  public Set<TopicPartition> getSubscribedTopicPartitions(AdminClient admin) {
    try {
      known = subscriber.getSubscribedTopicPartitions(admin);
    } catch (RuntimeException e) {
      Optional<RetriableException> passing = passing(e);
      if (known == null || passing.isEmpty()) {
        throw e;
      }
      LOG.warn(
          "Kafka was asked for new partitions and did not answer ({}); the {} that are known are"
              + " read on, and it is asked again later",
          passing.get(),
          known.size());
    }
    return known;
  }

  /** Returns what another try may mend, if the failure is of that kind. */
  private static Optional<RetriableException> passing(RuntimeException failure) {
    return ExceptionUtils.findThrowable(failure, RetriableException.class)
        .filter(cause -> !(cause instanceof UnknownTopicOrPartitionException));
  }

  @Override
  public Optional<DefaultKafkaDatasetIdentifier> getDatasetIdentifier() {
    return subscriber instanceof KafkaDatasetIdentifierProvider provider
        ? provider.getDatasetIdentifier()
        : Optional.empty();
  }
}
