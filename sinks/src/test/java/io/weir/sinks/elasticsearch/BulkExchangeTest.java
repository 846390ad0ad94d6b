package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BulkExchangeTest {
  private final TestingBulkClient client = new TestingBulkClient();
  private final BulkExchange exchange = new BulkExchange(client, 3);

  @Test
  void countsAllDocumentsAsStoredWhenNothingFailed() {
    BulkOutcome outcome = send(Documents.documents(3));

    assertThat(outcome.stored()).isEqualTo(3);
    assertThat(outcome.storedBytes())
        .isEqualTo(Documents.documents(3).stream().mapToLong(BulkDocument::sizeInBytes).sum());
    assertThat(outcome.decided()).isEqualTo(3);
    assertThat(outcome.lastError()).isNull();
  }

  @Test
  void sortsDocumentsByTheirVerdict() {
    List<BulkDocument> documents = Documents.documents(6);
    client.then(
        Answers.judged(
            Answers.STORED,
            Answers.REPEATED,
            Answers.UNPARSABLE,
            Answers.REJECTED_EXECUTION,
            Answers.CLOSED,
            Answers.INTERNAL));

    BulkOutcome outcome = send(documents);

    assertThat(outcome.stored()).isEqualTo(1);
    assertThat(outcome.alreadyStored()).isEqualTo(1);
    assertThat(outcome.rejections())
        .containsExactly(
            new BulkOutcome.Rejection(
                documents.get(2), "mapping_rejected", Answers.UNPARSABLE.error()));
    assertThat(outcome.again()).containsExactly(documents.get(3), documents.get(5).triedOnceMore());
    assertThat(outcome.late()).containsExactly(documents.get(4).inIndex(Documents.LATE_INDEX));
    assertThat(outcome.lastError().status()).isEqualTo(500);
    assertThat(outcome.failure()).isNull();
  }

  @Test
  void rejectsADocumentWhoseLateIndexIsRetiredToo() {
    BulkDocument late = Documents.document(1).inIndex(Documents.LATE_INDEX);
    client.then(Answers.judged(Answers.CLOSED));

    assertThat(send(List.of(late)).rejections())
        .containsExactly(
            new BulkOutcome.Rejection(late, "late_index_retired", Answers.CLOSED.error()));
  }

  @Test
  void neverGivesUpADocumentForAFaultOfTheServer() {
    BulkAnswer.Item diskFault = Answers.item(500, "i_o_exception", "Input/output error");
    client.afterwards = documents -> Answers.all(documents.size(), diskFault);
    List<BulkDocument> documents = List.of(Documents.document(1));

    for (int attempt = 0; attempt < 50; attempt++) {
      BulkOutcome outcome = send(documents);
      assertThat(outcome.rejections()).isEmpty();
      documents = outcome.again();
      assertThat(documents).containsExactly(Documents.document(1));
    }
  }

  @Test
  void givesUpADocumentThatElasticsearchHasADefectWith() {
    client.afterwards = documents -> Answers.all(documents.size(), Answers.INTERNAL);
    List<BulkDocument> documents = List.of(Documents.document(1));

    documents = send(documents).again();
    documents = send(documents).again();
    BulkOutcome last = send(documents);

    assertThat(last.again()).isEmpty();
    assertThat(last.rejections())
        .extracting(BulkOutcome.Rejection::reason)
        .containsExactly("unexplained_error");
  }

  @Test
  void failsWhenAnIndexStaysMissing() {
    client.afterwards = documents -> Answers.all(documents.size(), Answers.NO_INDEX);
    List<BulkDocument> documents = List.of(Documents.document(1));

    documents = send(documents).again();
    documents = send(documents).again();

    assertThat(send(documents).failure())
        .isInstanceOf(ElasticsearchException.class)
        .hasMessageContaining("logs-2026-03-29-10")
        .hasMessageContaining("404 index_not_found_exception");
  }

  @Test
  void failsWhenADocumentMayNotBeWritten() {
    client.then(
        Answers.judged(
            Answers.STORED, Answers.item(403, "security_exception", "action is unauthorized")));

    assertThat(send(Documents.documents(2)).failure())
        .hasMessageContaining("403 security_exception: action is unauthorized")
        .hasMessageContaining(Documents.document(1).id());
  }

  @Test
  void sendsEverythingAgainAfterNoAnswer() {
    client.then(new BulkAnswer.Unanswered(new ConnectException("refused")));

    BulkOutcome outcome = send(Documents.documents(3));

    assertThat(outcome.again()).isEqualTo(Documents.documents(3));
    assertThat(outcome.unanswered()).isTrue();
    assertThat(outcome.lastError().error().reason()).contains("refused");
  }

  @Test
  void sendsEverythingAgainAfterALackOfCapacity() {
    client.then(Answers.refused(429, "circuit_breaking_exception", "Data too large"));

    BulkOutcome outcome = send(Documents.documents(3));

    assertThat(outcome.again()).isEqualTo(Documents.documents(3));
    assertThat(outcome.unanswered()).isFalse();
  }

  @Test
  void failsNamingARequestThatIsRefused() {
    client.then(Answers.refused(401, "security_exception", "unable to authenticate"));

    assertThat(send(Documents.documents(3)).failure())
        .isInstanceOf(ElasticsearchException.class)
        .hasMessage(
            "POST http://localhost:9200/_bulk with 3 documents, the first for index"
                + " logs-2026-03-29-10, was answered 401 security_exception: unable to"
                + " authenticate");
  }

  @Test
  void failsWhenTheServerIsNotTrusted() {
    client.then(new BulkAnswer.Untrusted("POST [https://es:9200]/_bulk was not sent: no path"));

    BulkOutcome outcome = send(Documents.documents(2));

    assertThat(outcome.failure())
        .isInstanceOf(ElasticsearchException.class)
        .hasMessage("POST [https://es:9200]/_bulk was not sent: no path");
    assertThat(outcome.again()).isEmpty();
  }

  @Test
  void sendsHalvesOfARequestThatIsTooLarge() {
    client.afterwards =
        documents ->
            documents.size() > 2
                ? Answers.refused(413, "", "Request Entity Too Large")
                : Answers.ALL_STORED;
    List<BulkDocument> documents = Documents.documents(7);

    BulkOutcome outcome = send(documents);

    assertThat(outcome.stored()).isEqualTo(7);
    assertThat(client.requests.stream().map(List::size)).containsExactly(7, 3, 1, 2, 4, 2, 2);
    assertThat(outcome.tooLargeBytes())
        .as("the smallest that was refused")
        .isEqualTo(3 * documents.get(0).sizeInBytes());
  }

  @Test
  void rejectsASingleDocumentThatIsTooLarge() {
    client.afterwards = documents -> Answers.refused(413, "", "Request Entity Too Large");
    List<BulkDocument> documents = Documents.documents(2);

    BulkOutcome outcome = send(documents);

    assertThat(outcome.rejections())
        .extracting(BulkOutcome.Rejection::document, BulkOutcome.Rejection::reason)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(documents.get(0), "document_too_large"),
            org.assertj.core.groups.Tuple.tuple(documents.get(1), "document_too_large"));
  }

  @Test
  void failsWhenAnswersStayUnreadable() {
    client.afterwards = documents -> new BulkAnswer.Unreadable("POST http://proxy: HTML");
    List<BulkDocument> documents = Documents.documents(2);

    documents = send(documents).again();
    documents = send(documents).again();
    assertThat(documents).hasSize(2);

    assertThat(send(documents).failure())
        .isInstanceOf(ElasticsearchException.class)
        .hasMessage("POST http://proxy: HTML");
  }

  private BulkOutcome send(List<BulkDocument> documents) {
    return exchange.send(documents).join();
  }
}
