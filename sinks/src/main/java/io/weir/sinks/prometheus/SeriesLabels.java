package io.weir.sinks.prometheus;

import io.weir.model.metric.MetricPoint;
import io.weir.model.metric.MetricType;
import io.weir.model.metric.Sample;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The labels of a series as the specification of remote write wants them: names in order, the
 * metric's name among them as {@value #NAME}, no name twice, no empty values. Encoded as the field
 * {@code labels} of the message {@code TimeSeries}.
 *
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec/">Remote write 1.0</a>
 */
final class SeriesLabels {
  /** The label that holds the metric's name. */
  static final String NAME = "__name__";

  // Field numbers and wire type 2: TimeSeries.labels = 1; Label.name = 1, Label.value = 2.
  private static final byte LABEL = 0x0A;
  private static final byte LABEL_NAME = 0x0A;
  private static final byte LABEL_VALUE = 0x12;

  private SeriesLabels() {}

  /**
   * Returns what is wrong with the names of a sample, in words; empty when nothing is. Receivers
   * differ in what they do with a wrong name: Prometheus 2.42 stores it, others refuse the request
   * or drop the sample in silence.
   */
  static Optional<String> problemOf(Sample sample) {
    if (!isName(sample.metric(), true)) {
      return Optional.of("'" + sample.metric() + "' is no name of a metric");
    }
    for (String tag : sample.tags().keySet()) {
      if (tag.equals(NAME)) {
        return Optional.of("the tag " + NAME + " would name the metric twice");
      }
      if (!isName(tag, false)) {
        return Optional.of("'" + tag + "' is no name of a label");
      }
    }
    return Optional.empty();
  }

  /** Encodes the labels of a sample with valid names. A tag with an empty value is none. */
  static byte[] encode(Sample sample) {
    List<byte[]> texts = new ArrayList<>(2 * sample.tags().size() + 2);
    boolean named = false;
    for (Map.Entry<String, String> tag : sample.tags().entrySet()) {
      // Capital letters sort before the underscore, small ones after it.
      if (!named && tag.getKey().compareTo(NAME) > 0) {
        add(NAME, sample.metric(), texts);
        named = true;
      }
      add(tag.getKey(), tag.getValue(), texts);
    }
    if (!named) {
      add(NAME, sample.metric(), texts);
    }
    return encode(texts);
  }

  /** Returns the text of the series, {@code name{tag="value",...}}, from its encoded labels. */
  static String describe(byte[] labels) {
    Map<String, String> tags = new TreeMap<>();
    int at = 0;
    while (at < labels.length) {
      Text name = Text.read(labels, labelStart(labels, at) + 1);
      Text value = Text.read(labels, name.end() + 1);
      tags.put(name.text(), value.text());
      at = value.end();
    }
    String metric = tags.remove(NAME);
    return new MetricPoint(metric == null ? "" : metric, 0, 0, tags, MetricType.GAUGE).series();
  }

  private static void add(String name, String value, List<byte[]> texts) {
    if (!value.isEmpty()) {
      // A lone surrogate becomes a question mark: the protocol takes UTF-8 only.
      texts.add(name.getBytes(StandardCharsets.UTF_8));
      texts.add(value.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static byte[] encode(List<byte[]> texts) {
    int length = 0;
    for (int i = 0; i < texts.size(); i += 2) {
      int label = labelSize(texts.get(i), texts.get(i + 1));
      length += 1 + Protobuf.varintSize(label) + label;
    }
    byte[] bytes = new byte[length];
    int at = 0;
    for (int i = 0; i < texts.size(); i += 2) {
      bytes[at++] = LABEL;
      at = Protobuf.putVarint(labelSize(texts.get(i), texts.get(i + 1)), bytes, at);
      at = putText(LABEL_NAME, texts.get(i), bytes, at);
      at = putText(LABEL_VALUE, texts.get(i + 1), bytes, at);
    }
    return bytes;
  }

  private static int labelSize(byte[] name, byte[] value) {
    return 2
        + Protobuf.varintSize(name.length)
        + name.length
        + Protobuf.varintSize(value.length)
        + value.length;
  }

  private static int putText(byte tag, byte[] text, byte[] to, int at) {
    to[at] = tag;
    return Protobuf.putBytes(text, to, Protobuf.putVarint(text.length, to, at + 1));
  }

  /** Where the content of the label begins whose field begins at a place. */
  private static int labelStart(byte[] labels, int at) {
    return at + 1 + Protobuf.varintSize(Text.length(labels, at + 1));
  }

  private static boolean isName(String name, boolean colons) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      boolean digit = c >= '0' && c <= '9' && i > 0;
      if (!letter && !digit && !(colons && c == ':')) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** A text with its length before it, and where it ends. */
  private record Text(String text, int end) {
    static Text read(byte[] bytes, int at) {
      int length = length(bytes, at);
      int start = at + Protobuf.varintSize(length);
      return new Text(new String(bytes, start, length, StandardCharsets.UTF_8), start + length);
    }

    static int length(byte[] bytes, int at) {
      int length = 0;
      int shift = 0;
      int position = at;
      while (bytes[position] < 0) {
        length |= (bytes[position++] & 0x7F) << shift;
        shift += 7;
      }
      return length | bytes[position] << shift;
    }
  }
}
