package io.weir.harness.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class StackViewTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);
  private final StatusBoard board = new StatusBoard(List.of("kafka", "flink"));

  @Test
  void plainlyPrintsOneLineForEachChange() {
    StackView view = StackView.plain(out, board);
    view.watch();

    board.set("kafka", Phase.STARTING, "");
    board.set("kafka", Phase.STARTING, "");
    board.set("kafka", Phase.READY, "127.0.0.1:9092\nsecond line");

    assertThat(output().lines())
        .map(line -> line.replaceFirst("^ *[0-9.]+ s  ", ""))
        .containsExactly("kafka             starting", "kafka             ready    127.0.0.1:9092");
  }

  @Test
  void liveRedrawsItsTableInPlace() {
    StackView view = StackView.live(out, 80, board);
    view.watch();
    assertThat(output()).contains("kafka").contains("flink").doesNotContain("\u001b[2A");

    board.set("flink", Phase.FAILED, "no slots");

    assertThat(output()).contains("\u001b[2A\r\u001b[J").contains("failed").contains("no slots");
  }

  @Test
  void noRowOfTheTableIsWiderThanTheTerminal() {
    StackView view = StackView.live(out, 50, board);
    view.watch();

    board.set("flink", Phase.FAILED, "x".repeat(300));

    assertThat(output().replaceAll("\u001b\\[[0-9;]*[A-Za-z]", "").lines())
        .allSatisfy(row -> assertThat(row).hasSizeLessThan(50));
  }

  @Test
  void aMessageStandsAboveTheTable() {
    StackView view = StackView.live(out, 80, board);
    view.watch();
    bytes.reset();

    view.message("kafka ended");

    assertThat(output()).startsWith("\u001b[2A\r\u001b[Jkafka ended\n  kafka");
  }

  @Test
  void isSilentAboutChangesWhenItDoesNotWatch() {
    StackView view = StackView.plain(out, board);
    view.watch();
    view.unwatch();

    board.set("kafka", Phase.READY, "");
    view.message("up");

    assertThat(output()).isEqualTo("up\n");
  }

  private String output() {
    return bytes.toString(UTF_8);
  }
}
