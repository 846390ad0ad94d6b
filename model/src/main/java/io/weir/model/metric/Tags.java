package io.weir.model.metric;

import java.io.Serializable;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Tags of a series: an unmodifiable map that iterates in order of the names. There are few of them
 * and very many maps, so they stand in one array; and because points of a series come again and
 * again, the text of the series is kept with them.
 */
final class Tags extends AbstractMap<String, String> implements Serializable {
  private static final long serialVersionUID = 1;

  /** Names and values in turn, in order of the names. */
  private final String[] pairs;

  /** The text made last. Racing threads make equal ones. */
  private transient SeriesText series;

  private record SeriesText(String metric, String text) {}

  private Tags(String[] pairs) {
    this.pairs = pairs;
  }

  /** Returns an unmodifiable copy that iterates in order of the names. */
  static Map<String, String> sorted(Map<String, String> tags) {
    if (tags instanceof Tags || tags.isEmpty()) {
      return tags instanceof Tags ? tags : Map.of();
    }
    String[] pairs = new String[tags.size() * 2];
    int at = 0;
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      pairs[at++] = Objects.requireNonNull(tag.getKey());
      pairs[at++] = tag.getValue();
    }
    return inOrder(pairs, at) ? new Tags(pairs) : sorted(new TreeMap<>(tags));
  }

  /**
   * Returns the map of names and values in turn, of which the array holds so many; it is used up.
   */
  static Map<String, String> ofPairs(String[] pairs, int length) {
    if (length == 0) {
      return Map.of();
    }
    if (inOrder(pairs, length)) {
      return new Tags(pairs.length == length ? pairs : Arrays.copyOf(pairs, length));
    }
    Map<String, String> tags = new TreeMap<>();
    for (int i = 0; i < length; i += 2) {
      tags.put(pairs[i], pairs[i + 1]);
    }
    return sorted(tags);
  }

  private static boolean inOrder(String[] pairs, int length) {
    for (int i = 2; i < length; i += 2) {
      if (pairs[i - 2].compareTo(pairs[i]) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns the text of the series with these tags; see {@link MetricPoint#series()}. */
  static String series(String metric, Map<String, String> tags) {
    return tags instanceof Tags some ? some.series(metric) : metric;
  }

  private String series(String metric) {
    SeriesText made = series;
    if (made == null || !made.metric.equals(metric)) {
      made = new SeriesText(metric, text(metric));
      series = made;
    }
    return made.text;
  }

  private String text(String metric) {
    StringBuilder text = new StringBuilder(length(metric)).append(metric).append('{');
    for (int i = 0; i < pairs.length; i += 2) {
      if (i > 0) {
        text.append(',');
      }
      text.append(pairs[i]).append("=\"");
      appendEscaped(pairs[i + 1], text);
      text.append('"');
    }
    return text.append('}').toString();
  }

  private int length(String metric) {
    int length = metric.length() + 2;
    for (String part : pairs) {
      length += part.length() + 2;
    }
    return length;
  }

  private static void appendEscaped(String value, StringBuilder to) {
    if (value.indexOf('"') < 0 && value.indexOf('\\') < 0 && value.indexOf('\n') < 0) {
      to.append(value);
      return;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> to.append("\\\\");
        case '"' -> to.append("\\\"");
        case '\n' -> to.append("\\n");
        default -> to.append(c);
      }
    }
  }

  @Override
  public int size() {
    return pairs.length / 2;
  }

  @Override
  public String get(Object name) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(name)) {
        return pairs[i + 1];
      }
    }
    return null;
  }

  @Override
  public boolean containsKey(Object name) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(name)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super String> action) {
    for (int i = 0; i < pairs.length; i += 2) {
      action.accept(pairs[i], pairs[i + 1]);
    }
  }

  @Override
  public Set<Map.Entry<String, String>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return pairs.length / 2;
      }

      @Override
      public Iterator<Map.Entry<String, String>> iterator() {
        return new Entries();
      }
    };
  }

  private final class Entries implements Iterator<Map.Entry<String, String>> {
    private int at;

    @Override
    public boolean hasNext() {
      return at < pairs.length;
    }

    @Override
    public Map.Entry<String, String> next() {
      if (at >= pairs.length) {
        throw new NoSuchElementException();
      }
      Map.Entry<String, String> entry = new SimpleImmutableEntry<>(pairs[at], pairs[at + 1]);
      at += 2;
      return entry;
    }
  }
}
