package io.weir.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionValuesTest {
  private static final Option<Integer> COUNT =
      Option.of("demo.count", OptionType.integer(1, 9), "3", "A number.");
  private static final Option<List<String>> NAMES =
      Option.of("demo.names", OptionType.LIST, "Some names.");
  private static final Option<Duration> PAUSE =
      Option.of("demo.pause", OptionType.DURATION, "5 s", "A pause.");
  private static final Option<String> PASSWORD = Option.secret("demo.password", "A secret.");
  private static final OptionGroup.FreePrefix FREE =
      new OptionGroup.FreePrefix("demo.free.", "Anything.");
  private static final OptionGroup OWN =
      new OptionGroup("Demo", "", List.of(COUNT, NAMES, PAUSE, PASSWORD), List.of(FREE));
  private static final OptionGroup FOREIGN =
      OptionGroup.of("Other", "", Option.of("other.thing", OptionType.TEXT, "Of another program."));

  @TempDir Path folder;

  private static OptionValues read(String... args) {
    return OptionValues.read(args, List.of(OWN), List.of(OWN, FOREIGN));
  }

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("demo.yaml"), yaml);
  }

  @Test
  void readsArgumentsInBothForms() {
    OptionValues values = read("--demo.count", "7", "--demo.names=a, b");

    assertThat(values.require(COUNT)).isEqualTo(7);
    assertThat(values.require(NAMES)).containsExactly("a", "b");
    values.throwIfInvalid();
  }

  @Test
  void anAbsentOptionHasItsDefault() {
    assertThat(read().require(PAUSE)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void readsAFlatFileAndANestedOneAlike() throws IOException {
    for (String yaml :
        List.of(
            "demo.count: 7\ndemo.names: [a, b]\n",
            "# a comment\ndemo:\n  count: 7\n  names:\n    - a\n    - b\n")) {
      OptionValues values = read("--config", file(yaml).toString());

      assertThat(values.require(COUNT)).isEqualTo(7);
      assertThat(values.require(NAMES)).containsExactly("a", "b");
      values.throwIfInvalid();
    }
  }

  @Test
  void argumentsWinOverTheFile() throws IOException {
    OptionValues values = read("--demo.count", "8", "--config", file("demo.count: 7\n").toString());

    assertThat(values.require(COUNT)).isEqualTo(8);
  }

  @Test
  void keepsTheTextOfTheFileAsItStands() throws IOException {
    OptionValues values = read("--config", file("demo.free.a: 007\ndemo.free.b: on\n").toString());

    assertThat(values.below(FREE)).isEqualTo(Map.of("a", "007", "b", "on"));
  }

  @Test
  void reportsEveryErrorAtOnceEachWithItsKeyAndReason() {
    OptionValues values = read("--demo.count", "70", "--demo.pause", "soon", "--demo.cuont", "1");
    values.require(COUNT);
    values.require(NAMES);
    values.require(PAUSE);

    assertThatThrownBy(values::throwIfInvalid)
        .isInstanceOfSatisfying(
            InvalidOptionsException.class,
            invalid ->
                assertThat(invalid.errors())
                    .containsExactly(
                        "demo.cuont: no such option; did you mean demo.count?",
                        "demo.count: 70 is outside 1 to 9",
                        "demo.names: is required",
                        "demo.pause: 'soon' is not a duration like '30 s', '5 min' or '2 d'"));
  }

  @Test
  void acceptsAnotherProgramsOptionInTheSharedFileButNotAsAnArgument() throws IOException {
    read("--config", file("other.thing: x\n").toString()).throwIfInvalid();

    assertThatThrownBy(() -> read("--other.thing", "x").throwIfInvalid())
        .hasMessageContaining("other.thing: no such option");
  }

  @Test
  void refusesArgumentsWithoutForm() {
    assertThatThrownBy(() -> read("count=3").throwIfInvalid())
        .hasMessageContaining("'count=3': arguments have the form --key value");
    assertThatThrownBy(() -> read("--demo.count").throwIfInvalid())
        .hasMessageContaining("demo.count: has no value");
    assertThatThrownBy(() -> read("--demo.count", "1", "--demo.count", "2").throwIfInvalid())
        .hasMessageContaining("demo.count: is given twice");
  }

  @Test
  void namesTheFileThatCannotBeRead() throws IOException {
    assertThatThrownBy(
            () -> read("--config", folder.resolve("none.yaml").toString()).throwIfInvalid())
        .hasMessageContaining("none.yaml");
    Path broken = file("demo: [1\n");
    assertThatThrownBy(() -> read("--config", broken.toString()).throwIfInvalid())
        .hasMessageContaining("is not YAML");
    Path list = file("- a\n");
    assertThatThrownBy(() -> read("--config", list.toString()).throwIfInvalid())
        .hasMessageContaining("is not a map");
  }

  @Test
  void anEmptyFileIsFine() throws IOException {
    read("--config", file("# nothing yet\n").toString()).throwIfInvalid();
  }

  @Test
  void readsASecretFromAFile() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");

    OptionValues values = read("--demo.password-file", secret.toString());

    assertThat(values.find(PASSWORD)).contains("s3cret");
    values.throwIfInvalid();
  }

  @Test
  void refusesASecretThatIsGivenTwiceOrCannotBeRead() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
    OptionValues twice = read("--demo.password", "x", "--demo.password-file", secret.toString());
    twice.find(PASSWORD);
    assertThatThrownBy(twice::throwIfInvalid).hasMessageContaining("demo.password-file too");

    OptionValues none = read("--demo.password-file", folder.resolve("none").toString());
    none.find(PASSWORD);
    assertThatThrownBy(none::throwIfInvalid).hasMessageContaining("demo.password-file: cannot");
  }

  @Test
  void showsWhatIsInForceButNoSecret() {
    OptionValues values =
        read(
            "--demo.password", "s3cret",
            "--demo.free.sasl.jaas.config", "also s3cret",
            "--demo.free.ssl.key.password", "s3cret",
            "--demo.free.fetch.min.bytes", "1");
    values.require(COUNT);
    values.find(PASSWORD);
    values.below(FREE);

    assertThat(values.shown().toString()).doesNotContain("s3cret");
    assertThat(values.shown())
        .containsEntry("demo.count", "3")
        .containsEntry("demo.free.fetch.min.bytes", "1");
  }

  @Test
  void anInvalidSecretIsNotQuoted() {
    Option<String> secret =
        new Option<>(
            "demo.password",
            new OptionType<>(
                "x",
                text -> {
                  throw new IllegalArgumentException(text);
                }),
            Optional.empty(),
            true,
            "A secret.");
    OptionValues values = read("--demo.password", "s3cret");
    values.find(secret);

    assertThatThrownBy(values::throwIfInvalid).hasMessageNotContaining("s3cret");
  }
}
