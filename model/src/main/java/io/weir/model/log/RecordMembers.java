package io.weir.model.log;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the members of one record stand in its bytes and what becomes of each. Reused from record
 * to record; holds numbers only, see {@link EventDraft}.
 */
final class RecordMembers {
  private static final String ATTRIBUTES = "attributes";
  private static final String RECORD = "record";

  /** What becomes of a member. */
  enum Fate {
    /** Goes into the fields under its own name. */
    KEPT,
    /** Became the service, the message, ...; or was empty. */
    USED,
    /** The fields: its members are the event's. */
    FIELDS,
    /** Attributes: its members join the fields. */
    MERGED,
    /** Attributes as a list of key-value pairs that join the fields. */
    MERGED_PAIRS
  }

  private static final Fate[] FATES = Fate.values();

  private int[] nameStarts = new int[16];
  private int[] nameEnds = new int[16];
  private int[] valueStarts = new int[16];
  private int[] valueEnds = new int[16];
  private byte[] fates = new byte[16];
  private int count;
  private int fields;

  void clear() {
    count = 0;
    fields = -1;
  }

  /** Adds a member that is kept until something else is said, and returns its number. */
  int add(int nameStart, int nameEnd, int valueStart) {
    if (count == fates.length) {
      int capacity = count * 2;
      nameStarts = Arrays.copyOf(nameStarts, capacity);
      nameEnds = Arrays.copyOf(nameEnds, capacity);
      valueStarts = Arrays.copyOf(valueStarts, capacity);
      valueEnds = Arrays.copyOf(valueEnds, capacity);
      fates = Arrays.copyOf(fates, capacity);
    }
    nameStarts[count] = nameStart;
    nameEnds[count] = nameEnd;
    valueStarts[count] = valueStart;
    fates[count] = 0;
    return count++;
  }

  void end(int member, int valueEnd) {
    valueEnds[member] = valueEnd;
  }

  void fate(int member, Fate fate) {
    fates[member] = (byte) fate.ordinal();
  }

  private Fate fate(int member) {
    return FATES[fates[member]];
  }

  /** Makes a member the record's fields: of several the last counts. Returns whether there are. */
  boolean becomeFields(int member) {
    boolean before = fields >= 0;
    if (before) {
      fate(fields, Fate.USED);
    }
    fields = member;
    fate(member, Fate.FIELDS);
    return before;
  }

  String name(int member, JsonScanner scanner) {
    return scanner.nameAt(nameStarts[member]);
  }

  String lastName(JsonScanner scanner) {
    return name(count - 1, scanner);
  }

  int valueStart(int member) {
    return valueStarts[member];
  }

  int valueEnd(int member) {
    return valueEnds[member];
  }

  String value(int member, JsonScanner scanner) {
    return scanner.text(valueStarts[member], valueEnds[member]);
  }

  /**
   * Returns the text of the event's fields: the record's {@code fields}, its {@code attributes} and
   * every member that was kept.
   *
   * @param attributes what the attributes are where they are a list of pairs, else null
   * @param pairs a list of pairs inside a member, in whose place an object will stand, or null
   * @param resolveDuplicates whether some object holds a key twice
   */
  Fields fields(
      JsonScanner scanner, OtlpPairs attributes, PairsList pairs, boolean resolveDuplicates)
      throws IOException {
    boolean others = false;
    for (int i = 0; i < count; i++) {
      others |= i != fields && fates[i] != Fate.USED.ordinal();
    }
    if (others || (fields >= 0 && resolveDuplicates)) {
      Fields joined = resolveDuplicates ? null : join(scanner, attributes, pairs);
      return joined != null ? joined : merge(scanner, pairs, resolveDuplicates);
    }
    if (fields < 0) {
      return Fields.NONE;
    }
    String text = value(fields, scanner);
    boolean empty = text.length() < 16 && text.substring(1, text.length() - 1).isBlank();
    return empty ? Fields.NONE : new Fields(text, false);
  }

  /** Puts the pieces next to each other; returns null where a key is taken. */
  private Fields join(JsonScanner scanner, OtlpPairs attributes, PairsList pairs) {
    FieldsText text = new FieldsText(scanner);
    text.open();
    try {
      if (fields >= 0) {
        text.members(valueStarts[fields], valueEnds[fields]);
      }
      for (int i = 0; i < count; i++) {
        switch (fate(i)) {
          case MERGED -> text.members(valueStarts[i], valueEnds[i]);
          case MERGED_PAIRS -> text.members(attributes);
          default -> {}
        }
      }
      for (int i = 0; i < count; i++) {
        if (fates[i] == Fate.KEPT.ordinal()) {
          text.member(name(i, scanner), nameStarts[i], nameEnds[i]);
          copyValue(i, pairs, text);
        }
      }
    } catch (MalformedJsonException | RejectedRecordException e) {
      throw new IllegalStateException("a record that was read cannot be read again", e);
    }
    text.close();
    return text.keyStandsTwice()
        ? null
        : text.isEmpty() ? Fields.NONE : new Fields(text.toString(), false);
  }

  private void copyValue(int member, PairsList pairs, FieldsText text) {
    if (pairs != null && pairs.isIn(valueStarts[member], valueEnds[member])) {
      text.copy(valueStarts[member], pairs.start());
      text.open();
      pairs.pairs().appendMembers(text);
      text.close();
      text.copy(pairs.end(), valueEnds[member]);
    } else {
      text.copy(valueStarts[member], valueEnds[member]);
    }
  }

  private Fields merge(JsonScanner scanner, PairsList pairs, boolean resolveDuplicates)
      throws IOException {
    Map<String, String> merged = new LinkedHashMap<>();
    Map<String, String> attributes = new LinkedHashMap<>();
    Map<String, String> kept = new LinkedHashMap<>();
    boolean keptTwice = false;
    for (int i = 0; i < count; i++) {
      switch (fate(i)) {
        case USED -> {}
        case FIELDS -> merged.putAll(JsonText.members(value(i, scanner)));
        case MERGED -> attributes.putAll(JsonText.members(value(i, scanner)));
        case MERGED_PAIRS -> attributes.putAll(OtlpValues.keyValues(value(i, scanner)));
        case KEPT -> {
          String text =
              pairs != null && pairs.isIn(valueStarts[i], valueEnds[i])
                  ? scanner.text(valueStarts[i], pairs.start())
                      + pairs.pairs().object()
                      + scanner.text(pairs.end(), valueEnds[i])
                  : value(i, scanner);
          String value = resolveDuplicates ? JsonText.withoutDuplicates(text) : text;
          keptTwice |= kept.put(name(i, scanner), value) != null;
        }
      }
    }
    mergeInto(merged, attributes, ATTRIBUTES);
    mergeInto(merged, kept, RECORD);
    String text = merged.isEmpty() ? LogEvent.NO_FIELDS : JsonText.object(merged);
    return new Fields(text, keptTwice);
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

  /**
   * A list of key-value pairs below the top of a record.
   *
   * @param pairs what it says
   * @param start where the list starts
   * @param end where it ends
   */
  record PairsList(OtlpPairs pairs, int start, int end) {
    boolean isIn(int from, int to) {
      return from <= start && end <= to;
    }
  }

  /**
   * The fields of an event.
   *
   * @param text the text of one JSON object
   * @param keyStoodTwice whether a key of the record itself stood twice
   */
  record Fields(String text, boolean keyStoodTwice) {
    static final Fields NONE = new Fields(LogEvent.NO_FIELDS, false);
  }
}
