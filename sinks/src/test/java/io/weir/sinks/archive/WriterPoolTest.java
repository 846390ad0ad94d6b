package io.weir.sinks.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.log.LogEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterPoolTest {
  private static final long BUDGET = 8 << 20;
  private static final int FILES = 20;

  @TempDir Path folder;

  @Test
  void allOpenFilesTogetherHoldNoMoreThanTheBudget() throws Exception {
    WriterPool pool = new WriterPool(BUDGET, 1);
    OpenFiles openFiles = new OpenFiles();
    List<FSDataOutputStream> streams = new ArrayList<>();
    List<LogParquetWriter> writers = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      streams.add(
          LocalFileSystem.getSharedInstance()
              .create(
                  new org.apache.flink.core.fs.Path(folder.resolve(i + ".parquet").toUri()),
                  WriteMode.OVERWRITE));
      writers.add(
          new LogParquetWriter(
              streams.get(i),
              pool,
              new FieldLookup(List.of(List.of(), List.of())),
              1L << 30,
              openFiles));
    }
    assertThat(openFiles.count()).isEqualTo(FILES);
    RandomEvents events = new RandomEvents(5);
    Random random = new Random(6);
    int[] written = new int[FILES];
    long most = 0;
    for (int i = 0; i < 60_000; i++) {
      // A few files get most of the events, the others hold theirs for long.
      int file = Math.min(random.nextInt(FILES), random.nextInt(FILES));
      LogEvent event = events.next();
      writers.get(file).addElement(event);
      written[file]++;
      most = Math.max(most, pool.held());
    }
    assertThat(most).isLessThanOrEqualTo(BUDGET).isGreaterThan(BUDGET / 2);
    for (int i = 0; i < FILES; i++) {
      writers.get(i).finish();
      streams.get(i).close();
    }
    assertThat(pool.held()).isZero();
    assertThat(openFiles.count()).isZero();
    try (DuckDb duckDb = new DuckDb()) {
      for (int i = 0; i < FILES; i++) {
        assertThat(
                duckDb.query(
                    "SELECT count(*) FROM read_parquet('" + folder.resolve(i + ".parquet") + "')"))
            .isEqualTo(List.of(List.of(Integer.toString(written[i]))));
      }
      assertThat(
              duckDb
                  .query(
                      "SELECT max(row_group_id) FROM parquet_metadata('"
                          + folder.resolve("0.parquet")
                          + "')")
                  .get(0)
                  .get(0))
          .isNotEqualTo("0");
    }
  }
}
