package io.weir.model.log;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.weir.model.log.FieldAliases.Node;
import io.weir.model.log.FieldAliases.Reading;
import io.weir.model.log.FieldAliases.Row;
import io.weir.model.log.FieldAliases.Target;
import io.weir.model.log.RecordMembers.Fate;
import io.weir.model.log.RecordMembers.Fields;
import io.weir.model.log.RecordMembers.PairsList;
import java.io.IOException;
import java.util.Set;

/**
 * Walks through one record once: hands what the {@link FieldAliases} name to the {@link EventDraft}
 * and remembers where in the bytes every member stands, so that what was not used can be copied
 * into the fields.
 */
final class LogRecordReader {
  private static final String FIELDS = "fields";
  private static final String ATTRIBUTES = "attributes";
  private static final String BODY = "body";
  private static final Node ROOT = FieldAliases.root();

  private final byte[] record;
  private final int from;
  private final int to;
  private final int maxDepth;
  private final JsonScanner scanner;
  private final RecordMembers members;
  private final OpenKeys openKeys;
  private final EventDraft draft;
  private boolean fieldsStoodTwice;
  private boolean duplicateInside;
  private PairsList pairsList;
  private OtlpPairs attributePairs;
  private boolean attributePairsTwice;

  /**
   * @param record valid UTF-8, without a byte order mark
   * @param ascii whether it is known to hold nothing but ASCII
   * @param latestNanos timestamps after this are replaced
   */
  LogRecordReader(
      LogLimits limits,
      Buffers buffers,
      byte[] record,
      int from,
      int to,
      boolean ascii,
      long latestNanos) {
    this.record = record;
    this.from = from;
    this.to = to;
    this.maxDepth = limits.maxFieldDepth();
    this.scanner = new JsonScanner(buffers.scanner, record, from, to, ascii);
    this.members = buffers.members;
    this.openKeys = buffers.openKeys;
    this.draft =
        new EventDraft(members, buffers.names, scanner, limits.maxMessageChars(), latestNanos);
    members.clear();
    openKeys.clear();
  }

  /** What is kept from one record to the next. */
  static final class Buffers {
    private final JsonScanner.Tables scanner = new JsonScanner.Tables();
    private final RecordMembers members = new RecordMembers();
    private final OpenKeys openKeys = new OpenKeys();
    private final StringCache names = new StringCache();
  }

  /** Reads the record, once. */
  EventDraft read() throws IOException, MalformedJsonException, RejectedRecordException {
    if (scanner.peek() != '{') {
      throw notAnObject();
    }
    boolean more = scanner.enterObject();
    while (more) {
      member();
      more = scanner.nextMember();
    }
    if (!scanner.atEnd()) {
      throw moreThanOneValue();
    }
    draft.settle();
    return draft;
  }

  /** Returns the fields of the record that was read. */
  Fields fields() throws IOException {
    Fields fields =
        members.fields(scanner, attributePairs, pairsList, duplicateInside || attributePairsTwice);
    boolean twice =
        fields.keyStoodTwice() || duplicateInside || fieldsStoodTwice || draft.keyStoodTwice();
    return twice == fields.keyStoodTwice() ? fields : new Fields(fields.text(), twice);
  }

  /** Whether an unpaired surrogate of the record was replaced by U+FFFD. */
  boolean replacedSurrogates() {
    return scanner.replacedSurrogates();
  }

  /** Says what the record is instead; a broken one is no JSON rather than no object. */
  private RejectedRecordException notAnObject() throws MalformedJsonException {
    // With Jackson, because this is rare and recursion here would know no bounds.
    try (JsonParser parser = JsonText.FACTORY.createParser(record, from, to - from)) {
      JsonToken first = parser.nextToken();
      parser.skipChildren();
      parser.finishToken();
      if (parser.nextToken() != null) {
        return moreThanOneValue();
      }
      String what =
          switch (first) {
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "a number";
          };
      return new RejectedRecordException(
          ParseReason.NOT_AN_OBJECT, "the record is " + what + ", an event is a JSON object");
    } catch (IOException e) {
      throw new MalformedJsonException(from);
    }
  }

  private static RejectedRecordException moreThanOneValue() {
    return new RejectedRecordException(
        ParseReason.NOT_JSON,
        "more than one JSON value, or something after it: one record holds one event");
  }

  private void member() throws IOException, MalformedJsonException, RejectedRecordException {
    String name = scanner.name();
    Node node = ROOT.child(name);
    int member = members.add(scanner.nameStart(), scanner.nameEnd(), scanner.position());
    byte first = scanner.peek();
    if (first != '{' && first != '[') {
      scalar(node, first, member);
      members.end(member, scanner.position());
      return;
    }
    boolean isArray = first == '[';
    structure(name, node, isArray, member);
    members.end(member, scanner.position());
    if (node != null) {
      afterStructure(name, node, isArray, member);
    }
  }

  /** An object or array of the record. */
  private void structure(String name, Node node, boolean isArray, int member)
      throws IOException, MalformedJsonException, RejectedRecordException {
    if (isArray) {
      if (name.equals("resourceLogs") || name.equals("resource_logs")) {
        throw new RejectedRecordException(
            ParseReason.OTLP_BATCH, name + ": an OTLP batch; " + OtlpBatch.REMEDY);
      }
      array(2);
    } else if (name.equals(FIELDS)) {
      fieldsStoodTwice |= members.becomeFields(member);
      object(1, null);
    } else if (name.equals(ATTRIBUTES)) {
      members.fate(member, Fate.MERGED);
      object(1, node);
    } else {
      object(2, node);
    }
  }

  /** What can be said of an object or array only when its end is known. */
  private void afterStructure(String name, Node node, boolean isArray, int member)
      throws IOException, MalformedJsonException, RejectedRecordException {
    if (isArray && name.equals(ATTRIBUTES)) {
      OtlpPairs pairs =
          OtlpPairs.read(scanner, members.valueStart(member), members.valueEnd(member));
      if (pairs != null) {
        members.fate(member, Fate.MERGED_PAIRS);
        attributePairsTwice |= attributePairs != null;
        attributePairs = pairs;
        lookUp(node, pairs);
      }
      return;
    }
    Row row = node.row();
    if (row == null) {
      return;
    }
    switch (row.target()) {
      case SERVICE -> draft.unusableService(row, isArray ? "an array" : "an object without a name");
      case TIMESTAMP -> draft.unreadableTimestamp(row, members.value(member, scanner), member);
      case MESSAGE -> structuredMessage(name, node, member);
      default -> {}
    }
  }

  /** A message that is an object or an array: its JSON is the text where there is no other. */
  private void structuredMessage(String name, Node node, int member) throws IOException {
    if (node.row().reading() == Reading.LINE) {
      return; // "log" as an object is ECS, not a line
    }
    boolean isBody = name.equals(BODY);
    if (isBody && (isMessage(node.child("stringValue")) || isMessage(node.child("text")))) {
      draft.used(member);
    } else if (draft.acceptStructuredMessage(node.row(), member)) {
      String json = members.value(member, scanner);
      draft.message(isBody ? OtlpValues.anyValue(json) : json);
    }
  }

  private boolean isMessage(Node node) {
    return node != null && draft.messageIsFrom(node.row());
  }

  private void value(int depth, Node node)
      throws IOException, MalformedJsonException, RejectedRecordException {
    byte first = scanner.peek();
    if (first == '{') {
      object(depth + 1, node);
    } else if (first != '[') {
      scalar(node, first, EventDraft.NESTED);
    } else if (node != null && node.hasChildren()) {
      int start = scanner.position();
      array(depth + 1);
      nestedPairs(node, start, scanner.position());
    } else {
      array(depth + 1);
    }
  }

  private void object(int depth, Node node)
      throws IOException, MalformedJsonException, RejectedRecordException {
    checkDepth(depth);
    int opened = openKeys.open();
    Set<String> many = null;
    boolean more = scanner.enterObject();
    while (more) {
      String key = scanner.name();
      OpenKeys.Added added = openKeys.add(opened, key, scanner, many);
      duplicateInside |= added.twice();
      many = added.many();
      value(depth, node == null ? null : node.child(key));
      more = scanner.nextMember();
    }
    openKeys.close(opened);
  }

  private void array(int depth)
      throws IOException, MalformedJsonException, RejectedRecordException {
    checkDepth(depth);
    boolean more = scanner.enterArray();
    while (more) {
      value(depth, null);
      more = scanner.nextElement();
    }
  }

  private void checkDepth(int depth) throws RejectedRecordException {
    if (depth > maxDepth) {
      throw new RejectedRecordException(
          ParseReason.FIELDS_TOO_DEEP,
          members.lastName(scanner) + ": nested deeper than " + maxDepth + " levels");
    }
  }

  /** The attributes of a resource as a list of pairs: an object will stand in its place. */
  private void nestedPairs(Node node, int start, int end)
      throws IOException, MalformedJsonException, RejectedRecordException {
    OtlpPairs pairs = OtlpPairs.read(scanner, start, end);
    if (pairs != null) {
      pairsList = new PairsList(pairs, start, end);
      lookUp(node, pairs);
    }
  }

  /** Looks up pairs as if they were members of an object. */
  private void lookUp(Node node, OtlpPairs pairs)
      throws MalformedJsonException, RejectedRecordException {
    for (int i = 0; i < pairs.size(); i++) {
      Node child = node.child(pairs.key(i));
      if (child == null || child.row() == null || !pairs.isScalar(i)) {
        continue;
      }
      JsonScanner value = scanner.part(pairs.valueFrom(i), pairs.valueTo(i));
      int length;
      if (value.peek() == '"') {
        value.skipString();
        length = value.decodeString();
      } else {
        length = value.copyAscii(pairs.valueFrom(i), pairs.valueTo(i));
      }
      draft.found(child.row(), value.characters(), length, EventDraft.NESTED);
    }
  }

  /** A string, number, boolean or null, perhaps one that the table names. */
  private void scalar(Node node, byte first, int member)
      throws MalformedJsonException, RejectedRecordException {
    int start = scanner.position();
    scanner.skipScalar();
    Row row = node == null ? null : node.row();
    if (row == null) {
      return;
    }
    if (first == '"') {
      if (row.target() == Target.MESSAGE && row.reading() != Reading.LINE) {
        draft.foundMessage(row, member);
      } else {
        int length = scanner.decodeString();
        draft.found(row, scanner.characters(), length, member);
      }
    } else if (first == 'n') {
      draft.used(member);
    } else {
      int length = scanner.copyAscii(start, scanner.position());
      draft.found(row, scanner.characters(), length, member);
    }
  }
}
