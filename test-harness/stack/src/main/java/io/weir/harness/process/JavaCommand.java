package io.weir.harness.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A child JVM's command line. The child always runs its main class through {@link
 * io.weir.harness.tether.Tethered}, so it ends with the JVM that started it.
 */
public final class JavaCommand implements ChildCommand {
  /**
   * A session of its own: Ctrl-C at the terminal, and its closing, reach only the program in front,
   * which then stops its children in order. (Part of util-linux, which every Debian has.)
   */
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  /**
   * Environment variable: options of every child JVM, parted by spaces; what is set here goes
   * first, so that a server's own options win. For short lives, {@code -XX:TieredStopAtLevel=1}
   * saves CPU time until a server answers, at the price of its peak speed.
   */
  private static final String OPTIONS = "WEIR_JVM_OPTIONS";

  /**
   * Environment variable: {@code true} to record the classes of servers for those that follow
   * ({@link ClassArchive}).
   */
  private static final String RECORD_CLASSES = "WEIR_RECORD_CLASSES";

  /** Folder beside the tether's jar: it goes with the build. */
  private static final String ARCHIVES = "class-archives";

  private static final int ENDED_BY_SIGTERM = 128 + 15;

  private static final String TETHERED = "io.weir.harness.tether.Tethered";

  private final Path tetherJar;
  private final String mainClass;
  private final List<Path> classPath = new ArrayList<>();
  private final List<String> jvmOptions = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private Optional<ClassArchive> classArchive = Optional.empty();

  /**
   * @param tetherJar the jar of module {@code tether}
   * @param mainClass class to run
   */
  public JavaCommand(Path tetherJar, String mainClass) {
    this.tetherJar = Objects.requireNonNull(tetherJar, "tetherJar");
    this.mainClass = Objects.requireNonNull(mainClass, "mainClass");
  }

  public JavaCommand classPath(List<Path> entries) {
    classPath.addAll(entries);
    return this;
  }

  public JavaCommand jvm(String... options) {
    Collections.addAll(jvmOptions, options);
    return this;
  }

  /** Fixed heap: what the process will use is taken at once and does not grow later. */
  public JavaCommand heapMegabytes(int megabytes) {
    return jvm("-Xms" + megabytes + "m", "-Xmx" + megabytes + "m");
  }

  public JavaCommand systemProperty(String name, String value) {
    return jvm("-D" + name + "=" + value);
  }

  public JavaCommand arguments(String... values) {
    Collections.addAll(arguments, values);
    return this;
  }

  public JavaCommand arguments(List<String> values) {
    arguments.addAll(values);
    return this;
  }

  public JavaCommand environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  @Override
  public Map<String, String> environment() {
    return Collections.unmodifiableMap(environment);
  }

  @Override
  public List<String> toCommandLine() {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    List<Path> entries = new ArrayList<>(classPath);
    entries.add(tetherJar);
    ClassArchive archive =
        ClassArchive.of(tetherJar.resolveSibling(ARCHIVES), mainClass, List.copyOf(entries));
    classArchive = Optional.of(archive);
    command.addAll(archive.options(Boolean.parseBoolean(System.getenv(RECORD_CLASSES))));
    command.addAll(optionsOfAll());
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(entries.stream().map(Path::toString).collect(Collectors.joining(":")));
    command.add(TETHERED);
    command.add(mainClass);
    command.addAll(arguments);
    return command;
  }

  private static List<String> optionsOfAll() {
    String options = System.getenv(OPTIONS);
    return options == null || options.isBlank()
        ? List.of()
        : List.of(options.strip().split("\\s+"));
  }

  @Override
  public void ended(int exitStatus) {
    boolean inOrder = exitStatus == 0 || exitStatus == ENDED_BY_SIGTERM;
    classArchive.ifPresent(archive -> archive.ended(inOrder));
  }
}
