package io.weir.operators.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.flink.connector.kafka.source.enumerator.subscriber.KafkaSubscriber;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class SteadySubscriberTest {
  private static final TopicPartition P0 = new TopicPartition("logs", 0);
  private static final TopicPartition P1 = new TopicPartition("logs", 1);

  private final Kafka kafka = new Kafka();
  private final SteadySubscriber subscriber = new SteadySubscriber(kafka);

  /** Answers as it is told. */
  private static final class Kafka implements KafkaSubscriber {
    private static final long serialVersionUID = 1;
    private Set<TopicPartition> partitions = Set.of(P0);
    private Exception failure;

    @Override
    public Set<TopicPartition> getSubscribedTopicPartitions(AdminClient admin) {
      if (failure != null) {
        // As Flink's own wrap it.
        throw new IllegalStateException("no metadata", new ExecutionException(failure));
      }
      return partitions;
    }
  }

  private Set<TopicPartition> ask() {
    return subscriber.getSubscribedTopicPartitions(null);
  }

  @Test
  void goesOnWithWhatItKnowsWhileNobodyAnswersAndFindsWhatIsNewAfterwards() {
    assertThat(ask()).containsExactly(P0);
    kafka.failure = new TimeoutException("a broker is silent");
    assertThat(ask()).containsExactly(P0);
    assertThat(ask()).containsExactly(P0);
    kafka.failure = null;
    kafka.partitions = Set.of(P0, P1);
    assertThat(ask()).containsExactlyInAnyOrder(P0, P1);
  }

  @Test
  void failsWhenTheFirstQuestionIsNotAnswered() {
    kafka.failure = new TimeoutException("a broker is silent");
    assertThatThrownBy(this::ask).hasRootCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void failsOverWhatNoOtherTryMends() {
    assertThat(ask()).isNotEmpty();
    kafka.failure = new UnknownTopicOrPartitionException("deleted");
    assertThatThrownBy(this::ask).hasRootCauseInstanceOf(UnknownTopicOrPartitionException.class);
    kafka.failure = new TimeoutException("late", new UnknownTopicOrPartitionException("deleted"));
    assertThatThrownBy(this::ask).hasRootCauseInstanceOf(UnknownTopicOrPartitionException.class);
    kafka.failure = new TopicAuthorizationException("logs");
    assertThatThrownBy(this::ask).hasRootCauseInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void travelsWithTheJobGraphAndNamesItsTopics() throws Exception {
    SteadySubscriber copy = InstantiationUtil.clone(SteadySubscriber.of(List.of("logs", "more")));
    assertThat(copy.getDatasetIdentifier().orElseThrow().getTopics())
        .containsExactly("logs", "more");
    assertThat(
            SteadySubscriber.of(Pattern.compile("logs-.*"))
                .getDatasetIdentifier()
                .orElseThrow()
                .getTopicPattern())
        .hasToString("logs-.*");
    assertThat(subscriber.getDatasetIdentifier()).isEmpty();
  }
}
