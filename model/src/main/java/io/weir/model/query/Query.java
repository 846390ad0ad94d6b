package io.weir.model.query;

import java.util.List;

/**
 * A parsed log query. One tree for hot search, cold search and live tail; each compiles it in its
 * own module. Positions are 0-based character offsets into the query text.
 *
 * <p>Text is matched as Lucene's {@code standard} analysis does: by whole tokens, lower-cased,
 * never by substring. A text without any token ({@code "--"}) matches nothing.
 *
 * <p>Field names are {@linkplain QueryFields#canonical canonical}. Values of {@code level} are
 * names of {@link io.weir.model.log.LogLevel} (of a prefix: its upper-case beginning), values of
 * {@code timestamp} are RFC 3339 in UTC with nine fraction digits, values of numeric built-in
 * fields are decimal numbers. {@link MatchAll} can stand anywhere in the tree.
 */
public sealed interface Query {

  /** Everything: the empty query. */
  record MatchAll() implements Query {}

  /** Every token of {@code text} occurs in the message next to each other and in order. */
  record Phrase(String text, int position) implements Query {}

  /** The message has a token that starts with {@code prefix} ({@code conn*}). */
  record TokenPrefix(String prefix, int position) implements Query {}

  /**
   * The field has exactly this value ({@code user_id:42}); for {@code level} regardless of case.
   */
  record FieldEquals(String field, String value, int position) implements Query {}

  /** The field's value starts with {@code prefix} ({@code host:web-*}). */
  record FieldPrefix(String field, String prefix, int position) implements Query {}

  /** The field is present ({@code user_id:*}). */
  record FieldExists(String field, int position) implements Query {}

  /**
   * The field's value lies between two bounds ({@code status:[500 TO 599]}, {@code level:>=WARN});
   * a null bound is open.
   */
  record FieldRange(
      String field,
      String from,
      boolean fromInclusive,
      String to,
      boolean toInclusive,
      int position)
      implements Query {}

  /** All of them; at least two. Juxtaposition means AND. */
  record And(List<Query> clauses) implements Query {
    public And {
      clauses = List.copyOf(clauses);
    }
  }

  /** Any of them; at least two. */
  record Or(List<Query> clauses) implements Query {
    public Or {
      clauses = List.copyOf(clauses);
    }
  }

  /** Not this one. */
  record Not(Query clause) implements Query {}
}
