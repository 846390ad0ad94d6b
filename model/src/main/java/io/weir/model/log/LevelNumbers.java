package io.weir.model.log;

/** The scales on which producers number severities. */
final class LevelNumbers {
  private LevelNumbers() {}

  /** RFC 5424: 0 emergency, 1 alert, 2 critical, 3 error, 4 warning, 5 notice, 6 info, 7 debug. */
  static LogLevel syslog(int number) {
    return switch (number) {
      case 0, 1, 2 -> LogLevel.FATAL;
      case 3 -> LogLevel.ERROR;
      case 4 -> LogLevel.WARN;
      case 5, 6 -> LogLevel.INFO;
      case 7 -> LogLevel.DEBUG;
      default -> null;
    };
  }

  /** RFC 5424: facility 0 to 23, times eight, plus the severity. */
  static LogLevel syslogPriority(int number) {
    return number > 191 ? null : syslog(number & 7);
  }

  /** OTLP: 1 to 4 trace, 5 to 8 debug, and so on up to 24; 0 is unspecified. */
  static LogLevel otlp(int number) {
    return number < 1 || number > 24 ? null : LogLevel.values()[(number - 1) / 4];
  }

  /** Bunyan and Pino: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
  static LogLevel bunyan(int number) {
    return number < 10 || number > 69 ? null : LogLevel.values()[number / 10 - 1];
  }

  /** Python: 10 debug, 20 info, 30 warning, 40 error, 50 critical; lower is trace. */
  static LogLevel python(int number) {
    if (number < 1 || number > 59) {
      return null;
    }
    return number >= 50 ? LogLevel.FATAL : LogLevel.values()[number / 10];
  }
}
