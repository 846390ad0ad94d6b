package io.weir.model.log;

import io.weir.model.log.FieldAliases.Reading;
import io.weir.model.log.FieldAliases.Row;
import io.weir.model.log.FieldAliases.Target;
import io.weir.model.log.RecordMembers.Fate;

/**
 * What has been found of an event so far. Of several values for one target that of the row with the
 * lowest rank counts; a value that gives way goes back to the fields.
 *
 * <p>Made anew for every record on purpose: under G1 a reference stored into an object that lives
 * long costs a memory barrier, and those were a third of parsing.
 */
final class EventDraft {
  /** Longest usable name of a service, host or region, and longest producer's id. */
  static final int MAX_NAME_CHARS = 256;

  /** Longest text kept of a timestamp that was replaced. */
  static final int MAX_ORIGINAL_CHARS = 256;

  /** The giver of a value below the top: it stays where it is, whatever is read from it. */
  static final int NESTED = -1;

  /** Added to a rank: an object as message counts only where there is no text. */
  static final int IF_NO_TEXT = 1000;

  /** Added to a rank: an empty message counts only where there is no other. */
  private static final int IF_NOTHING_ELSE = 2000;

  /** Worse than any row of the table. */
  private static final int NO_RANK = Integer.MAX_VALUE;

  private static final int TARGETS = Target.values().length;

  private final RecordMembers members;
  private final StringCache names;
  private final JsonScanner scanner;
  private final int maxMessageChars;
  private final long latestNanos;

  // For each target the rank of the row and the member that gave the value.
  private final int[] ranks = new int[TARGETS];
  private final int[] givers = new int[TARGETS];

  private long timestampNanos;
  private String originalTimestamp;
  private int unreadableRank = NO_RANK;
  private int unreadableGiver = NESTED;
  private String unreadableTimestamp;
  private String service;
  private String host;
  private String region;
  private String id;
  private LogLevel level;
  private String message;
  private boolean messageTruncated;
  private int unusableServiceRank = NO_RANK;
  private String unusableService;
  private boolean keyStoodTwice;

  /**
   * @param latestNanos timestamps after this are replaced, so their text is kept
   */
  EventDraft(
      RecordMembers members,
      StringCache names,
      JsonScanner scanner,
      int maxMessageChars,
      long latestNanos) {
    this.members = members;
    this.names = names;
    this.scanner = scanner;
    this.maxMessageChars = maxMessageChars;
    this.latestNanos = latestNanos;
    for (int i = 0; i < TARGETS; i++) {
      ranks[i] = NO_RANK;
      givers[i] = NESTED;
    }
  }

  /** Takes the string that the scanner has skipped last as a message, without decoding it twice. */
  void foundMessage(Row row, int member) {
    boolean isEmpty = scanner.stringFrom() == scanner.stringTo();
    if (accept(row, row.rank() + (isEmpty ? IF_NOTHING_ELSE : 0), member)) {
      message(scanner.string());
    }
  }

  /** Takes the JSON of an object or array as a message. */
  boolean acceptStructuredMessage(Row row, int member) {
    return accept(row, row.rank() + IF_NO_TEXT, member);
  }

  /** Whether the message so far came from a nested value of this row. */
  boolean messageIsFrom(Row row) {
    int target = Target.MESSAGE.ordinal();
    return givers[target] == NESTED && ranks[target] % IF_NO_TEXT == row.rank();
  }

  void message(String text) {
    messageTruncated = text.length() > maxMessageChars;
    message = messageTruncated ? cut(text, maxMessageChars) : text;
  }

  /** Takes a text under a name of the table. */
  void found(Row row, char[] text, int length, int member) {
    if (row.target() == Target.MESSAGE) {
      int end = length;
      if (row.reading() == Reading.LINE) {
        while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r')) {
          end--;
        }
      }
      if (accept(row, row.rank() + (end == 0 ? IF_NOTHING_ELSE : 0), member)) {
        message(new String(text, 0, end));
      }
      return;
    }
    int start = 0;
    int end = length;
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

  /** Remembers a timestamp that cannot be read: it counts only where no other can. */
  void unreadableTimestamp(Row row, String text, int member) {
    if (row.rank() <= unreadableRank) {
      unreadableRank = row.rank();
      unreadableGiver = member;
      unreadableTimestamp = cut(text, MAX_ORIGINAL_CHARS);
    }
  }

  /** Remembers what stood where a service was looked for. */
  void unusableService(Row row, String what) {
    if (row.rank() < unusableServiceRank) {
      unusableServiceRank = row.rank();
      unusableService = row.dottedPath() + ": " + what + " is no name";
    }
  }

  /** Ends the search: nothing more will be found. */
  void settle() {
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
      case SYSLOG_PRIORITY -> LevelNumbers.syslogPriority(number);
      default -> number < 10 ? LevelNumbers.syslog(number) : LevelNumbers.bunyan(number);
    };
  }

  /** Returns a number of one to three digits, or -1. */
  private static int smallNumber(char[] text, int from, int length) {
    if (length > 3) {
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
      if (member >= 0 && members.name(previous, scanner).equals(members.name(member, scanner))) {
        keyStoodTwice = true;
      } else {
        members.fate(previous, Fate.KEPT);
      }
    }
    ranks[target] = rank;
    givers[target] = member;
    used(member);
    return true;
  }

  /** Says that a member has become part of the event, or says nothing. */
  void used(int member) {
    if (member >= 0) {
      members.fate(member, Fate.USED);
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

  /** Whether a value was replaced by a later one under the same key. */
  boolean keyStoodTwice() {
    return keyStoodTwice;
  }
}
