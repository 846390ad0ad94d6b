package io.weir.gateway.prometheus;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Parameters of a request, in the order in which they were added. Confined to one thread. */
public final class FormData {
  private final List<String> parts = new ArrayList<>();

  /** Adds a parameter. */
  public FormData add(String name, String value) {
    parts.add(encode(name) + '=' + encode(value));
    return this;
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Returns the parameters as a form or a query line writes them. */
  String encoded() {
    return String.join("&", parts);
  }

  @Override
  public String toString() {
    return encoded();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
