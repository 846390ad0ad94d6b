package io.weir.sinks.archive;

import io.weir.model.log.LogEvent;
import java.io.IOException;
import java.io.Serial;
import org.apache.flink.streaming.api.functions.sink.filesystem.PartFileInfo;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.CheckpointRollingPolicy;

/**
 * Closes every file at a checkpoint, as bulk formats must, and a file that has become large before
 * that. What counts is what has been written, so the size is exceeded by up to a row group. Only
 * some events look, since asking a local file for its size is a system call.
 */
final class RollAtSize extends CheckpointRollingPolicy<LogEvent, String> {
  @Serial private static final long serialVersionUID = 1L;

  /** A prime, so that no regular pattern of services hides one of them. */
  private static final int LOOK_EVERY = 61;

  private final long maxFileBytes;
  private transient int events;

  /**
   * @param maxFileBytes 0: only checkpoints close files
   */
  RollAtSize(long maxFileBytes) {
    this.maxFileBytes = maxFileBytes;
  }

  @Override
  public boolean shouldRollOnEvent(PartFileInfo<String> file, LogEvent event) throws IOException {
    if (maxFileBytes == 0 || ++events < LOOK_EVERY) {
      return false;
    }
    events = 0;
    return file.getSize() >= maxFileBytes;
  }

  @Override
  public boolean shouldRollOnProcessingTime(PartFileInfo<String> file, long currentTime) {
    return false;
  }
}
