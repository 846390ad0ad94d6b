package io.weir.operators.logs;

import io.weir.model.log.JsonLogParser;
import io.weir.model.log.LogLimits;
import io.weir.model.log.LogParser;
import java.time.Duration;

/** Makes parsers of JSON log records with given limits. */
public final class JsonLogParserFactory implements LogParserFactory {
  private static final long serialVersionUID = 1;

  private final int maxRecordBytes;
  private final int maxMessageChars;
  private final int maxFieldDepth;
  private final Duration maxFutureSkew;
  private final Duration hotRetention;

  /** Creates a factory of parsers with these limits. */
  public JsonLogParserFactory(LogLimits limits) {
    // Taken apart because the model's records do not travel by Java serialization.
    this.maxRecordBytes = limits.maxRecordBytes();
    this.maxMessageChars = limits.maxMessageChars();
    this.maxFieldDepth = limits.maxFieldDepth();
    this.maxFutureSkew = limits.maxFutureSkew();
    this.hotRetention = limits.hotRetention();
  }

  @Override
  public LogParser create() {
    return new JsonLogParser(
        new LogLimits(maxRecordBytes, maxMessageChars, maxFieldDepth, maxFutureSkew, hotRetention));
  }
}
