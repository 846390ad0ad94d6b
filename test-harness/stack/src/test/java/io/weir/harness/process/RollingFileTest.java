package io.weir.harness.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollingFileTest {
  @TempDir Path folder;

  @Test
  void rollsAtTheEndOfALineAndKeepsAsManyFilesAsAsked() throws IOException {
    Path file = folder.resolve("kafka.log");
    try (RollingFile log = new RollingFile(file, 20, 2)) {
      for (int i = 0; i < 12; i++) {
        write(log, "line number %02d\n".formatted(i));
      }
    }

    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("kafka.log", "kafka.log.1", "kafka.log.2");
    }
    assertThat(Files.readString(folder.resolve("kafka.log.1")))
        .isEqualTo("line number 10\nline number 11\n");
    assertThat(Files.readString(folder.resolve("kafka.log.2")))
        .isEqualTo("line number 08\nline number 09\n");
    assertThat(file).isEmptyFile();
  }

  @Test
  void losesNoByteWhenOneWriteSpansSeveralFiles() throws IOException {
    Path file = folder.resolve("a.log");
    try (RollingFile log = new RollingFile(file, 10, 5)) {
      write(log, "aaaaaaaa\nbbbbbbbb\ncccccccc\ndd");
    }

    assertThat(Files.readString(folder.resolve("a.log.1")) + Files.readString(file))
        .isEqualTo("aaaaaaaa\nbbbbbbbb\ncccccccc\ndd");
  }

  @Test
  void aLineLongerThanTheLimitStaysWhole() throws IOException {
    Path file = folder.resolve("a.log");
    try (RollingFile log = new RollingFile(file, 10, 2)) {
      write(log, "x".repeat(30));
      write(log, "y".repeat(30) + "\nnext\n");
    }

    assertThat(Files.readString(folder.resolve("a.log.1")))
        .isEqualTo("x".repeat(30) + "y".repeat(30) + "\n");
    assertThat(Files.readString(file)).isEqualTo("next\n");
  }

  @Test
  void continuesAnExistingFile() throws IOException {
    Path file = folder.resolve("a.log");
    Files.writeString(file, "before\n");
    try (RollingFile log = new RollingFile(file, 1000, 2)) {
      write(log, "after\n");
    }

    assertThat(Files.readString(file)).isEqualTo("before\nafter\n");
  }

  private static void write(RollingFile log, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    log.write(bytes, 0, bytes.length);
  }
}
