package io.weir.operators;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;

/**
 * States of operators as a released version wrote them, serializers' snapshots included: what the
 * present code must be able to go on from. They stand under {@code src/test/resources/state/} in a
 * folder for each version; a release gets a new folder and the old ones stay. Those of {@value
 * #VERSION} are written anew by
 *
 * <pre>{@code
 * mvn -q -pl operators -am test -Dtest='*StateTest' -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dweir.state.write=true
 * }</pre>
 *
 * which is right before its release, and afterwards never.
 */
public final class SavedState {
  /** The version that is being made. */
  public static final String VERSION = "0.1";

  /** Of the operators whose states are saved; small, because each key group takes room. */
  public static final int MAX_PARALLELISM = 4;

  private static final boolean WRITE = Boolean.getBoolean("weir.state.write");

  /** Makes a state. */
  public interface Maker {
    OperatorSubtaskState make() throws Exception;
  }

  private SavedState() {}

  /** Returns a state of {@value #VERSION} as it was written; writes it before if that is asked. */
  public static OperatorSubtaskState of(String name, Maker maker) throws Exception {
    Path file = folder().resolve(VERSION).resolve(name + ".snapshot");
    if (WRITE) {
      Files.createDirectories(file.getParent());
      OperatorSnapshotUtil.writeStateHandle(maker.make(), file.toString());
    }
    return OperatorSnapshotUtil.readStateHandle(file.toString());
  }

  private static Path folder() {
    try {
      // The module's folder is the working directory of its tests.
      return Paths.get("src", "test", "resources", "state").toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("no saved states beside the tests", e);
    }
  }
}
