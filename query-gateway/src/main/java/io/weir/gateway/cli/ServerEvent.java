package io.weir.gateway.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;

/**
 * One server-sent event.
 *
 * @param id empty if it has none
 * @param type {@code message} if it has none
 */
record ServerEvent(String id, String type, String data) {

  /** Reads events out of a stream, and the delay that the server asks for. Not thread-safe. */
  static final class Reader {
    private final BufferedReader lines;
    private long retryMillis = -1;

    Reader(BufferedReader lines) {
      this.lines = lines;
    }

    /** Returns after how long the server wants to be called again, -1 if it did not say. */
    long retryMillis() {
      return retryMillis;
    }

    /** Returns the next event that has data or an id; empty at the end. */
    Optional<ServerEvent> next() throws IOException {
      String id = "";
      String type = "message";
      StringBuilder data = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty()) {
          if (data.length() > 0 || !id.isEmpty()) {
            return Optional.of(new ServerEvent(id, type, data.toString()));
          }
          type = "message";
          continue;
        }
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        switch (field) {
          case "id" -> id = value;
          case "event" -> type = value;
          case "data" -> data.append(data.length() > 0 ? "\n" : "").append(value);
          case "retry" -> retryMillis = value.matches("\\d{1,9}") ? Long.parseLong(value) : -1;
          default -> {} // a comment, or a field of a later version
        }
      }
      return Optional.empty();
    }
  }
}
