package io.weir.model.log;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.weir.model.log.FieldAliases.Node;
import io.weir.model.log.FieldAliases.Reading;
import io.weir.model.log.FieldAliases.Row;
import io.weir.model.log.FieldAliases.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads one record in one pass: finds what the {@link FieldAliases} name and remembers where in the
 * bytes every member of the record stands, so that what was not used can be copied into the fields
 * without being parsed again. Reused from record to record.
 */
final class LogRecordReader {
  /** Longest usable name of a service, host or region, and longest producer's id. */
  static final int MAX_NAME_CHARS = 256;

  /** Longest text kept of a timestamp that was replaced. */
  static final int MAX_ORIGINAL_CHARS = 256;

  private static final String FIELDS = "fields";
  private static final String ATTRIBUTES = "attributes";
  private static final String BODY = "body";

  /** A member below the top: it stays where it is, whatever is read from it. */
  private static final int NESTED = -1;

  /** Worse than any row of the table. */
  private static final int NO_RANK = Integer.MAX_VALUE;

  /** Added to a rank: an empty message counts only where there is no other. */
  private static final int IF_NOTHING_ELSE = 2000;

  /** Added to a rank: an object as message counts only where there is no text. */
  private static final int IF_NO_TEXT = 1000;

  private static final int LINEAR_SEARCH_KEYS = 16;
  private static final Node ROOT = FieldAliases.root();

  /** What becomes of a member of the record. */
  private enum Fate {
    /** Goes into the fields under its own name. */
    KEPT,
    /** Became the service, the message, ...; or was empty. */
    USED,
    /** Its members go into the fields. */
    MERGED,
    /** A list of key-value pairs that go into the fields. */
    MERGED_PAIRS
  }

  private final LogLimits limits;
  private final StringCache names = new StringCache();

  private JsonParser parser;
  private byte[] bytes;
  private int base;
  private boolean ascii;
  private long latestNanos;

  // The record's members.
  private String[] memberNames = new String[16];
  private int[] memberStarts = new int[16];
  private int[] memberEnds = new int[16];
  private Fate[] memberFates = new Fate[16];
  private int memberCount;
  private int fieldsMember;

  // Keys of the objects that are open, to find those that stand twice.
  private String[] openKeys = new String[32];
  private int openKeyCount;
  private boolean duplicateKeys;
  private boolean duplicateInside;

  // A list of pairs below the top, as an object, and where the list stands.
  private String pairsAsObject;
  private int pairsStart;
  private int pairsEnd;

  // What was found, with the rank of the row and the member that gave it.
  private final int[] ranks = new int[Target.values().length];
  private final int[] givers = new int[Target.values().length];
  private long timestampNanos;
  private String originalTimestamp;
  private int unreadableRank;
  private int unreadableGiver;
  private String unreadableTimestamp;
  private String service;
  private String host;
  private String region;
  private String id;
  private LogLevel level;
  private String message;
  private boolean messageTruncated;
  private int unusableServiceRank;
  private String unusableService;

  LogRecordReader(LogLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads a record. Its bytes must stay as they are until {@link #fields} has been called.
   *
   * @param record valid UTF-8, not starting with a byte order mark
   * @param ascii whether it is known to hold nothing but ASCII
   * @param latestNanos timestamps after this are replaced, so their text is kept
   */
  void read(byte[] record, int from, int to, boolean ascii, long latestNanos)
      throws IOException, RejectedRecordException {
    reset(record, from, ascii, latestNanos);
    try (JsonParser jsonParser = JsonText.FACTORY.createParser(record, from, to - from)) {
      parser = jsonParser;
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw notAnObject(first);
      }
      String name;
      while ((name = parser.nextFieldName()) != null) {
        member(name);
      }
      if (parser.nextToken() != null) {
        throw new RejectedRecordException(
            ParseReason.NOT_JSON, "more than one JSON value: one record holds one event");
      }
    } finally {
      parser = null;
    }
    settleTimestamp();
  }

  private void reset(byte[] record, int from, boolean isAscii, long latest) {
    bytes = record;
    base = from;
    ascii = isAscii;
    latestNanos = latest;
    memberCount = 0;
    fieldsMember = -1;
    openKeyCount = 0;
    duplicateKeys = false;
    duplicateInside = false;
    pairsAsObject = null;
    Arrays.fill(ranks, NO_RANK);
    Arrays.fill(givers, NESTED);
    originalTimestamp = null;
    unreadableRank = NO_RANK;
    unreadableGiver = NESTED;
    unreadableTimestamp = null;
    service = null;
    host = null;
    region = null;
    id = null;
    level = null;
    message = null;
    messageTruncated = false;
    unusableServiceRank = NO_RANK;
    unusableService = null;
  }

  private RejectedRecordException notAnObject(JsonToken first) throws IOException {
    // A broken value is no JSON rather than no object.
    if (first != null) {
      parser.skipChildren();
      parser.finishToken();
      if (parser.nextToken() != null) {
        return new RejectedRecordException(ParseReason.NOT_JSON, "more than one JSON value");
      }
    }
    String what =
        switch (first) {
          case START_ARRAY -> "an array";
          case VALUE_STRING -> "a string";
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
          case VALUE_TRUE, VALUE_FALSE -> "a boolean";
          default -> "null";
        };
    return new RejectedRecordException(
        ParseReason.NOT_AN_OBJECT, "the record is " + what + ", an event is a JSON object");
  }

  // ---- walking ----

  private void member(String name) throws IOException, RejectedRecordException {
    int start = at(parser.currentTokenLocation());
    JsonToken token = parser.nextToken();
    int member = addMember(name, start);
    Node node = ROOT.child(name);
    if (token.isScalarValue()) {
      scalar(node, token, member);
      memberEnds[member] = at(parser.currentLocation());
    } else {
      structure(name, node, token, member);
      memberEnds[member] = at(parser.currentLocation());
      if (node != null) {
        afterStructure(name, node, token, member);
      }
    }
  }

  private int at(JsonLocation location) {
    return base + (int) location.getByteOffset();
  }

  private int addMember(String name, int start) {
    if (memberCount == memberNames.length) {
      int capacity = memberCount * 2;
      memberNames = Arrays.copyOf(memberNames, capacity);
      memberStarts = Arrays.copyOf(memberStarts, capacity);
      memberEnds = Arrays.copyOf(memberEnds, capacity);
      memberFates = Arrays.copyOf(memberFates, capacity);
    }
    memberNames[memberCount] = name;
    memberStarts[memberCount] = start;
    memberFates[memberCount] = Fate.KEPT;
    return memberCount++;
  }

  /** An object or array of the record. */
  private void structure(String name, Node node, JsonToken token, int member)
      throws IOException, RejectedRecordException {
    if (token == JsonToken.START_ARRAY) {
      if (name.equals("resourceLogs") || name.equals("resource_logs")) {
        throw new RejectedRecordException(
            ParseReason.OTLP_BATCH,
            name + ": an OTLP batch; have the producer write one log record a message");
      }
      array(2);
    } else if (name.equals(FIELDS)) {
      if (fieldsMember >= 0) {
        memberFates[fieldsMember] = Fate.USED;
        duplicateKeys = true;
      }
      fieldsMember = member;
      memberFates[member] = Fate.MERGED;
      object(1, null);
    } else if (name.equals(ATTRIBUTES)) {
      memberFates[member] = Fate.MERGED;
      object(1, node);
    } else {
      object(2, node);
    }
  }

  /** What can be said of an object or array only when its end is known. */
  private void afterStructure(String name, Node node, JsonToken token, int member)
      throws IOException {
    if (name.equals(ATTRIBUTES) && token == JsonToken.START_ARRAY) {
      Map<String, String> pairs = OtlpValues.keyValues(valueText(member));
      if (pairs != null) {
        memberFates[member] = Fate.MERGED_PAIRS;
        pairs(node, pairs);
      }
      return;
    }
    Row row = node.row();
    if (row == null) {
      return;
    }
    switch (row.target()) {
      case SERVICE ->
          unusableService(
              row, token == JsonToken.START_ARRAY ? "an array" : "an object without a name");
      case TIMESTAMP -> unreadableTimestamp(row, valueText(member), member);
      case MESSAGE -> structuredMessage(name, node, member);
      default -> {}
    }
  }

  /** A message that is an object or an array: its JSON is the text where there is no other. */
  private void structuredMessage(String name, Node node, int member) throws IOException {
    Row row = node.row();
    if (row.reading() == Reading.LINE) {
      return; // "log" as an object is ECS, not a line
    }
    boolean isBody = name.equals(BODY);
    if (isBody && givers[Target.MESSAGE.ordinal()] == NESTED) {
      int rank = ranks[Target.MESSAGE.ordinal()] % IF_NO_TEXT;
      if (isRank(node.child("stringValue"), rank) || isRank(node.child("text"), rank)) {
        memberFates[member] = Fate.USED;
        return;
      }
    }
    if (accept(row, row.rank() + IF_NO_TEXT, member)) {
      String json = valueText(member);
      String text = isBody ? OtlpValues.anyValue(json) : json;
      message(text.toCharArray(), 0, text.length());
    }
  }

  private static boolean isRank(Node node, int rank) {
    return node != null && node.row().rank() == rank;
  }

  private void value(JsonToken token, int depth, Node node)
      throws IOException, RejectedRecordException {
    if (token == JsonToken.START_OBJECT) {
      object(depth + 1, node);
    } else if (token == JsonToken.START_ARRAY) {
      boolean isPairs = node != null && node.hasChildren();
      int start = isPairs ? at(parser.currentTokenLocation()) : 0;
      array(depth + 1);
      if (isPairs) {
        nestedPairs(node, start, at(parser.currentLocation()));
      }
    } else {
      scalar(node, token, NESTED);
    }
  }

  private void object(int depth, Node node) throws IOException, RejectedRecordException {
    checkDepth(depth);
    int firstKey = openKeyCount;
    Set<String> manyKeys = null;
    String key;
    while ((key = parser.nextFieldName()) != null) {
      manyKeys = rememberKey(key, firstKey, manyKeys);
      value(parser.nextToken(), depth, node == null ? null : node.child(key));
    }
    openKeyCount = firstKey;
  }

  private void array(int depth) throws IOException, RejectedRecordException {
    checkDepth(depth);
    JsonToken token;
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
      value(token, depth, null);
    }
  }

  /** The attributes of a resource as a list of pairs: an object will stand in its place. */
  private void nestedPairs(Node node, int start, int end) throws IOException {
    Map<String, String> pairs = OtlpValues.keyValues(text(start, end));
    if (pairs != null) {
      pairsAsObject = JsonText.object(pairs);
      pairsStart = start;
      pairsEnd = end;
      pairs(node, pairs);
    }
  }

  /** Looks up pairs, whose values are JSON text, as if they were members of an object. */
  private void pairs(Node node, Map<String, String> pairs) throws IOException {
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      Node child = node.child(pair.getKey());
      if (child != null && child.row() != null) {
        String json = pair.getValue();
        String text = json.startsWith("\"") ? JsonText.unquote(json) : json;
        if (!json.equals("null") && !json.startsWith("{") && !json.startsWith("[")) {
          found(child.row(), text.toCharArray(), 0, text.length(), NESTED);
        }
      }
    }
  }

  private void checkDepth(int depth) throws RejectedRecordException {
    if (depth > limits.maxFieldDepth()) {
      throw new RejectedRecordException(
          ParseReason.FIELDS_TOO_DEEP,
          memberNames[memberCount - 1]
              + ": nested deeper than "
              + limits.maxFieldDepth()
              + " levels");
    }
  }

  private Set<String> rememberKey(String key, int firstKey, Set<String> manyKeys) {
    int count = openKeyCount - firstKey;
    if (manyKeys != null) {
      if (!manyKeys.add(key)) {
        duplicateInside = true;
      }
      return manyKeys;
    }
    if (count == LINEAR_SEARCH_KEYS) {
      Set<String> all = new HashSet<>(Arrays.asList(openKeys).subList(firstKey, openKeyCount));
      return rememberKey(key, firstKey, all);
    }
    int hash = key.hashCode();
    for (int i = firstKey; i < openKeyCount; i++) {
      if (openKeys[i].hashCode() == hash && openKeys[i].equals(key)) {
        duplicateInside = true;
      }
    }
    if (openKeyCount == openKeys.length) {
      openKeys = Arrays.copyOf(openKeys, openKeyCount * 2);
    }
    openKeys[openKeyCount++] = key;
    return null;
  }

  // ---- finding ----

  /** A string, number, boolean or null, perhaps one that the table names. */
  private void scalar(Node node, JsonToken token, int member) throws IOException {
    Row row = node == null ? null : node.row();
    if (row == null) {
      parser.finishToken();
    } else if (token == JsonToken.VALUE_NULL) {
      used(member);
    } else {
      found(
          row, parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength(), member);
    }
  }

  /** A text under a name of the table. */
  private void found(Row row, char[] text, int from, int length, int member) {
    if (row.target() == Target.MESSAGE) {
      int end = from + length;
      if (row.reading() == Reading.LINE) {
        while (end > from && (text[end - 1] == '\n' || text[end - 1] == '\r')) {
          end--;
        }
      }
      if (accept(row, row.rank() + (end == from ? IF_NOTHING_ELSE : 0), member)) {
        message(text, from, end - from);
      }
      return;
    }
    int start = from;
    int end = from + length;
    while (start < end && text[start] <= ' ') {
      start++;
    }
    while (end > start && text[end - 1] <= ' ') {
      end--;
    }
    if (start == end) {
      used(member);
      if (row.target() == Target.SERVICE) {
        unusableService(row, "an empty text");
      }
    } else if (row.rank() <= ranks[row.target().ordinal()]) {
      foundText(row, text, start, end - start, member);
    }
  }

  private void foundText(Row row, char[] text, int from, int length, int member) {
    switch (row.target()) {
      case TIMESTAMP -> timestamp(row, text, from, length, member);
      case LEVEL -> {
        LogLevel found = level(row.reading(), text, from, length);
        if (found != null && accept(row, row.rank(), member)) {
          level = found;
        }
      }
      default -> name(row, text, from, length, member);
    }
  }

  private void name(Row row, char[] text, int from, int length, int member) {
    if (length > MAX_NAME_CHARS) {
      if (row.target() == Target.SERVICE) {
        unusableService(
            row, "a text of " + length + " characters (at most " + MAX_NAME_CHARS + ")");
      }
      return;
    }
    if (!accept(row, row.rank(), member)) {
      return;
    }
    switch (row.target()) {
      case SERVICE -> service = names.get(text, from, length);
      case HOST -> host = names.get(text, from, length);
      case REGION -> region = names.get(text, from, length);
      case ID -> id = new String(text, from, length);
      default -> throw new IllegalStateException(row.toString());
    }
  }

  private void timestamp(Row row, char[] text, int from, int length, int member) {
    long nanos = Timestamps.parse(text, from, from + length);
    if (nanos == 0 && row.reading() == Reading.ZERO_IS_ABSENT) {
      used(member);
    } else if (nanos == Timestamps.UNREADABLE) {
      unreadableTimestamp(row, new String(text, from, length), member);
    } else if (accept(row, row.rank(), member)) {
      timestampNanos = nanos;
      originalTimestamp =
          nanos > latestNanos ? cut(new String(text, from, length), MAX_ORIGINAL_CHARS) : null;
    }
  }

  private void unreadableTimestamp(Row row, String text, int member) {
    if (row.rank() <= unreadableRank) {
      unreadableRank = row.rank();
      unreadableGiver = member;
      unreadableTimestamp = cut(text, MAX_ORIGINAL_CHARS);
    }
  }

  /** An unreadable timestamp counts only where no other can be read. */
  private void settleTimestamp() {
    if (!hasTimestamp() && unreadableTimestamp != null) {
      originalTimestamp = unreadableTimestamp;
      used(unreadableGiver);
    }
  }

  private static LogLevel level(Reading reading, char[] text, int from, int length) {
    int number = smallNumber(text, from, length);
    if (number < 0) {
      return LevelWords.parse(text, from, length);
    }
    return switch (reading) {
      case OTLP -> LevelNumbers.otlp(number);
      case PYTHON -> LevelNumbers.python(number);
      case SYSLOG -> LevelNumbers.syslog(number);
      default -> number < 10 ? LevelNumbers.syslog(number) : LevelNumbers.bunyan(number);
    };
  }

  /** Returns a number of one or two digits, or -1. */
  private static int smallNumber(char[] text, int from, int length) {
    if (length > 2) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < from + length; i++) {
      if (text[i] < '0' || text[i] > '9') {
        return -1;
      }
      number = number * 10 + (text[i] - '0');
    }
    return number;
  }

  private void message(char[] text, int from, int length) {
    messageTruncated = length > limits.maxMessageChars();
    int kept = length;
    if (messageTruncated) {
      kept = limits.maxMessageChars();
      if (Character.isHighSurrogate(text[from + kept - 1])
          && Character.isLowSurrogate(text[from + kept])) {
        kept--;
      }
    }
    message = new String(text, from, kept);
  }

  private void unusableService(Row row, String what) {
    if (row.rank() < unusableServiceRank) {
      unusableServiceRank = row.rank();
      unusableService = row.dottedPath() + ": " + what + " is no name";
    }
  }

  /**
   * Takes a value for its target if it ranks at least as high as what was found before, which then
   * goes to the fields, unless it stood under the very same key.
   */
  private boolean accept(Row row, int rank, int member) {
    int target = row.target().ordinal();
    if (rank > ranks[target]) {
      return false;
    }
    int previous = givers[target];
    if (previous >= 0) {
      if (member >= 0 && memberNames[previous].equals(memberNames[member])) {
        duplicateKeys = true;
      } else {
        memberFates[previous] = Fate.KEPT;
      }
    }
    ranks[target] = rank;
    givers[target] = member;
    used(member);
    return true;
  }

  private void used(int member) {
    if (member >= 0) {
      memberFates[member] = Fate.USED;
    }
  }

  private static String cut(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    boolean insidePair =
        Character.isHighSurrogate(text.charAt(maxChars - 1))
            && Character.isLowSurrogate(text.charAt(maxChars));
    return text.substring(0, insidePair ? maxChars - 1 : maxChars);
  }

  // ---- results ----

  boolean hasTimestamp() {
    return ranks[Target.TIMESTAMP.ordinal()] != NO_RANK;
  }

  /** Nanoseconds since the epoch; only where there is a timestamp. */
  long timestampNanos() {
    return timestampNanos;
  }

  /** The timestamp as written, where it is unreadable or past the latest one, else null. */
  String originalTimestamp() {
    return originalTimestamp;
  }

  String service() {
    return service;
  }

  /** Why what stands under a service's name is none; null where nothing stands there. */
  String unusableService() {
    return unusableService;
  }

  String host() {
    return host;
  }

  String region() {
    return region;
  }

  String id() {
    return id;
  }

  LogLevel level() {
    return level;
  }

  String message() {
    return message;
  }

  boolean messageTruncated() {
    return messageTruncated;
  }

  /** Whether a key stood twice in one object. Final only after {@link #fields}. */
  boolean duplicateKeys() {
    return duplicateKeys || duplicateInside;
  }

  /**
   * Returns the text of the event's fields: the record's {@code fields}, its {@code attributes} and
   * every member that was not used.
   */
  String fields() throws IOException {
    boolean onlyFields = !duplicateInside;
    boolean none = true;
    for (int i = 0; i < memberCount; i++) {
      if (memberFates[i] != Fate.USED) {
        none = false;
        onlyFields &= i == fieldsMember;
      }
    }
    if (none) {
      return LogEvent.NO_FIELDS;
    }
    if (onlyFields) {
      String text = valueText(fieldsMember);
      boolean empty = text.length() < 16 && text.substring(1, text.length() - 1).isBlank();
      return empty ? LogEvent.NO_FIELDS : text;
    }
    return mergedFields();
  }

  private String mergedFields() throws IOException {
    Map<String, String> merged = new LinkedHashMap<>();
    Map<String, String> attributes = new LinkedHashMap<>();
    Map<String, String> others = new LinkedHashMap<>();
    for (int i = 0; i < memberCount; i++) {
      switch (memberFates[i]) {
        case USED -> {}
        case MERGED ->
            (i == fieldsMember ? merged : attributes).putAll(JsonText.members(valueText(i)));
        case MERGED_PAIRS -> attributes.putAll(OtlpValues.keyValues(valueText(i)));
        case KEPT -> {
          if (others.put(memberNames[i], keptText(i)) != null) {
            duplicateKeys = true;
          }
        }
      }
    }
    mergeInto(merged, attributes, ATTRIBUTES);
    mergeInto(merged, others, "record");
    return merged.isEmpty() ? LogEvent.NO_FIELDS : JsonText.object(merged);
  }

  private String keptText(int member) throws IOException {
    int start = valueStart(member);
    int end = memberEnds[member];
    String text =
        pairsAsObject != null && start <= pairsStart && pairsEnd <= end
            ? text(start, pairsStart) + pairsAsObject + text(pairsEnd, end)
            : text(start, end);
    return duplicateInside ? JsonText.withoutDuplicates(text) : text;
  }

  /** A key that is taken keeps its value; the newcomer is called after where it stood. */
  private static void mergeInto(
      Map<String, String> merged, Map<String, String> more, String source) {
    for (Map.Entry<String, String> member : more.entrySet()) {
      String taken = merged.putIfAbsent(member.getKey(), member.getValue());
      if (taken != null && !taken.equals(member.getValue())) {
        String name = source + "." + member.getKey();
        while (merged.containsKey(name) || more.containsKey(name)) {
          name = "_" + name;
        }
        merged.put(name, member.getValue());
      }
    }
  }

  private String valueText(int member) {
    return text(valueStart(member), memberEnds[member]);
  }

  /** Finds the value behind its name, which is known to be well-formed. */
  private int valueStart(int member) {
    int i = memberStarts[member] + 1;
    while (bytes[i] != '"') {
      i += bytes[i] == '\\' ? 2 : 1;
    }
    i++;
    while (bytes[i] <= ' ') {
      i++;
    }
    i++; // the colon
    while (bytes[i] <= ' ' && bytes[i] >= 0) {
      i++;
    }
    return i;
  }

  private String text(int from, int to) {
    return new String(
        bytes, from, to - from, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }
}
