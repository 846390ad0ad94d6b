package io.weir.sinks.elasticsearch;

import io.weir.model.kafka.RecordOrigin;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriterStateSerializer;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;

/**
 * Writes waiting documents into checkpoints. Versions are kept readable; the bytes of each released
 * one are checked in with its test.
 *
 * <p>Version 1, after the head that Flink's base class writes, for each document: index, id
 * (modified UTF-8), timestamp (int64), topic, topic code (modified UTF-8), partition (int32),
 * offset (int64), append time (int64), attempts (int32), length (int32), source.
 */
public final class BulkDocumentStateSerializer
    extends AsyncSinkWriterStateSerializer<BulkDocument> {
  private static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public BufferedRequestState<BulkDocument> deserialize(int version, byte[] serialized)
      throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "state of the Elasticsearch sink has version "
              + version
              + "; this release reads version "
              + VERSION);
    }
    return super.deserialize(version, serialized);
  }

  @Override
  protected void serializeRequestToStream(BulkDocument document, DataOutputStream out)
      throws IOException {
    RecordOrigin origin = document.origin();
    out.writeUTF(document.index());
    out.writeUTF(document.id());
    out.writeLong(document.timestampNanos());
    out.writeUTF(origin.topic());
    out.writeUTF(origin.topicCode());
    out.writeInt(origin.partition());
    out.writeLong(origin.offset());
    out.writeLong(origin.appendTimeMillis());
    out.writeInt(document.attempts());
    out.writeInt(document.source().length);
    out.write(document.source());
  }

  @Override
  protected BulkDocument deserializeRequestFromStream(long requestSize, DataInputStream in)
      throws IOException {
    String index = in.readUTF();
    String id = in.readUTF();
    long timestampNanos = in.readLong();
    RecordOrigin origin =
        new RecordOrigin(in.readUTF(), in.readUTF(), in.readInt(), in.readLong(), in.readLong());
    int attempts = in.readInt();
    byte[] source = new byte[in.readInt()];
    in.readFully(source);
    return new BulkDocument(index, id, source, timestampNanos, origin, attempts);
  }
}
