package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.http.entity.ContentType;
import org.apache.http.nio.ContentEncoder;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

  @Test
  void writesTwoLinesForEachDocument() throws Exception {
    RequestBody body = body(List.of(Documents.document(1), Documents.document(2)));
    TestingEncoder encoder = new TestingEncoder(Integer.MAX_VALUE);

    body.produceContent(encoder, null);

    assertThat(encoder.isCompleted()).isTrue();
    assertThat(encoder.text())
        .isEqualTo(
            """
            {"create":{"_index":"logs-2026-03-29-10","_id":"abcde00010000000000001"}}
            {"n":1}
            {"create":{"_index":"logs-2026-03-29-10","_id":"abcde00010000000000002"}}
            {"n":2}
            """);
  }

  @Test
  void announcesExactlyTheBytesItWritesHoweverLittleTheConnectionTakes() throws Exception {
    List<BulkDocument> documents =
        IntStream.range(0, 300).mapToObj(i -> Documents.ofSize(i, 100 + 7 * i)).toList();
    RequestBody body = body(documents);
    String whole = written(body);
    assertThat(body.getContentLength()).isEqualTo(whole.length()).isGreaterThan(3 * 64 * 1024);
    assertThat(new String(body.getContent().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(whole);

    TestingEncoder slow = new TestingEncoder(1_000);
    while (!slow.isCompleted()) {
      body.produceContent(slow, null);
    }

    assertThat(slow.text()).isEqualTo(whole);
  }

  @Test
  void writesADocumentThatIsLargerThanAPiece() throws Exception {
    for (int bytes = 64 * 1024 - 80; bytes < 64 * 1024 + 80; bytes += 1) {
      RequestBody body = body(List.of(Documents.ofSize(1, bytes), Documents.document(2)));

      assertThat(written(body)).hasSize((int) body.getContentLength()).endsWith("{\"n\":2}\n");
    }
  }

  @Test
  void startsAgainForAnotherHostWhateverTheFirstExchangeStillDoes() throws Exception {
    RequestBody body =
        body(IntStream.range(0, 200).mapToObj(i -> Documents.ofSize(i, 1_000)).toList());
    TestingEncoder first = new TestingEncoder(50_000);
    TestingEncoder second = new TestingEncoder(30_000);

    body.produceContent(first, null);
    body.produceContent(second, null);
    body.close();
    body.produceContent(first, null);
    while (!second.isCompleted()) {
      body.produceContent(second, null);
    }

    assertThat(second.text()).isEqualTo(written(body));
  }

  private static RequestBody body(List<BulkDocument> documents) {
    long length = documents.stream().mapToLong(BulkDocument::sizeInBytes).sum();
    return new RequestBody(
        ContentType.APPLICATION_JSON, null, length, () -> new BulkLines(documents));
  }

  private static String written(RequestBody body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    body.writeTo(bytes);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** A connection that takes a limited number of bytes each time it is ready. */
  private static final class TestingEncoder implements ContentEncoder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int atOnce;
    private boolean completed;

    private TestingEncoder(int atOnce) {
      this.atOnce = atOnce;
    }

    @Override
    public int write(ByteBuffer source) {
      byte[] taken = new byte[Math.min(atOnce, source.remaining())];
      source.get(taken);
      bytes.writeBytes(taken);
      return taken.length;
    }

    @Override
    public void complete() {
      completed = true;
    }

    @Override
    public boolean isCompleted() {
      return completed;
    }

    private String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
