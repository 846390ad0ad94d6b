package io.weir.operators.logs;

import io.weir.model.log.LogParser;
import java.io.Serializable;

/** Makes one parser per reader: parsers hold buffers and are not thread-safe. */
@FunctionalInterface
public interface LogParserFactory extends Serializable {

  /** Returns a new parser. */
  LogParser create();
}
