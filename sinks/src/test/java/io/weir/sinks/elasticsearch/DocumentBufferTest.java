package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.connector.base.sink.writer.Batch;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.junit.jupiter.api.Test;

class DocumentBufferTest {
  private final DocumentBuffer buffer = new DocumentBuffer(1_000, 1_000);

  @Test
  void givesRepeatsBeforeNewDocuments() {
    add(1, 100);
    add(2, 100);
    buffer.add(entry(3, 100), true);

    assertThat(buffer.peek().getRequestEntry()).isEqualTo(Documents.ofSize(3, 100));
    assertThat(buffer.take(10, 10_000).getBatchEntries())
        .containsExactly(
            Documents.ofSize(3, 100), Documents.ofSize(1, 100), Documents.ofSize(2, 100));
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
    Batch<BulkDocument> bySize = buffer.take(100, 399);
    assertThat(bySize.getRecordCount()).isEqualTo(3);
    assertThat(bySize.getSizeInBytes()).isEqualTo(300);
    assertThat(buffer.documents()).isEqualTo(4);
  }

  @Test
  void takesADocumentThatIsLargerThanTheLimitAlone() {
    add(1, 500);
    add(2, 100);

    assertThat(buffer.take(100, 200).getBatchEntries()).containsExactly(Documents.ofSize(1, 500));
  }

  @Test
  void isFullAtItsNumberOfBytes() {
    for (int i = 0; i < 9; i++) {
      add(i, 110);
    }
    assertThat(buffer.size()).isEqualTo(9);

    add(9, 110);

    assertThat(buffer.size()).as("as many as count as full").isEqualTo(1_000);
    assertThat(buffer.documents()).isEqualTo(10);
    buffer.take(1, 1_000);
    assertThat(buffer.size()).isEqualTo(9);
  }

  @Test
  void snapshotsItsDocumentsInOrder() {
    add(1, 100);
    add(2, 100);

    assertThat(buffer.getBufferedState())
        .extracting(RequestEntryWrapper::getRequestEntry)
        .containsExactly(Documents.ofSize(1, 100), Documents.ofSize(2, 100));
    assertThat(buffer.documents()).isEqualTo(2);
  }

  private void add(long number, int bytes) {
    buffer.add(entry(number, bytes), false);
  }

  private static RequestEntryWrapper<BulkDocument> entry(long number, int bytes) {
    BulkDocument document = Documents.ofSize(number, bytes);
    return new RequestEntryWrapper<>(document, document.sizeInBytes());
  }
}
