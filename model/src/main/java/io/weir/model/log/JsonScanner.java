package io.weir.model.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * A cursor over the bytes of one JSON document, which are known to be valid UTF-8. As strict as
 * Jackson (a test holds the two together) and a multiple faster for what parsing a log needs: it
 * makes no object for what is only skipped, compares eight bytes at once inside strings, and keeps
 * positions, so that values can be copied as they are.
 *
 * <p>An escape that is one half of a surrogate pair without the other stands for no character, and
 * UTF-8 cannot hold it. It is read as U+FFFD everywhere, raw text included.
 */
final class JsonScanner {
  /** Limits of Jackson, and so of Elasticsearch: longer ones would be refused there. */
  static final int MAX_NUMBER_LENGTH = 1000;

  static final int MAX_NAME_LENGTH = 50_000;

  private static final byte[] REPLACEMENT = "\\ufffd".getBytes(StandardCharsets.US_ASCII);
  private static final int ESCAPE_LENGTH = REPLACEMENT.length;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final long BLANKS = ' ' * ONES;

  /** A name of up to this many bytes is looked up as two numbers. */
  private static final int MAX_WORD_NAME = 2 * Long.BYTES - 1;

  private final Tables tables;
  private final byte[] document;
  private final int end;
  private final Charset charset;
  private int at;
  private int nameStart;
  private int nameEnd;

  /** The document, or a copy of it in which {@link #replaceSurrogate} has written. */
  private byte[] bytes;

  // The string that was read last: its content, without the quotes.
  private int stringFrom;
  private int stringTo;
  private boolean stringHasEscapes;

  /** What is kept from one document to the next: names that were seen, and room to decode in. */
  static final class Tables {
    /** Few enough that all of it stays in the processor's first cache. */
    private static final int SIZE = 1 << 9;

    /** Two words for each name, side by side. */
    private final long[] words = new long[2 * SIZE];

    private final String[] names = new String[SIZE];
    private char[] decoded = new char[256];
  }

  /**
   * Starts on a document.
   *
   * @param ascii whether all bytes are known to be ASCII
   */
  JsonScanner(Tables tables, byte[] document, int from, int to, boolean ascii) {
    this.tables = tables;
    this.document = document;
    this.bytes = document;
    this.at = from;
    this.end = to;
    this.charset = ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
  }

  /** Returns the position of the cursor. */
  int position() {
    return at;
  }

  /** Returns the next byte, after blanks, without moving past it. */
  byte peek() throws MalformedJsonException {
    skipBlanks();
    if (at >= end) {
      throw malformed();
    }
    return bytes[at];
  }

  boolean atEnd() {
    skipBlanks();
    return at >= end;
  }

  /** Moves into the object at the cursor; returns whether it has a member. */
  boolean enterObject() throws MalformedJsonException {
    at++;
    if (peek() == '}') {
      at++;
      return false;
    }
    return true;
  }

  /** Moves into the array at the cursor; returns whether it has an element. */
  boolean enterArray() throws MalformedJsonException {
    at++;
    if (peek() == ']') {
      at++;
      return false;
    }
    return true;
  }

  /** Moves behind a member or out of the object; returns whether another member follows. */
  boolean nextMember() throws MalformedJsonException {
    return next((byte) '}');
  }

  /** Moves behind an element or out of the array; returns whether another element follows. */
  boolean nextElement() throws MalformedJsonException {
    return next((byte) ']');
  }

  private boolean next(byte close) throws MalformedJsonException {
    byte b = peek();
    if (b != ',' && b != close) {
      throw malformed();
    }
    at++;
    return b == ',';
  }

  /** Reads the name of a member and moves to its value. */
  String name() throws MalformedJsonException, RejectedRecordException {
    if (peek() != '"') {
      throw malformed();
    }
    nameStart = at;
    String name = shortName();
    if (name == null) {
      skipString();
      if (stringTo - stringFrom > MAX_NAME_LENGTH) {
        throw new RejectedRecordException(
            ParseReason.TOKEN_TOO_LONG,
            "a name has "
                + (stringTo - stringFrom)
                + " bytes, at most "
                + MAX_NAME_LENGTH
                + " are allowed");
      }
      name = string();
    }
    nameEnd = at;
    if (peek() != ':') {
      throw malformed();
    }
    at++;
    skipBlanks();
    return name;
  }

  /** Where the name that was read last starts, for {@link #nameAt}. */
  int nameStart() {
    return nameStart;
  }

  /** Where the name that was read last ends, behind its closing quote. */
  int nameEnd() {
    return nameEnd;
  }

  /** Returns a scanner of a part of the document that this one has been through. */
  JsonScanner part(int from, int to) {
    return new JsonScanner(tables, bytes, from, to, isAscii());
  }

  boolean isAscii() {
    return charset == StandardCharsets.ISO_8859_1;
  }

  byte byteAt(int position) {
    return bytes[position];
  }

  /** Copies bytes of the document. */
  void copy(int from, int to, byte[] target, int targetFrom) {
    System.arraycopy(bytes, from, target, targetFrom, to - from);
  }

  /** Whether bytes of the document are a whole number of at most 19 digits, as JSON writes it. */
  boolean isInteger(int from, int to) {
    int digits = from < to && bytes[from] == '-' ? from + 1 : from;
    if (digits == to || to - digits > 19 || (bytes[digits] == '0' && to - digits > 1)) {
      return false;
    }
    for (int i = digits; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
    }
    return true;
  }

  /** Moves behind a value of any kind that has been read before, and so is well-formed. */
  void skipValue() throws MalformedJsonException, RejectedRecordException {
    byte first = peek();
    if (first != '{' && first != '[') {
      skipScalar();
      return;
    }
    int depth = 0;
    do {
      switch (bytes[at]) {
        case '"' -> skipString();
        case '{', '[' -> {
          depth++;
          at++;
        }
        case '}', ']' -> {
          depth--;
          at++;
        }
        default -> at++;
      }
    } while (depth > 0);
  }

  /** Reads a name again. */
  String nameAt(int start) {
    JsonScanner again =
        new JsonScanner(tables, bytes, start, end, charset == StandardCharsets.ISO_8859_1);
    try {
      return again.name();
    } catch (MalformedJsonException | RejectedRecordException e) {
      throw new IllegalStateException("a name was read here before", e);
    }
  }

  /**
   * Reads a name of up to {@value #MAX_WORD_NAME} plain bytes through the table, or returns null,
   * not moving. The bytes up to the quote, filled up with zeros, identify it.
   */
  private String shortName() {
    int from = at + 1;
    if (from > end - 2 * Long.BYTES) {
      return null;
    }
    long first = (long) LONGS.get(bytes, from);
    long special = special(first) | (first & HIGH_BITS);
    long second = 0;
    int length;
    if (special != 0) {
      length = Long.numberOfTrailingZeros(special) >> 3;
      first &= (1L << (length << 3)) - 1;
    } else {
      second = (long) LONGS.get(bytes, from + Long.BYTES);
      special = special(second) | (second & HIGH_BITS);
      if (special == 0) {
        return null;
      }
      int more = Long.numberOfTrailingZeros(special) >> 3;
      second &= (1L << (more << 3)) - 1;
      length = Long.BYTES + more;
    }
    if (bytes[from + length] != '"') {
      return null;
    }
    at = from + length + 1;
    long mixed = (first * 0x9E3779B97F4A7C15L ^ second) * 0xBF58476D1CE4E5B9L;
    int place = (int) (mixed >>> 55);
    Tables known = tables;
    if (known.words[2 * place] == first
        && known.words[2 * place + 1] == second
        && known.names[place] != null) {
      return known.names[place];
    }
    String name = new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    known.words[2 * place] = first;
    known.words[2 * place + 1] = second;
    known.names[place] = name;
    return name;
  }

  /**
   * Marks the bytes of a word that end a string or need attention: quotes, backslashes, controls.
   */
  private static long special(long word) {
    long quote = word ^ QUOTES;
    long backslash = word ^ BACKSLASHES;
    return (((quote - ONES) & ~quote)
            | ((backslash - ONES) & ~backslash)
            | ((word - BLANKS) & ~word))
        & HIGH_BITS;
  }

  /** Moves behind the number, string, true, false or null at the cursor. */
  void skipScalar() throws MalformedJsonException, RejectedRecordException {
    byte b = peek();
    switch (b) {
      case '"' -> skipString();
      case 't' -> skipLiteral("true");
      case 'f' -> skipLiteral("false");
      case 'n' -> skipLiteral("null");
      default -> skipNumber();
    }
  }

  /** Moves behind the string at the cursor, whose content {@link #string} then gives. */
  void skipString() throws MalformedJsonException {
    byte[] source = bytes;
    int i = at + 1;
    stringFrom = i;
    stringHasEscapes = false;
    while (true) {
      while (i <= end - Long.BYTES) {
        long word = (long) LONGS.get(source, i);
        long special = special(word);
        if (special != 0) {
          i += Long.numberOfTrailingZeros(special) >> 3;
          break;
        }
        i += Long.BYTES;
      }
      if (i >= end) {
        throw malformed();
      }
      byte b = source[i];
      if (b == '"') {
        stringTo = i;
        at = i + 1;
        return;
      }
      if (b == '\\') {
        stringHasEscapes = true;
        i = skipEscape(i);
      } else if (b >= 0 && b < ' ') {
        at = i;
        throw malformed();
      } else {
        i++;
      }
    }
  }

  private int skipEscape(int backslash) throws MalformedJsonException {
    int i = backslash + 1;
    if (i >= end) {
      throw malformed();
    }
    switch (bytes[i]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return i + 1;
      }
      case 'u' -> {
        if (i + 4 >= end) {
          throw malformed();
        }
        for (int k = 1; k <= 4; k++) {
          if (hexDigit(bytes[i + k]) < 0) {
            at = i + k;
            throw malformed();
          }
        }
        return (bytes[i + 1] | 0x20) == 'd' && bytes[i + 2] >= '8'
            ? skipSurrogate(backslash)
            : i + 5;
      }
      default -> {
        at = i;
        throw malformed();
      }
    }
  }

  /** Moves behind an escape that is a surrogate, and behind the one that makes a pair with it. */
  private int skipSurrogate(int backslash) {
    int next = backslash + ESCAPE_LENGTH;
    if (Character.isHighSurrogate(escaped(backslash))
        && next + ESCAPE_LENGTH <= end
        && bytes[next] == '\\'
        && bytes[next + 1] == 'u'
        && Character.isLowSurrogate(escaped(next))) {
      return next + ESCAPE_LENGTH;
    }
    replaceSurrogate(backslash);
    return next;
  }

  /** Returns the character of an escape in hexadecimal digits; any other where they are none. */
  private char escaped(int backslash) {
    int code = 0;
    for (int i = backslash + 2; i < backslash + ESCAPE_LENGTH; i++) {
      int digit = hexDigit(bytes[i]);
      if (digit < 0) {
        return 0;
      }
      code = code << 4 | digit;
    }
    return (char) code;
  }

  /** The replacement is as long as what it replaces, so that all positions stay right. */
  private void replaceSurrogate(int backslash) {
    if (bytes == document) {
      bytes = document.clone(); // the document is the caller's
    }
    System.arraycopy(REPLACEMENT, 0, bytes, backslash, ESCAPE_LENGTH);
  }

  /** Whether an unpaired surrogate has been replaced so far. */
  boolean replacedSurrogates() {
    return bytes != document;
  }

  private void skipLiteral(String literal) throws MalformedJsonException {
    for (int i = 0; i < literal.length(); i++, at++) {
      if (at >= end || bytes[at] != literal.charAt(i)) {
        throw malformed();
      }
    }
  }

  private void skipNumber() throws MalformedJsonException, RejectedRecordException {
    int start = at;
    if (bytes[at] == '-') {
      at++;
    }
    if (at < end && bytes[at] == '0') {
      at++;
    } else {
      skipDigits();
    }
    if (at < end && bytes[at] == '.') {
      at++;
      skipDigits();
    }
    if (at < end && (bytes[at] | 0x20) == 'e') {
      at++;
      if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
        at++;
      }
      skipDigits();
    }
    if (at - start > MAX_NUMBER_LENGTH) {
      throw new RejectedRecordException(
          ParseReason.TOKEN_TOO_LONG,
          "a number has "
              + (at - start)
              + " characters, at most "
              + MAX_NUMBER_LENGTH
              + " are allowed");
    }
  }

  private void skipDigits() throws MalformedJsonException {
    int first = at;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    if (at == first) {
      throw malformed();
    }
  }

  /** Returns the string that was skipped last. */
  String string() {
    if (!stringHasEscapes) {
      return text(stringFrom, stringTo);
    }
    int length = decodeString();
    return new String(tables.decoded, 0, length);
  }

  int stringFrom() {
    return stringFrom;
  }

  int stringTo() {
    return stringTo;
  }

  /** Decodes the string that was skipped last into {@link #characters}; returns its length. */
  int decodeString() {
    return stringHasEscapes || charset != StandardCharsets.ISO_8859_1
        ? decodeSlowly()
        : copyAscii(stringFrom, stringTo);
  }

  /** Copies ASCII bytes into {@link #characters}; returns how many. */
  int copyAscii(int from, int to) {
    int length = to - from;
    char[] decoded = room(length);
    for (int i = 0; i < length; i++) {
      decoded[i] = (char) bytes[from + i];
    }
    return length;
  }

  /** The characters that were decoded last; overwritten by the next. */
  char[] characters() {
    return tables.decoded;
  }

  /** Returns bytes of the document as a string. */
  String text(int from, int to) {
    return new String(bytes, from, to - from, charset);
  }

  private int decodeSlowly() {
    String raw = text(stringFrom, stringTo);
    int length = raw.length();
    char[] decoded = room(length);
    int to = 0;
    int i = 0;
    while (i < length) {
      char c = raw.charAt(i++);
      if (c == '\\') {
        c = raw.charAt(i++);
        switch (c) {
          case 'b' -> c = '\b';
          case 'f' -> c = '\f';
          case 'n' -> c = '\n';
          case 'r' -> c = '\r';
          case 't' -> c = '\t';
          case 'u' -> {
            c =
                (char)
                    (hexDigit(raw.charAt(i)) << 12
                        | hexDigit(raw.charAt(i + 1)) << 8
                        | hexDigit(raw.charAt(i + 2)) << 4
                        | hexDigit(raw.charAt(i + 3)));
            i += 4;
          }
          default -> {} // stands for itself
        }
      }
      decoded[to++] = c;
    }
    return to;
  }

  private char[] room(int length) {
    if (tables.decoded.length < length) {
      tables.decoded = new char[Math.max(length, tables.decoded.length * 2)];
    }
    return tables.decoded;
  }

  private static int hexDigit(int c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  private void skipBlanks() {
    while (at < end) {
      byte b = bytes[at];
      if (b != ' ' && b != '\n' && b != '\t' && b != '\r') {
        return;
      }
      at++;
    }
  }

  private MalformedJsonException malformed() {
    return new MalformedJsonException(at);
  }
}
