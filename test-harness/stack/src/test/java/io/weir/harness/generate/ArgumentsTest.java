package io.weir.harness.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  private static final String USAGE =
      """
        --rate N     how fast
        --for TIME   how long
        --fresh      Forget what was
      """;

  @Test
  void readsValuesSwitchesAndTheRest() {
    Arguments arguments = parse("--rate", "20k", "--for=90s", "--fresh", "file");
    assertThat(arguments.number("rate", 1)).isEqualTo(20_000);
    assertThat(arguments.duration("for", null)).isEqualTo(Duration.ofSeconds(90));
    assertThat(arguments.has("fresh")).isTrue();
    assertThat(arguments.rest()).containsExactly("file");
  }

  @Test
  void givesTheDefaultOfWhatIsMissing() {
    assertThat(parse().number("rate", 7)).isEqualTo(7);
    assertThat(parse().decimal("rate", 0.5)).isEqualTo(0.5);
  }

  @Test
  void namesTheOptionThatIsWrong() {
    assertThatThrownBy(() -> parse("--rat", "1")).hasMessageContaining("unknown option --rat");
    assertThatThrownBy(() -> parse("--rate")).hasMessageContaining("--rate needs a value");
    assertThatThrownBy(() -> parse("--rate", "fast").number("rate", 1))
        .hasMessageContaining("--rate 'fast' is not a whole number");
    assertThatThrownBy(() -> parse("--for", "1 hour").duration("for", null))
        .hasMessageContaining("--for '1 hour' is not a duration");
  }

  private static Arguments parse(String... arguments) {
    return Arguments.parse(arguments, USAGE);
  }
}
