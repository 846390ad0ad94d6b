package io.weir.sinks.notification;

import io.weir.model.alert.AlertState;
import io.weir.model.json.AlertStateJson;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Alerts in the state of a writer. Version 1 is the alert's JSON, known by nobody; version 2 is
 * that with its length, then the number of receivers that know it and their ids.
 */
final class KeptAlertSerializer implements SimpleVersionedSerializer<KeptAlert> {
  private static final int JSON_ONLY = 1;
  private static final int VERSION = 2;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(KeptAlert alert) throws IOException {
    byte[] json = AlertStateJson.encode(alert.state());
    DataOutputSerializer out = new DataOutputSerializer(json.length + 64);
    out.writeInt(json.length);
    out.write(json);
    out.writeInt(alert.knownBy().size());
    for (String id : new TreeSet<>(alert.knownBy())) {
      out.writeUTF(id);
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public KeptAlert deserialize(int version, byte[] bytes) throws IOException {
    if (version == JSON_ONLY) {
      return new KeptAlert(AlertStateJson.decode(bytes), Set.of());
    }
    if (version != VERSION) {
      throw new IOException("alert state of version " + version + ", this job knows " + VERSION);
    }
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    byte[] json = new byte[in.readInt()];
    in.readFully(json);
    AlertState state = AlertStateJson.decode(json);
    Set<String> knownBy = new HashSet<>();
    for (int left = in.readInt(); left > 0; left--) {
      knownBy.add(in.readUTF());
    }
    return new KeptAlert(state, knownBy);
  }
}
