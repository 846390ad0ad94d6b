package io.weir.harness.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/**
 * An Elasticsearch that takes some documents of a bulk request and not the others, as a node with
 * full queues does: some items are answered 429, some 400, and the rest is what the real node says.
 * Whether a document is answered 400 depends on its id alone, because a document that is malformed
 * is so each time.
 *
 * <p>It understands requests of {@code create} and {@code index}: two lines a document.
 */
public final class BulkFailures implements HttpFault {
  private static final String BUSY =
      "{\"type\":\"es_rejected_execution_exception\",\"reason\":\"rejected execution of"
          + " coordinating operation (injected)\"}";
  private static final String MALFORMED =
      "{\"type\":\"document_parsing_exception\",\"reason\":\"failed to parse field (injected)\"}";

  private final ObjectMapper mapper = new ObjectMapper();
  private final double busyShare;
  private final int malformedOneIn;
  private final DoubleSupplier random;
  private final AtomicLong busy = new AtomicLong();
  private final AtomicLong malformed = new AtomicLong();

  /**
   * @param busyShare share of the documents that are answered 429
   * @param malformedOneIn one of so many documents is answered 400; 0 for none
   * @param random gives numbers from 0 inclusive to 1 exclusive
   */
  public BulkFailures(double busyShare, int malformedOneIn, DoubleSupplier random) {
    this.busyShare = busyShare;
    this.malformedOneIn = malformedOneIn;
    this.random = random;
  }

  /** Returns how many items were answered 429. */
  public long busy() {
    return busy.get();
  }

  /** Returns how many items were answered 400. */
  public long malformed() {
    return malformed.get();
  }

  /** Returns whether a document of this id is answered 400. */
  public boolean isMalformed(String id) {
    return malformedOneIn > 0 && Math.floorMod(id.hashCode(), malformedOneIn) == 0;
  }

  @Override
  public void handle(HttpCall call) throws IOException {
    List<Item> items = parse(call.body());
    ByteArrayOutputStream passed = new ByteArrayOutputStream(call.body().length);
    List<ObjectNode> answers = new ArrayList<>(items.size());
    for (Item item : items) {
      ObjectNode answer = judge(item);
      answers.add(answer);
      if (answer == null) {
        passed.writeBytes(item.action());
        passed.write('\n');
        passed.writeBytes(item.source());
        passed.write('\n');
      }
    }
    if (answers.stream().allMatch(answer -> answer == null)) {
      return;
    }
    JsonNode real = null;
    if (passed.size() > 0) {
      HttpAnswer answer = call.forward(passed.toByteArray());
      if (answer.status() != 200) {
        call.answer(answer);
        return;
      }
      real = mapper.readTree(answer.body());
    }
    call.answer(HttpAnswer.json(200, woven(answers, real).toString()));
  }

  /** Returns the items in the order of the request, as Elasticsearch promises. */
  private ObjectNode woven(List<ObjectNode> answers, JsonNode real) {
    ObjectNode whole = mapper.createObjectNode();
    whole.put("took", 1);
    whole.put("errors", true);
    ArrayNode items = whole.putArray("items");
    int next = 0;
    for (ObjectNode answer : answers) {
      items.add(answer != null ? answer : real.path("items").get(next++));
    }
    return whole;
  }

  private ObjectNode judge(Item item) throws IOException {
    boolean isBusy;
    synchronized (random) {
      isBusy = random.getAsDouble() < busyShare;
    }
    if (isBusy) {
      busy.incrementAndGet();
      return answer(item, 429, BUSY);
    }
    if (isMalformed(item.id())) {
      malformed.incrementAndGet();
      return answer(item, 400, MALFORMED);
    }
    return null;
  }

  private ObjectNode answer(Item item, int status, String error) throws IOException {
    ObjectNode answer = mapper.createObjectNode();
    answer
        .putObject(item.operation())
        .put("_index", item.index())
        .put("_id", item.id())
        .put("status", status)
        .set("error", mapper.readTree(error));
    return answer;
  }

  @SuppressWarnings("ArrayRecordComponent") // Bytes on their way.
  private record Item(String operation, String index, String id, byte[] action, byte[] source) {}

  private List<Item> parse(byte[] body) throws IOException {
    List<Item> items = new ArrayList<>();
    int from = 0;
    while (from < body.length) {
      int end = lineEnd(body, from);
      byte[] action = Arrays.copyOfRange(body, from, end);
      int sourceEnd = lineEnd(body, end + 1);
      byte[] source = Arrays.copyOfRange(body, end + 1, sourceEnd);
      var operation = mapper.readTree(action).properties().iterator().next();
      items.add(
          new Item(
              operation.getKey(),
              operation.getValue().path("_index").asText(),
              operation.getValue().path("_id").asText(),
              action,
              source));
      from = sourceEnd + 1;
    }
    return items;
  }

  private static int lineEnd(byte[] body, int from) {
    for (int i = from; i < body.length; i++) {
      if (body[i] == '\n') {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "a bulk request must end with a line end: "
            + new String(body, StandardCharsets.UTF_8).substring(0, Math.min(200, body.length)));
  }
}
