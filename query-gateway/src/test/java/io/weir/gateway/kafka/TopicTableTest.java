package io.weir.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.search.StoreException;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicTableTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final TestingTopic topic = new TestingTopic(2);
  private final TopicTable<String> table =
      new TopicTable<>(topic::consumer, TestingTopic.NAME, TopicTableTest::decode);

  private static String decode(byte[] value) {
    String text = new String(value, UTF_8);
    if (text.equals("bad")) {
      throw new IllegalArgumentException("bad");
    }
    return text;
  }

  @AfterEach
  void close() {
    table.close();
  }

  @Test
  void saysNothingBeforeItHasReadEverythingThatWasThere() {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(table::all)
        .withMessageContaining("has not been read yet");
    topic.append(0, "a", "1");
    topic.append(1, "b", "2");
    table.start();
    awaitReady();
    assertThat(table.all()).extracting("key").containsExactly("a", "b");
    assertThat(table.check()).isEqualTo("topic 'rules' is read, 2 entries");
  }

  @Test
  void followsWhatIsWrittenAndTellsWhenItHasReadIt() {
    table.start();
    long offset = topic.append(1, "a", "1");
    table.awaitPosition(1, offset + 1, SOON);
    assertThat(table.get("a").orElseThrow())
        .extracting(TopicTable.Row::offset, TopicTable.Row::value)
        .containsExactly(0L, "1");
    topic.append(1, "a", null);
    table.awaitPosition(1, offset + 2, SOON);
    assertThat(table.get("a")).isEmpty();
  }

  @Test
  void givesUpWaitingForWhatDoesNotCome() {
    table.start();
    awaitReady();
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> table.awaitPosition(0, 5, Duration.ofMillis(20)))
        .withMessageContaining("could not be read up to its end in time");
  }

  @Test
  void passesOverRecordsThatSayNothing() {
    topic.append(0, null, "keyless");
    topic.append(0, "a", "1");
    topic.append(0, "b", "bad");
    table.start();
    awaitReady();
    assertThat(table.all()).extracting("key").containsExactly("a");
  }

  @Test
  void waitsForATopicThatIsNotThere() {
    topic.missing(true);
    table.start();
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(table::check)
                    .withMessageContaining("there is no such topic"));
    topic.missing(false);
    awaitReady();
  }

  @Test
  void showsWhatItKnowsWhileKafkaIsAwayAndBeginsAnewThen() {
    topic.append(0, "old", "1");
    topic.append(0, "old2", "1");
    table.start();
    awaitReady();
    topic.fail(new KafkaException("the broker has gone"));
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(table::check)
                    .withMessageContaining("the broker has gone"));
    assertThat(table.get("old")).isPresent();
    topic.recreate();
    topic.append(0, "new", "2");
    topic.fail(null);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(table.all()).extracting("key").containsExactly("new"));
    assertThat(topic.consumers()).isGreaterThan(1);
  }

  @Test
  void knowsOfEachOffsetSinceItBeganToReadWhetherARecordWasThere() {
    topic.append(0, "a", "before");
    table.start();
    awaitReady();
    topic.append(0, "a", "1");
    topic.skip(0);
    topic.append(0, "a", "2");
    table.awaitPosition(0, 4, SOON);
    assertThat(table.hadRecordAt(0, 1)).as("overwritten").contains(true);
    assertThat(table.hadRecordAt(0, 2)).as("aborted").contains(false);
    assertThat(table.hadRecordAt(0, 4)).as("not read yet").isEmpty();
    assertThat(table.hadRecordAt(7, 0)).as("no such partition").isEmpty();
  }

  private void awaitReady() {
    await().atMost(SOON).ignoreExceptions().untilAsserted(table::check);
  }
}
