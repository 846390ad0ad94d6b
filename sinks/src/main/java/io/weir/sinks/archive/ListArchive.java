package io.weir.sinks.archive;

import static java.util.Objects.requireNonNull;

import io.weir.model.archive.ArchiveLayout;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.Collector;

/**
 * Lists the archive: folders of {@link ArchiveFolders} in, paths of the files in them that readers
 * may see out, as far as they are young enough to hold what is looked for. Folders that do not
 * exist are empty.
 */
public final class ListArchive implements FlatMapFunction<String, String> {
  private static final long serialVersionUID = 1;

  private final String root;
  private final long modifiedFrom;

  /**
   * Creates the operator.
   *
   * @param root root of the archive
   * @param modifiedFrom files that were last changed before (epoch milliseconds) hold nothing that
   *     is looked for: a file is committed after its events were taken by Kafka
   */
  public ListArchive(String root, long modifiedFrom) {
    this.root = requireNonNull(root, "root");
    this.modifiedFrom = modifiedFrom;
  }

  @Override
  public void flatMap(String folder, Collector<String> out) throws IOException {
    Path path = new Path(root);
    FileSystem files = path.getFileSystem();
    if (!folder.equals(ArchiveFolders.LATE)) {
      services(files, new Path(path, folder), out);
      return;
    }
    for (FileStatus date : list(files, path)) {
      if (date.isDir() && date.getPath().getName().startsWith("date=")) {
        services(files, new Path(date.getPath(), "hour=" + ArchiveLayout.LATE_HOUR), out);
      }
    }
  }

  private void services(FileSystem files, Path folder, Collector<String> out) throws IOException {
    for (FileStatus service : list(files, folder)) {
      if (service.isDir() && service.getPath().getName().startsWith("service=")) {
        for (FileStatus file : list(files, service.getPath())) {
          if (!file.isDir() && isVisible(file) && file.getModificationTime() >= modifiedFrom) {
            out.collect(file.getPath().toString());
          }
        }
      }
    }
  }

  private static boolean isVisible(FileStatus file) {
    String name = file.getPath().getName();
    return name.endsWith(".parquet") && !name.startsWith(".") && !name.startsWith("_");
  }

  private static FileStatus[] list(FileSystem files, Path folder) throws IOException {
    try {
      FileStatus[] found = files.listStatus(folder);
      return found == null ? new FileStatus[0] : found;
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }
}
