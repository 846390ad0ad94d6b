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
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Kafka for partitions, and takes those that it knows when Kafka does not answer. Flink's
 * enumerator fails the job over a question that was not answered, as while one broker of several is
 * cut off, though what is read comes from the others. Whatever is no matter of trying again, a
 * topic that is gone for one, fails as ever; so does the first question of a JobManager. An
 * enumerator that Flink makes anew after a failure within one JobManager asks the same subscriber:
 * its first question may be answered by what is known. Thread-safe, because the one before may
 * still be asking.
 */
public final class SteadySubscriber implements KafkaSubscriber, KafkaDatasetIdentifierProvider {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(SteadySubscriber.class);

  private final KafkaSubscriber subscriber;
  private transient volatile Set<TopicPartition> known;

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
      Set<TopicPartition> answer = subscriber.getSubscribedTopicPartitions(admin);
      known = answer;
      return answer;
    } catch (RuntimeException e) {
      Set<TopicPartition> before = known;
      if (before == null || !passes(e)) {
        throw e;
      }
      LOG.warn(
          "Kafka was asked for new partitions and did not answer ({}); the {} that are known are"
              + " read on, and it is asked again later",
          ExceptionUtils.findThrowable(e, RetriableException.class).orElseThrow(),
          before.size());
      return before;
    }
  }

  /** Returns whether another try may go better. Kafka calls a topic that is gone retriable, too. */
  private static boolean passes(RuntimeException failure) {
    return ExceptionUtils.findThrowable(failure, RetriableException.class).isPresent()
        && ExceptionUtils.findThrowable(failure, UnknownTopicOrPartitionException.class).isEmpty()
        && ExceptionUtils.findThrowable(failure, UnknownTopicIdException.class).isEmpty();
  }

  @Override
  public Optional<DefaultKafkaDatasetIdentifier> getDatasetIdentifier() {
    return subscriber instanceof KafkaDatasetIdentifierProvider provider
        ? provider.getDatasetIdentifier()
        : Optional.empty();
  }
}
