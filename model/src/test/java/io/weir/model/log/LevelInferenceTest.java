package io.weir.model.log;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LevelInferenceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "E0101 10:00:00.000000   1 server.go:42] x | ERROR",
        "W0101 10:00:00.000000 x | WARN",
        "F0101 10:00:00.000000 x | FATAL",
        "I0101 10:00:00.000000 ERROR | INFO",
        "[ERROR] disk full | ERROR",
        "[error] disk full | ERROR",
        "[ WARN ] slow | WARN",
        "<Warning> slow | WARN",
        "(DEBUG) x | DEBUG",
        "ERROR disk full | ERROR",
        "ERROR: disk full | ERROR",
        "error: disk full | ERROR",
        "warning: unused | WARN",
        "fatal: not a git repository | FATAL",
        "2026-03-29 10:00:00,123 ERROR [main] c.e.Orders: x | ERROR",
        "2026-03-29 10:00:00,123 [main] WARN c.e.Orders: x | WARN",
        "2026-03-29T10:00:00Z DEBUG x | DEBUG",
        "[2026-03-29 10:00:00,123] INFO [Broker 1] Error while x | INFO",
        "Mar 29 10:00:00 web1 ERROR x | ERROR",
        "Sun, 29 Mar 2026 10:00:00 GMT WARN x | WARN",
        "time=x level=warn msg=y | WARN",
        "time=x level=\"error\" msg=y | ERROR",
        "lvl=dbg x | DEBUG",
        "{\"severity\":\"critical\",\"a\":1} | FATAL",
        "{\"level\": \"warn\"} | WARN",
        "java.io.IOException: disk full | ERROR",
        "ValueError: x | ERROR",
        "caught o.e.TimeoutException: x | ERROR",
        "Exception in thread \"main\" x | ERROR",
        "Traceback (most recent call last): | ERROR",
        "Caused by: x | ERROR",
        "panic: runtime error | FATAL",
        "`x\n\tat a.b.C.d(C.java:1)` | ERROR",
        "`TypeError: x is not a function\n    at y (z.js:1:2)` | ERROR",
        "`o.e.FooException\n  caused` | ERROR",
      })
  void readsTheLevelThatALoggerWrote(String message, LogLevel level) {
    assertThat(LevelInference.infer(message)).isEqualTo(level);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "no errors found",
        "NO ERROR",
        "0 errors, 3 warnings",
        "an Error occurred",
        "the ERROR page was shown",
        "retry on error: yes",
        "Exception handling enabled",
        "registered ExceptionHandler",
        "mylevel=error",
        "level=high",
        "level 3 reached",
        "[main] started",
        "[1/3] fetching",
        "config: loaded",
        "Fine: 20 EUR",
        "all done",
        "ALERT created by user",
        "GET /error 200",
        "Errors: none",
        "E01 10:00 x",
        "[unclosed ERROR"
      })
  void doesNotTakeProseForALevel(String message) {
    assertThat(LevelInference.infer(message)).isEqualTo(LogLevel.INFO);
  }

  @Property
  void alwaysGivesALevel(@ForAll String message) {
    assertThat(LevelInference.infer(message)).isNotNull();
  }
}
