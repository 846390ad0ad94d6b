package io.weir.sinks.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.connector.base.sink.writer.Batch;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.junit.jupiter.api.Test;

class EntryBufferTest {
  private final EntryBuffer<Long> buffer = new EntryBuffer<>(1_000, 1_000);

  @Test
  void givesRepeatsBeforeNewEntries() {
    add(1, 100);
    add(2, 100);
    buffer.add(entry(3, 100), true);

    assertThat(buffer.peek().getRequestEntry()).isEqualTo(3L);
    assertThat(buffer.take(10, 10_000).getBatchEntries()).containsExactly(3L, 1L, 2L);
    assertThat(buffer.isEmpty()).isTrue();
    assertThat(buffer.totalSizeInBytes()).isZero();
    assertThat(buffer.poll()).isNull();
  }

  @Test
  void takesNoMoreThanAsked() {
    for (int i = 0; i < 9; i++) {
      add(i, 100);
    }

    assertThat(buffer.take(2, 10_000).getRecordCount()).isEqualTo(2);
    Batch<Long> bySize = buffer.take(100, 399);
    assertThat(bySize.getRecordCount()).isEqualTo(3);
    assertThat(bySize.getSizeInBytes()).isEqualTo(300);
    assertThat(buffer.entries()).isEqualTo(4);
  }

  @Test
  void takesAnEntryThatIsLargerThanTheLimitAlone() {
    add(1, 500);
    add(2, 100);

    assertThat(buffer.take(100, 200).getBatchEntries()).containsExactly(1L);
  }

  @Test
  void isFullAtItsNumberOfBytes() {
    for (int i = 0; i < 9; i++) {
      add(i, 110);
    }
    assertThat(buffer.size()).isEqualTo(9);

    add(9, 110);

    assertThat(buffer.size()).as("as many as count as full").isEqualTo(1_000);
    assertThat(buffer.entries()).isEqualTo(10);
    buffer.take(1, 1_000);
    assertThat(buffer.size()).isEqualTo(9);
  }

  @Test
  void snapshotsItsEntriesInOrder() {
    add(1, 100);
    add(2, 100);

    assertThat(buffer.getBufferedState())
        .extracting(RequestEntryWrapper::getRequestEntry)
        .containsExactly(1L, 2L);
    assertThat(buffer.entries()).isEqualTo(2);
  }

  private void add(long number, int bytes) {
    buffer.add(entry(number, bytes), false);
  }

  private static RequestEntryWrapper<Long> entry(long number, int bytes) {
    return new RequestEntryWrapper<>(number, bytes);
  }
}
