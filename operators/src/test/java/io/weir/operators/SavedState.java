package io.weir.operators;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.AnnotationConsumer;

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
 * which is right before its release, and afterwards never. 0.0 is what was written before a field
 * was added to the state of a series.
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

  /** A test for each version that has this state; its parameter is the version. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @ParameterizedTest
  @ArgumentsSource(Versions.class)
  public @interface OfEachVersion {
    /** Name of the state. */
    String value();
  }

  /** Those that have a state. */
  static final class Versions implements ArgumentsProvider, AnnotationConsumer<OfEachVersion> {
    private String name;

    @Override
    public void accept(OfEachVersion annotation) {
      name = annotation.value();
    }

    @Override
    public Stream<Arguments> provideArguments(ExtensionContext context) {
      return versionsOf(name).stream().map(Arguments::of);
    }
  }

  /** Returns the versions that have a state, {@value #VERSION} always. */
  static Set<String> versionsOf(String name) {
    Set<String> versions = new TreeSet<>(Set.of(VERSION));
    try (Stream<Path> folders = Files.list(folder())) {
      folders
          .filter(folder -> Files.exists(file(folder.getFileName().toString(), name)))
          .forEach(folder -> versions.add(folder.getFileName().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return versions;
  }

  private static Path file(String version, String name) {
    return folder().resolve(version).resolve(name + ".snapshot");
  }

  /**
   * Returns a state as it was written; writes that of {@value #VERSION} before if that is asked.
   */
  public static OperatorSubtaskState of(String version, String name, Maker maker) throws Exception {
    Path file = file(version, name);
    if (WRITE && version.equals(VERSION)) {
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
