package io.weir.gateway.http;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.documents.Precondition;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Versions as HTTP writes them: a strong entity tag is the version in quotation marks.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1">RFC 9110, If-Match</a>
 */
final class EntityTags {
  private static final Pattern TAG = Pattern.compile("\"(\\d{1,18})\"");

  private EntityTags() {}

  static String of(long version) {
    return '"' + Long.toString(version) + '"';
  }

  /** Returns what an If-Match header demands; empty without one. */
  static Optional<Precondition> ifMatch(String header) {
    if (header == null) {
      return Optional.empty();
    }
    String text = header.strip();
    if (text.equals("*")) {
      return Optional.of(Precondition.exists());
    }
    Matcher tag = TAG.matcher(text);
    if (!tag.matches()) {
      throw new InvalidRequestException(
          "If-Match", "must be one ETag as it was given, such as \"17\", or *");
    }
    return Optional.of(Precondition.version(Long.parseLong(tag.group(1))));
  }
}
