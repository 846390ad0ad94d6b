package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;

/**
 * Writes answers for people or, line by line, as JSON. Log content is text: control characters are
 * escaped, so that no message can move the cursor or change the terminal.
 */
final class Terminal {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESET = "\u001b[0m";
  private static final String DIM = "\u001b[2m";
  private static final String BOLD = "\u001b[1m";
  private static final int LEVEL_WIDTH = 5;

  private final PrintWriter out;
  private final boolean json;
  private final boolean colour;

  /**
   * @param json one JSON object a line instead of text
   * @param colour whether escape sequences for colours are written
   */
  Terminal(PrintWriter out, boolean json, boolean colour) {
    this.out = Objects.requireNonNull(out, "out");
    this.json = json;
    this.colour = colour;
  }

  /** Writes one log event. */
  void log(JsonNode event) {
    log(event, false);
  }

  /** Writes one log event, marked if it is the one that was asked for. */
  void log(JsonNode event, boolean marked) {
    if (json) {
      json(event);
      return;
    }
    String level = event.path("level").asText();
    StringBuilder line = new StringBuilder();
    line.append(style(DIM, event.path("timestamp").asText())).append(' ');
    line.append(style(levelColour(level), padded(level))).append(' ');
    line.append(printable(event.path("service").asText()));
    if (event.hasNonNull("host")) {
      line.append(style(DIM, "@" + printable(event.path("host").asText())));
    }
    line.append(' ');
    String message = printable(event.path("message").asText());
    line.append(marked ? style(BOLD, message) : message);
    Iterator<Map.Entry<String, JsonNode>> fields = event.path("fields").fields();
    StringBuilder shown = new StringBuilder();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      JsonNode value = field.getValue();
      shown
          .append(' ')
          .append(printable(field.getKey()))
          .append('=')
          .append(printable(value.isValueNode() ? value.asText() : value.toString()));
    }
    if (shown.length() > 0) {
      line.append(style(DIM, shown.toString()));
    }
    out.println(line);
    out.flush();
  }

  /** Writes a JSON object in one line. */
  void json(JsonNode node) {
    try {
      out.println(JSON.writeValueAsString(node));
      out.flush();
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can be written", e);
    }
  }

  /** Writes a JSON object for people: as it is in one line, otherwise over several. */
  void document(JsonNode node) {
    if (json) {
      json(node);
      return;
    }
    try {
      // Control characters are escaped in JSON already; those that reorder text are not.
      JSON.writerWithDefaultPrettyPrinter()
          .writeValueAsString(node)
          .lines()
          .map(Terminal::printable)
          .forEach(out::println);
      out.flush();
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can be written", e);
    }
  }

  /** Writes a line of text. */
  void line(String text) {
    out.println(printable(text));
    out.flush();
  }

  boolean writesJson() {
    return json;
  }

  private String style(String code, String text) {
    return colour && !code.isEmpty() ? code + text + RESET : text;
  }

  private static String levelColour(String level) {
    return switch (level) {
      case "FATAL" -> "\u001b[1;31m";
      case "ERROR" -> "\u001b[31m";
      case "WARN" -> "\u001b[33m";
      case "INFO" -> "\u001b[32m";
      default -> DIM;
    };
  }

  private static String padded(String level) {
    return level + " ".repeat(Math.max(0, LEVEL_WIDTH - level.length()));
  }

  /**
   * Returns text with everything escaped that a terminal might act on: C0 and C1 controls, and the
   * format characters that reorder text.
   */
  static String printable(String text) {
    StringBuilder safe = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain =
          !Character.isISOControl(c)
              && Character.getType(c) != Character.FORMAT
              && c != '\u2028'
              && c != '\u2029';
      if (plain && safe == null) {
        continue;
      }
      if (safe == null) {
        safe = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (plain) {
        safe.append(c);
      } else if (c == '\n') {
        safe.append("\\n");
      } else if (c == '\t') {
        safe.append("\\t");
      } else if (c == '\r') {
        safe.append("\\r");
      } else {
        safe.append(String.format("\\u%04x", (int) c));
      }
    }
    return safe == null ? text : safe.toString();
  }
}
