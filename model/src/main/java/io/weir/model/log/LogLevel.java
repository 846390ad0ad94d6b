package io.weir.model.log;

/** Severity of a log event, lowest first; the order of the constants is the order of severity. */
public enum LogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR,
  FATAL
}
