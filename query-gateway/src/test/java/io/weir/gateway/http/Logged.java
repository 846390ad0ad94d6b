package io.weir.gateway.http;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** Everything that is logged, at every level, for as long as this is open; nothing is printed. */
final class Logged implements AutoCloseable {
  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
  private final LoggerConfig root = context.getConfiguration().getRootLogger();
  private final Level before = root.getLevel();
  private final Map<String, Appender> others = Map.copyOf(root.getAppenders());
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AbstractAppender appender =
      new AbstractAppender("test", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          StringBuilder line =
              new StringBuilder(event.getLoggerName())
                  .append(' ')
                  .append(event.getMessage().getFormattedMessage());
          for (Throwable cause = event.getThrown(); cause != null; cause = cause.getCause()) {
            line.append(' ').append(cause);
          }
          lines.add(line.toString());
        }
      };

  Logged() {
    appender.start();
    others.keySet().forEach(root::removeAppender);
    root.addAppender(appender, Level.ALL, null);
    root.setLevel(Level.ALL);
    context.updateLoggers();
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Returns the lines of one logger, without its name. */
  List<String> of(String logger) {
    return lines.stream()
        .filter(line -> line.startsWith(logger + " "))
        .map(line -> line.substring(logger.length() + 1))
        .toList();
  }

  @Override
  public void close() {
    root.removeAppender("test");
    others.values().forEach(other -> root.addAppender(other, null, null));
    root.setLevel(before);
    context.updateLoggers();
    appender.stop();
  }
}
