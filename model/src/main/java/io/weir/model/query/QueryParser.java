package io.weir.model.query;

import io.weir.model.log.LevelWords;
import io.weir.model.log.LogLevel;
import io.weir.model.log.Timestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Reads a query text into a {@link Query}; {@code docs/query-language.md} describes the language.
 * The result is in normal form: AND within AND and OR within OR are one, field names are
 * {@linkplain QueryFields#canonical canonical}, levels are names of {@link LogLevel}, times are RFC
 * 3339 in UTC with nine fraction digits. {@link QueryPrinter} turns it back into text.
 */
public final class QueryParser {
  private static final int DATE_LENGTH = "2026-03-29".length();

  private final String text;
  private final QueryLimits limits;
  private int at;
  private int depth;
  private int clauses;

  private QueryParser(String text, QueryLimits limits) {
    this.text = text;
    this.limits = limits;
  }

  /**
   * Reads a query within {@link QueryLimits#DEFAULT}.
   *
   * @throws QuerySyntaxException if the text is not a query; never anything else
   */
  public static Query parse(String text) {
    return parse(text, QueryLimits.DEFAULT);
  }

  /**
   * Reads a query within the given limits. A text of nothing but blanks is {@link Query.MatchAll}.
   *
   * @throws QuerySyntaxException if the text is not a query; never anything else
   */
  public static Query parse(String text, QueryLimits limits) {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(limits, "limits");
    if (text.length() > limits.maxLength()) {
      throw new QuerySyntaxException(
          "query longer than " + limits.maxLength() + " characters", limits.maxLength());
    }
    return new QueryParser(text, limits).query();
  }

  private Query query() {
    skipBlanks();
    if (atEnd()) {
      return new Query.MatchAll();
    }
    Query query = or(null);
    if (!atEnd()) {
      throw unexpected();
    }
    return query;
  }

  // ---- operators; `field` is the field whose group this is, or null ----

  private Query or(Field field) {
    List<Query> alternatives = new ArrayList<>();
    addFlat(alternatives, and(field));
    while (takeKeyword("OR")) {
      requireOperand("OR");
      addFlat(alternatives, and(field));
    }
    return alternatives.size() == 1 ? alternatives.get(0) : new Query.Or(alternatives);
  }

  private Query and(Field field) {
    List<Query> conditions = new ArrayList<>();
    addFlatAnd(conditions, not(field));
    while (true) {
      skipBlanks();
      if (takeKeyword("AND")) {
        requireOperand("AND");
      } else if (atEnd() || peek() == ')' || atKeyword("OR")) {
        return conditions.size() == 1 ? conditions.get(0) : new Query.And(conditions);
      }
      addFlatAnd(conditions, not(field));
    }
  }

  private Query not(Field field) {
    skipBlanks();
    int position = at;
    if (takeKeyword("NOT")) {
      requireOperand("NOT");
    } else if (!atEnd() && peek() == '-') {
      at++;
      if (atEnd() || isBlank(peek()) || peek() == ')') {
        throw new QuerySyntaxException("expected a term directly after '-'", at);
      }
    } else {
      return term(field);
    }
    enter(position);
    Query excluded = not(field);
    leave();
    return new Query.Not(excluded);
  }

  private Query term(Field field) {
    if (atEnd()) {
      throw new QuerySyntaxException("expected a term", at);
    }
    char c = peek();
    if (c == '(') {
      return group(field);
    }
    if (c == ')' || atKeyword("AND") || atKeyword("OR")) {
      throw unexpected();
    }
    countClause();
    if (field != null) {
      return value(field, true);
    }
    if (c == '"') {
      int position = at;
      return phrase(quoted(), position);
    }
    Word word = word(true);
    return word.endsWithColon ? fieldTerm(word) : message(word);
  }

  private Query group(Field field) {
    enter(at);
    at++;
    skipBlanks();
    if (atEnd()) {
      throw new QuerySyntaxException("expected a term", at);
    }
    Query inner = or(field);
    if (atEnd()) {
      throw new QuerySyntaxException("expected ')'", at);
    }
    at++;
    leave();
    requireEndOfTerm();
    return inner;
  }

  private static void addFlat(List<Query> into, Query query) {
    if (query instanceof Query.Or or) {
      into.addAll(or.clauses());
    } else {
      into.add(query);
    }
  }

  private static void addFlatAnd(List<Query> into, Query query) {
    if (query instanceof Query.And and) {
      into.addAll(and.clauses());
    } else {
      into.add(query);
    }
  }

  // ---- terms ----

  private Query fieldTerm(Word name) {
    Field field = field(name);
    if (atEnd() || isBlank(peek()) || peek() == ')') {
      throw new QuerySyntaxException("expected a value after '" + field.written + ":'", at);
    }
    if (peek() == '(') {
      clauses--; // the group's own terms count
      return group(field);
    }
    return value(field, false);
  }

  private Field field(Word name) {
    if (name.wildcard >= 0) {
      throw new QuerySyntaxException("unexpected '*'", name.wildcard);
    }
    if (name.text.isEmpty()) {
      throw new QuerySyntaxException("unexpected ':'", at - 1);
    }
    String canonical = QueryFields.canonical(name.text);
    return new Field(name.text, canonical, QueryFields.kind(canonical), name.position);
  }

  private Query message(Word word) {
    if (word.wildcard < 0) {
      return phrase(word.text, word.position);
    }
    if (word.text.isEmpty()) {
      return new Query.MatchAll();
    }
    for (int i = 0; i < word.text.length(); i++) {
      char c = word.text.charAt(i);
      boolean ascii = c < 0x80;
      if (isBlank(c) || (ascii && !isNameCharacter(c) && c != '\'') || "@/-$#".indexOf(c) >= 0) {
        throw new QuerySyntaxException(
            "a prefix is a single word, '" + word.text + "*' is several", word.position);
      }
    }
    return new Query.TokenPrefix(shortEnough("a prefix", word.text, word.position), word.position);
  }

  private static Query phrase(String phrase, int position) {
    if (phrase.isBlank()) {
      throw new QuerySyntaxException("the phrase is empty", position);
    }
    return new Query.Phrase(phrase, position);
  }

  /**
   * One value of a field: a range, a comparison, a phrase, a prefix, {@code *} or a word. A word
   * that stands alone may hold colons; within a group one would be taken for a field's.
   */
  private Query value(Field field, boolean inGroup) {
    char c = peek();
    if (c == '[' || c == '{') {
      return range(field);
    }
    if (c == '>' || c == '<') {
      return comparison(field);
    }
    int position = at;
    if (c == '"') {
      String quoted = quoted();
      return field.kind == QueryFields.Kind.TEXT
          ? phrase(quoted, field.position)
          : equality(field, quoted, position);
    }
    Word word = word(inGroup);
    if (word.endsWithColon) {
      throw new QuerySyntaxException("unexpected ':'", at - 1);
    }
    if (field.kind == QueryFields.Kind.TEXT) {
      return message(word);
    }
    if (word.wildcard < 0) {
      return equality(field, word.text, position);
    }
    if (word.text.isEmpty()) {
      return new Query.FieldExists(field.canonical, field.position);
    }
    return switch (field.kind) {
      case TIME, NUMBER ->
          throw new QuerySyntaxException(
              "'" + field.written + "' takes no prefix, only values and ranges", word.wildcard);
      case LEVEL ->
          new Query.FieldPrefix(
              field.canonical, word.text.toUpperCase(Locale.ROOT), field.position);
      default ->
          new Query.FieldPrefix(
              field.canonical, shortEnough("a prefix", word.text, position), field.position);
    };
  }

  private Query equality(Field field, String value, int position) {
    return new Query.FieldEquals(field.canonical, checked(field, value, position), field.position);
  }

  private Query range(Field field) {
    rejectRangeOfText(field);
    boolean fromInclusive = peek() == '[';
    at++;
    String from = bound(field);
    skipBlanks();
    if (!takeKeyword("TO")) {
      throw new QuerySyntaxException("expected 'TO'", at);
    }
    String to = bound(field);
    skipBlanks();
    if (atEnd() || (peek() != ']' && peek() != '}')) {
      throw new QuerySyntaxException("expected ']' or '}'", at);
    }
    boolean toInclusive = peek() == ']';
    at++;
    requireEndOfTerm();
    return rangeOf(field, from, fromInclusive, to, toInclusive);
  }

  private Query comparison(Field field) {
    rejectRangeOfText(field);
    boolean greater = peek() == '>';
    at++;
    boolean inclusive = !atEnd() && peek() == '=';
    if (inclusive) {
      at++;
    }
    int position = at;
    if (atEnd() || isBlank(peek()) || peek() == ')') {
      throw new QuerySyntaxException("expected a value", at);
    }
    String raw;
    if (peek() == '"') {
      raw = quoted();
    } else {
      Word word = word(false);
      if (word.wildcard >= 0) {
        throw new QuerySyntaxException("unexpected '*'", word.wildcard);
      }
      raw = word.text;
    }
    String bound = checkedBound(field, raw, position);
    return greater
        ? rangeOf(field, bound, inclusive, null, false)
        : rangeOf(field, null, false, bound, inclusive);
  }

  /** An open end is never inclusive, so that there is one form of every range. */
  private static Query rangeOf(
      Field field, String from, boolean fromInclusive, String to, boolean toInclusive) {
    if (from == null && to == null) {
      return new Query.FieldExists(field.canonical, field.position);
    }
    return new Query.FieldRange(
        field.canonical,
        from,
        from != null && fromInclusive,
        to,
        to != null && toInclusive,
        field.position);
  }

  /** Reads one end of a range; null if it is open. */
  private String bound(Field field) {
    skipBlanks();
    int position = at;
    if (atEnd()) {
      throw new QuerySyntaxException("expected a bound", at);
    }
    if (peek() == '"') {
      return checkedBound(field, quotedBound(), position);
    }
    Word word = boundWord();
    if (word.wildcard >= 0) {
      if (!word.text.isEmpty()) {
        throw new QuerySyntaxException("unexpected '*'", word.wildcard);
      }
      return null;
    }
    if (word.text.isEmpty()) {
      throw atEnd() ? new QuerySyntaxException("expected a bound", at) : unexpected();
    }
    return checkedBound(field, word.text, position);
  }

  private static String checkedBound(Field field, String value, int position) {
    return shortEnough("a bound of a range", checked(field, value, position), position);
  }

  /** The index compiles prefixes and bounds to automata, and refuses those of long texts. */
  private static String shortEnough(String what, String text, int position) {
    if (text.length() > QueryLimits.MAX_PREFIX_LENGTH) {
      throw new QuerySyntaxException(
          what + " has at most " + QueryLimits.MAX_PREFIX_LENGTH + " characters", position);
    }
    return text;
  }

  private static void rejectRangeOfText(Field field) {
    if (field.kind == QueryFields.Kind.TEXT) {
      throw new QuerySyntaxException(
          "'" + field.written + "' takes words and phrases, no range", field.position);
    }
  }

  /** Returns a value in the one form that its field's kind has. */
  private static String checked(Field field, String value, int position) {
    switch (field.kind) {
      case LEVEL -> {
        LogLevel level = LevelWords.parse(value);
        if (level == null) {
          throw new QuerySyntaxException(
              "'" + value + "' is no level (TRACE, DEBUG, INFO, WARN, ERROR, FATAL)", position);
        }
        return level.name();
      }
      case TIME -> {
        long nanos = Timestamps.parse(value.length() == DATE_LENGTH ? value + "T00:00Z" : value);
        if (nanos == Timestamps.UNREADABLE) {
          nanos = Timestamps.parse(value);
        }
        if (nanos == Timestamps.UNREADABLE) {
          throw new QuerySyntaxException(
              "'" + value + "' is no time such as 2026-03-29T10:00Z", position);
        }
        return Timestamps.format(nanos);
      }
      case NUMBER -> {
        try {
          return Long.toString(Long.parseLong(value));
        } catch (NumberFormatException e) {
          throw new QuerySyntaxException("'" + value + "' is no whole number", position);
        }
      }
      default -> {
        return value;
      }
    }
  }

  // ---- characters ----

  /**
   * Reads a word: up to a blank, a parenthesis or a quote, with escapes resolved. Where {@code
   * colonEnds} it also ends after the first colon that follows something like a field name.
   */
  private Word word(boolean colonEnds) {
    int start = at;
    StringBuilder word = new StringBuilder();
    int wildcard = -1;
    boolean plainName = true; // only characters that a field name has without being escaped
    while (!atEnd()) {
      char c = peek();
      if (isBlank(c) || c == '(' || c == ')' || c == '"') {
        break;
      }
      if (wildcard >= 0 && !(c == ':' && colonEnds)) {
        throw new QuerySyntaxException("unexpected '*'", wildcard);
      }
      if (c == '\\') {
        escape(word);
        continue;
      }
      if (c == ':' && colonEnds && !startsWithDigit(start)) {
        if (!plainName) {
          throw unexpected();
        }
        at++;
        return new Word(word.toString(), start, wildcard, true);
      }
      if (c == '*') {
        wildcard = at;
      } else {
        plainName &= isNameCharacter(c);
        word.append(c);
      }
      at++;
    }
    if (!atEnd() && (peek() == '"' || peek() == '(')) {
      throw unexpected();
    }
    return new Word(word.toString(), start, wildcard, false);
  }

  /** Reads a bound of a range: up to a blank or a closing bracket. */
  private Word boundWord() {
    int start = at;
    StringBuilder word = new StringBuilder();
    int wildcard = -1;
    while (!atEnd() && !isBlank(peek()) && peek() != ']' && peek() != '}') {
      char c = peek();
      if (c == '"') {
        throw unexpected();
      }
      if (c == '\\') {
        escape(word);
        continue;
      }
      if (c == '*') {
        wildcard = at;
      } else {
        word.append(c);
      }
      at++;
    }
    return new Word(word.toString(), start, wildcard, false);
  }

  private String quoted() {
    String quoted = quotedBound();
    requireEndOfTerm();
    return quoted;
  }

  private String quotedBound() {
    int start = at;
    at++;
    StringBuilder quoted = new StringBuilder();
    while (!atEnd()) {
      char c = peek();
      if (c == '"') {
        at++;
        return quoted.toString();
      }
      if (c == '\\') {
        escape(quoted);
      } else {
        quoted.append(c);
        at++;
      }
    }
    throw new QuerySyntaxException("the quote is not closed, it opens", start);
  }

  /** Reads a backslash and what it makes of the next character. */
  private void escape(StringBuilder into) {
    int start = at;
    at++;
    if (atEnd()) {
      throw new QuerySyntaxException("expected a character after '\\'", at);
    }
    char c = peek();
    at++;
    switch (c) {
      case 'n' -> into.append('\n');
      case 'r' -> into.append('\r');
      case 't' -> into.append('\t');
      case 'u' -> {
        int codeUnit = 0;
        for (int i = 0; i < 4; i++, at++) {
          int digit = atEnd() || peek() > 'f' ? -1 : Character.digit(peek(), 16);
          if (digit < 0) {
            throw new QuerySyntaxException("expected four hexadecimal digits after '\\u'", at);
          }
          codeUnit = codeUnit << 4 | digit;
        }
        into.append((char) codeUnit);
      }
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw new QuerySyntaxException("unknown escape '\\" + c + "' (write '\\\\')", start);
        }
        into.append(c);
      }
    }
  }

  /** After a quote or a bracket there must be something that cannot belong to it. */
  private void requireEndOfTerm() {
    if (!atEnd() && !isBlank(peek()) && peek() != ')') {
      throw unexpected();
    }
  }

  private void requireOperand(String operator) {
    skipBlanks();
    if (atEnd()) {
      throw new QuerySyntaxException("expected a term after " + operator, at);
    }
  }

  private boolean takeKeyword(String keyword) {
    skipBlanks();
    if (!atKeyword(keyword)) {
      return false;
    }
    at += keyword.length();
    return true;
  }

  private boolean atKeyword(String keyword) {
    int end = at + keyword.length();
    return text.startsWith(keyword, at)
        && (end == text.length()
            || isBlank(text.charAt(end))
            || text.charAt(end) == '('
            || text.charAt(end) == ')'
            || text.charAt(end) == '"');
  }

  private void skipBlanks() {
    while (!atEnd() && isBlank(peek())) {
      at++;
    }
  }

  private boolean atEnd() {
    return at == text.length();
  }

  private char peek() {
    return text.charAt(at);
  }

  private boolean startsWithDigit(int start) {
    char c = text.charAt(start);
    return c >= '0' && c <= '9';
  }

  private void enter(int position) {
    if (++depth > limits.maxDepth()) {
      throw new QuerySyntaxException("nested deeper than " + limits.maxDepth(), position);
    }
  }

  private void leave() {
    depth--;
  }

  private void countClause() {
    if (++clauses > limits.maxClauses()) {
      throw new QuerySyntaxException("more than " + limits.maxClauses() + " terms", at);
    }
  }

  /** Names what stands here: an operator as a whole, otherwise one character. */
  private QuerySyntaxException unexpected() {
    for (String keyword : List.of("AND", "OR", "NOT")) {
      if (atKeyword(keyword)) {
        return new QuerySyntaxException("unexpected " + keyword, at);
      }
    }
    String shown = Character.toString(text.codePointAt(at));
    return new QuerySyntaxException("unexpected '" + shown + "'", at);
  }

  static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  /** Whether a character can stand in a field name without a backslash. */
  static boolean isNameCharacter(char c) {
    return Character.isLetterOrDigit(c) || "_.@/-$#".indexOf(c) >= 0;
  }

  private record Field(String written, String canonical, QueryFields.Kind kind, int position) {}

  /**
   * @param text without escapes, without the wildcard and without the colon
   * @param wildcard position of an unescaped {@code *} at the end, or -1
   */
  private record Word(String text, int position, int wildcard, boolean endsWithColon) {}
}
