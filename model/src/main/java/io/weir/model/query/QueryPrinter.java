package io.weir.model.query;

import java.util.List;

/**
 * Turns a {@link Query} into its canonical text: the same for all texts that mean the same tree,
 * and read back by {@link QueryParser} to an equal one (positions aside). Cursors and caches hash
 * it.
 */
public final class QueryPrinter {
  private final StringBuilder out = new StringBuilder();

  private QueryPrinter() {}

  /** Returns the canonical text of a query. */
  public static String print(Query query) {
    QueryPrinter printer = new QueryPrinter();
    printer.write(query);
    return printer.out.toString();
  }

  /** Returns the same query with every position 0, so that two queries compare by meaning. */
  public static Query withoutPositions(Query query) {
    if (query instanceof Query.And and) {
      return new Query.And(withoutPositions(and.clauses()));
    } else if (query instanceof Query.Or or) {
      return new Query.Or(withoutPositions(or.clauses()));
    } else if (query instanceof Query.Not not) {
      return new Query.Not(withoutPositions(not.clause()));
    } else if (query instanceof Query.Phrase term) {
      return new Query.Phrase(term.text(), 0);
    } else if (query instanceof Query.TokenPrefix term) {
      return new Query.TokenPrefix(term.prefix(), 0);
    } else if (query instanceof Query.FieldEquals term) {
      return new Query.FieldEquals(term.field(), term.value(), 0);
    } else if (query instanceof Query.FieldPrefix term) {
      return new Query.FieldPrefix(term.field(), term.prefix(), 0);
    } else if (query instanceof Query.FieldExists term) {
      return new Query.FieldExists(term.field(), 0);
    } else if (query instanceof Query.FieldRange range) {
      return new Query.FieldRange(
          range.field(), range.from(), range.fromInclusive(), range.to(), range.toInclusive(), 0);
    }
    return query;
  }

  private static List<Query> withoutPositions(List<Query> clauses) {
    return clauses.stream().map(QueryPrinter::withoutPositions).toList();
  }

  private void write(Query query) {
    if (query instanceof Query.MatchAll) {
      out.append('*');
    } else if (query instanceof Query.And and) {
      writeAll(and.clauses(), " AND ", Query.Or.class);
    } else if (query instanceof Query.Or or) {
      writeAll(or.clauses(), " OR ", null);
    } else if (query instanceof Query.Not not) {
      out.append("NOT ");
      boolean compound = not.clause() instanceof Query.And || not.clause() instanceof Query.Or;
      writeGrouped(not.clause(), compound);
    } else if (query instanceof Query.Phrase term) {
      writeValue(term.text());
    } else if (query instanceof Query.TokenPrefix term) {
      writeEscaped(term.prefix());
      out.append('*');
    } else if (query instanceof Query.FieldEquals term) {
      writeField(term.field());
      writeValue(term.value());
    } else if (query instanceof Query.FieldPrefix term) {
      writeField(term.field());
      writeEscaped(term.prefix());
      out.append('*');
    } else if (query instanceof Query.FieldExists term) {
      writeField(term.field());
      out.append('*');
    } else if (query instanceof Query.FieldRange range) {
      writeField(range.field());
      out.append(range.fromInclusive() ? '[' : '{');
      writeBound(range.from());
      out.append(" TO ");
      writeBound(range.to());
      out.append(range.toInclusive() ? ']' : '}');
    }
  }

  private void writeAll(List<Query> clauses, String operator, Class<?> grouped) {
    for (int i = 0; i < clauses.size(); i++) {
      if (i > 0) {
        out.append(operator);
      }
      writeGrouped(clauses.get(i), grouped != null && grouped.isInstance(clauses.get(i)));
    }
  }

  private void writeGrouped(Query query, boolean grouped) {
    if (grouped) {
      out.append('(');
    }
    write(query);
    if (grouped) {
      out.append(')');
    }
  }

  private void writeBound(String bound) {
    if (bound == null) {
      out.append('*');
    } else {
      writeValue(bound);
    }
  }

  private void writeField(String field) {
    writeEscaped(field);
    out.append(':');
  }

  /** A word as it is where that reads back as the same word, otherwise quoted. */
  private void writeValue(String value) {
    if (isPlainWord(value)) {
      out.append(value);
      return;
    }
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (Character.isSurrogatePair(c, i + 1 < value.length() ? value.charAt(i + 1) : 0)) {
        out.append(c).append(value.charAt(++i));
      } else if (needsCodeEscape(c)) {
        writeCodeEscape(c);
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static boolean isPlainWord(String value) {
    if (value.isEmpty() || value.charAt(0) == '-') {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '-'
              || c == '.';
      if (!plain) {
        return false;
      }
    }
    return !value.equals("AND")
        && !value.equals("OR")
        && !value.equals("NOT")
        && !value.equals("TO");
  }

  /** Text outside quotes: everything that is not surely part of a name gets a backslash. */
  private void writeEscaped(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean literal =
          QueryParser.isNameCharacter(c)
              && !(i == 0 && (c == '-' || (c >= '0' && c <= '9')))
              && !Character.isSurrogate(c);
      if (literal) {
        out.append(c);
      } else if (needsCodeEscape(c) || Character.isLetterOrDigit(c)) {
        writeCodeEscape(c);
      } else {
        out.append('\\').append(c);
      }
    }
  }

  private static boolean needsCodeEscape(char c) {
    return Character.isISOControl(c) || Character.isSurrogate(c);
  }

  private void writeCodeEscape(char c) {
    out.append(String.format("\\u%04x", (int) c));
  }
}
