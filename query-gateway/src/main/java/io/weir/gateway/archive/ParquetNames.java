package io.weir.gateway.archive;

/** Tells finished files of the archive from what is being written. */
final class ParquetNames {
  private ParquetNames() {}

  /** Files under way, and those of compaction, begin with a dot or an underscore. */
  static boolean finished(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.endsWith(".parquet") && !name.startsWith(".") && !name.startsWith("_");
  }
}
