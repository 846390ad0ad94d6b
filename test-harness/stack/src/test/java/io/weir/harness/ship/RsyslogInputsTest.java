package io.weir.harness.ship;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RsyslogInputsTest {
  @TempDir private Path folder;

  @Test
  void aServiceThatIsNotGivenIsAGuess() {
    assertThat(RsyslogInputs.of(List.of(LogSource.of("shop", Path.of("/var/log/a.log")))))
        .contains("file=\"/var/log/a.log\" tag=\"shop\"");
    assertThat(RsyslogInputs.of(List.of(LogSource.of(Path.of("/var/log/nginx.access.log")))))
        .contains("tag=\"?nginx.access\"");
  }

  @Test
  void datesBeginEventsWhereTheFileHasDates() throws IOException {
    Files.writeString(folder.resolve("dated.log"), "starting\n2026-03-29 10:00:00 INFO x\n");
    Files.writeString(folder.resolve("plain.txt"), "a line\n\tat b\n");
    assertThat(RsyslogInputs.of(List.of(LogSource.of(folder.resolve("dated.log")))))
        .contains("startmsg.regex=\"^[[]?[0-9]{4}-");
    assertThat(RsyslogInputs.of(List.of(LogSource.of(folder.resolve("*.log")))))
        .contains("startmsg.regex=\"^[[]?[0-9]{4}-");
    assertThat(RsyslogInputs.of(List.of(LogSource.of(folder.resolve("plain.txt")))))
        .contains("startmsg.regex=\"^([^[:space:]CS]");
    assertThat(RsyslogInputs.of(List.of(LogSource.of(folder.resolve("later.txt")))))
        .contains("startmsg.regex=\"^([^[:space:]CS]");
  }

  @Test
  void whatMeansSomethingToRsyslogIsEscaped() {
    assertThat(RsyslogInputs.of(List.of(LogSource.of("a\"b$c", Path.of("/x\\y")))))
        .contains("file=\"/x\\\\y\"", "tag=\"a\\\"b$c\"");
    assertThat(RsyslogInputs.of(List.of(LogSource.of("a", Path.of("/x"))))).contains("[CS]$|");
  }
}
