package io.weir.sinks.prometheus;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriterStateSerializer;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;

/**
 * Writes waiting samples into checkpoints. Versions are kept readable; the bytes of each released
 * one are checked in with its test.
 *
 * <p>Version 1, after the head that Flink's base class writes, for each sample: length (int32),
 * labels, bits of the value (int64), timestamp (int64).
 */
public final class SeriesSampleStateSerializer
    extends AsyncSinkWriterStateSerializer<SeriesSample> {
  private static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public BufferedRequestState<SeriesSample> deserialize(int version, byte[] serialized)
      throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "state of the remote-write sink has version "
              + version
              + "; this release reads version "
              + VERSION);
    }
    return super.deserialize(version, serialized);
  }

  @Override
  protected void serializeRequestToStream(SeriesSample sample, DataOutputStream out)
      throws IOException {
    out.writeInt(sample.labels().length);
    out.write(sample.labels());
    out.writeLong(Double.doubleToRawLongBits(sample.value()));
    out.writeLong(sample.timestampMillis());
  }

  @Override
  protected SeriesSample deserializeRequestFromStream(long requestSize, DataInputStream in)
      throws IOException {
    byte[] labels = new byte[in.readInt()];
    in.readFully(labels);
    return new SeriesSample(labels, Double.longBitsToDouble(in.readLong()), in.readLong());
  }
}
