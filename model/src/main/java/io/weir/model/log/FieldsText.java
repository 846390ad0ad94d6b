package io.weir.model.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Puts JSON text together from pieces of a record, which are copied as they were written: the usual
 * way to an event's fields where no key of theirs is taken. It only looks at the keys; where one
 * stands twice, {@link RecordMembers} has to take everything apart.
 */
final class FieldsText {
  private static final int COMPARED_ONE_BY_ONE = 16;

  private final JsonScanner scanner;
  private byte[] text;
  private int length;
  private boolean ascii;

  private String[] keys;
  private int count;
  private Set<String> many;
  private boolean keyTwice;

  FieldsText(JsonScanner scanner) {
    this.scanner = scanner;
    this.text = new byte[256];
    this.ascii = scanner.isAscii();
  }

  void open() {
    raw('{');
  }

  void close() {
    raw('}');
  }

  void comma(boolean needed) {
    if (needed) {
      raw(',');
    }
  }

  void colon() {
    raw(':');
  }

  private void raw(char c) {
    room(1);
    text[length++] = (byte) c;
  }

  /** Copies bytes of the record. */
  void copy(int from, int to) {
    room(to - from);
    scanner.copy(from, to, text, length);
    length += to - from;
  }

  /** Appends a text that is not the record's own. */
  void append(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    ascii &= bytes.length == json.length();
    room(bytes.length);
    System.arraycopy(bytes, 0, text, length, bytes.length);
    length += bytes.length;
  }

  /** Adds a key at the top; see {@link #keyStandsTwice}. */
  void key(String key) {
    if (many != null) {
      keyTwice |= !many.add(key);
      return;
    }
    if (keys == null) {
      keys = new String[COMPARED_ONE_BY_ONE];
    } else if (count == COMPARED_ONE_BY_ONE) {
      many = new HashSet<>(Arrays.asList(keys));
      keyTwice |= !many.add(key);
      return;
    }
    for (int i = 0; i < count; i++) {
      keyTwice |= keys[i].hashCode() == key.hashCode() && keys[i].equals(key);
    }
    keys[count++] = key;
  }

  /** Adds one member of the record. */
  void member(String key, int nameFrom, int nameTo) {
    key(key);
    comma(length > 1);
    copy(nameFrom, nameTo);
    colon();
  }

  /** Adds all members of an object of the record, in one piece. */
  void members(int from, int to) throws MalformedJsonException, RejectedRecordException {
    JsonScanner object = scanner.part(from, to);
    boolean more = object.enterObject();
    if (!more) {
      return;
    }
    int start = object.position();
    int end = start;
    while (more) {
      key(object.name());
      object.skipValue();
      end = object.position();
      more = object.nextMember();
    }
    comma(length > 1);
    copy(start, end);
  }

  /** Adds a list of pairs as members. */
  void members(OtlpPairs pairs) {
    for (int i = 0; i < pairs.size(); i++) {
      key(pairs.key(i));
      comma(length > 1);
      pairs.appendPair(this, i);
    }
  }

  /** Whether the text is of no use, because a key stands twice in it. */
  boolean keyStandsTwice() {
    return keyTwice;
  }

  /** Whether nothing but braces is there. */
  boolean isEmpty() {
    return length == 2;
  }

  private void room(int more) {
    if (text.length - length < more) {
      text = Arrays.copyOf(text, Math.max(length + more, 2 * text.length));
    }
  }

  @Override
  public String toString() {
    return new String(
        text, 0, length, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }
}
