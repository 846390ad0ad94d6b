package io.weir.harness.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The command line of a child that is no JVM. A watcher beside it reads the standard input that
 * this JVM holds open, and ends the child once the operating system closes it, however this JVM
 * ends.
 *
 * <p>A shell starts the watcher and then becomes the program: the pid, its memory and its CPU time
 * are the program's own, and {@code kill -9} hits it and nothing else. The watcher in turn asked
 * the kernel to be killed with the program, so that it can neither stay behind nor signal a pid
 * that somebody else has by then. (The program itself cannot ask to be killed with its parent: the
 * kernel would take the end of the Java thread that started it for the end of the parent.)
 */
public final class NativeCommand implements ChildCommand {
  /** Both are part of util-linux, which every Debian has. */
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

  /** Seconds for an orderly end after the parent is gone. */
  private static final int GRACE_SECONDS = 10;

  private static final String WATCHER =
      // Between fork and here the program may have died: then its pid is not ours to signal.
      "[ \"$PPID\" = \"$1\" ] || exit 0; "
          + "while read -r ignored; do :; done; "
          + "kill -TERM \"$1\"; "
          + SETPRIV
          + " --pdeathsig KILL sleep "
          + GRACE_SECONDS
          + "; kill -KILL \"$1\"";

  // A background command reads /dev/null unless it is told otherwise, hence the detour by 3. Its
  // output is not the program's, or the log would not end with the program.
  private static final String TETHER =
      "exec 3<&0; "
          + SETPRIV
          + " --pdeathsig KILL /bin/sh -c '"
          + WATCHER
          + "' watcher $$ <&3 3<&- >/dev/null 2>&1 & "
          + "exec 3<&- \"$@\" </dev/null";

  private final Path program;
  private final List<String> arguments = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();

  /**
   * @param program the executable file
   */
  public NativeCommand(Path program) {
    this.program = Objects.requireNonNull(program, "program");
  }

  public NativeCommand arguments(String... values) {
    Collections.addAll(arguments, values);
    return this;
  }

  public NativeCommand arguments(List<String> values) {
    arguments.addAll(values);
    return this;
  }

  public NativeCommand environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  @Override
  public Map<String, String> environment() {
    return Collections.unmodifiableMap(environment);
  }

  @Override
  public List<String> toCommandLine() {
    if (!Files.isExecutable(SETPRIV)) {
      throw new IllegalStateException(
          SETPRIV
              + " is missing, without which "
              + program
              + " could outlive this process;"
              + " it is part of util-linux");
    }
    List<String> command = new ArrayList<>();
    // A session of its own, as for a JVM: Ctrl-C reaches only the program in front.
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    command.addAll(List.of("/bin/sh", "-c", TETHER, "tether", program.toString()));
    command.addAll(arguments);
    return command;
  }
}
