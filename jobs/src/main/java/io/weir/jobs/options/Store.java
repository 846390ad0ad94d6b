package io.weir.jobs.options;

/** A store that the logs job writes. */
public enum Store {
  /** The searchable one, for as long as hot retention says. */
  ELASTICSEARCH,
  /** Parquet files for everything. */
  ARCHIVE
}
