package io.weir.harness.generate;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Checksum of what an event says, carried inside it as the field {@value #FIELD}: whoever reads the
 * event back from a store computes it again and knows whether a single character changed on the
 * way, without having kept the input.
 *
 * <p>It is the CRC-32C of the UTF-8 bytes of: timestamp in nanoseconds, service, host, region,
 * level, message, then every field except the checksum as key and value text in the order of the
 * event; each part is closed by U+001F. Null is the empty text.
 */
public final class EventChecksum {
  /** Name of the field that holds the checksum. */
  public static final String FIELD = "checksum";

  private static final char END = '\u001f';

  private EventChecksum() {}

  /**
   * Returns the checksum as 8 lower-case hexadecimal digits.
   *
   * @param fields the event's fields in order; a value is the text of a string or number
   */
  public static String of(
      long timestampNanos,
      String service,
      String host,
      String region,
      String level,
      String message,
      Iterable<Map.Entry<String, String>> fields) {
    StringBuilder text = new StringBuilder(256);
    text.append(timestampNanos).append(END);
    append(text, service);
    append(text, host);
    append(text, region);
    append(text, level);
    append(text, message);
    for (Map.Entry<String, String> field : fields) {
      if (!field.getKey().equals(FIELD)) {
        append(text, field.getKey());
        append(text, field.getValue());
      }
    }
    CRC32C crc = new CRC32C();
    crc.update(text.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static void append(StringBuilder text, String part) {
    if (part != null) {
      text.append(part);
    }
    text.append(END);
  }
}
