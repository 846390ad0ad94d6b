package io.weir.sinks.archive;

import java.io.IOException;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * Lets parquet-java write to a stream that Flink has opened and will close. Small writes, of which
 * headers and the footer make many, are gathered.
 */
final class StreamOutputFile implements OutputFile {
  private final FSDataOutputStream stream;

  StreamOutputFile(FSDataOutputStream stream) {
    this.stream = stream;
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) throws IOException {
    return new GatheringStream(stream);
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
    return create(blockSizeHint);
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  private static final class GatheringStream extends PositionOutputStream {
    private static final int SIZE = 8 << 10;

    private final FSDataOutputStream stream;
    private final byte[] buffer = new byte[SIZE];
    private int buffered;
    private long position;

    GatheringStream(FSDataOutputStream stream) throws IOException {
      this.stream = stream;
      this.position = stream.getPos();
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      if (buffered == SIZE) {
        drain();
      }
      buffer[buffered++] = (byte) b;
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > SIZE - buffered) {
        drain();
      }
      if (length >= SIZE) {
        stream.write(bytes, offset, length);
      } else {
        System.arraycopy(bytes, offset, buffer, buffered, length);
        buffered += length;
      }
      position += length;
    }

    private void drain() throws IOException {
      if (buffered > 0) {
        stream.write(buffer, 0, buffered);
        buffered = 0;
      }
    }

    /** Hands everything to the stream below, but does not flush that: FileSink does, once. */
    @Override
    public void flush() throws IOException {
      drain();
    }

    /** Leaves the stream below open: it belongs to FileSink, which commits it. */
    @Override
    public void close() throws IOException {
      drain();
    }
  }
}
