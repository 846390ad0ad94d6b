package io.weir.harness.ship;

import java.util.List;
import java.util.function.Consumer;

/**
 * Joins the lines of one event: a stack trace belongs to the line before it. An event is complete
 * when the next one begins, or when {@link #flush} is called because the file has been quiet. An
 * event that outgrows the limit is handed on in pieces that share its head.
 */
final class EventAssembler {
  private final List<LineFormat> formats;
  private final int maxEventChars;

  private final StringBuilder text = new StringBuilder();
  private boolean open;
  private long start;
  private long end;
  private ParsedLine head;
  private LineFormat format;

  EventAssembler(List<LineFormat> formats, int maxEventChars) {
    this.formats = List.copyOf(formats);
    this.maxEventChars = maxEventChars;
  }

  /** Takes the next line; hands on the event that it completes. */
  void take(RawLine line, Consumer<LogText> events) {
    if (open && isIndented(line.text())) {
      extend(line, events);
      return;
    }
    for (LineFormat candidate : formats) {
      ParsedLine parsed = candidate.parse(line.text());
      if (parsed != null) {
        flush(events);
        begin(line, parsed, candidate, parsed.message());
        return;
      }
    }
    boolean object = line.text().startsWith("{") && line.text().endsWith("}");
    boolean continued = format != null && format.continuesOverForeignLines();
    if (open && !object && (continued || isTrace(line.text()))) {
      extend(line, events);
    } else {
      flush(events);
      if (!line.text().isBlank()) {
        begin(line, null, null, line.text());
      }
    }
  }

  /** Hands on the event that is being put together, if there is one. */
  void flush(Consumer<LogText> events) {
    if (open) {
      open = false;
      format = null;
      events.accept(new LogText(start, end, head, text.toString().stripTrailing()));
    }
  }

  private void begin(RawLine line, ParsedLine parsed, LineFormat itsFormat, String message) {
    open = true;
    start = line.start();
    end = line.end();
    head = parsed;
    format = itsFormat;
    text.setLength(0);
    text.append(message);
  }

  private void extend(RawLine line, Consumer<LogText> events) {
    if (text.length() + line.text().length() >= maxEventChars) {
      ParsedLine sharedHead = head;
      LineFormat sharedFormat = format;
      flush(events);
      begin(line, sharedHead, sharedFormat, line.text());
      return;
    }
    text.append('\n').append(line.text());
    end = line.end();
  }

  private static boolean isIndented(String line) {
    return !line.isBlank() && (line.charAt(0) == ' ' || line.charAt(0) == '\t');
  }

  private static boolean isTrace(String line) {
    return line.startsWith("Caused by: ") || line.startsWith("Suppressed: ");
  }
}
