package io.weir.sinks.notification;

import io.weir.model.alert.AlertState;
import io.weir.model.json.AlertStateJson;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Alerts in the state of a writer: version 1 is their JSON. */
final class AlertStateSerializer implements SimpleVersionedSerializer<AlertState> {
  private static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(AlertState state) {
    return AlertStateJson.encode(state);
  }

  @Override
  public AlertState deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION) {
      throw new IOException("alert state of version " + version + ", this job knows " + VERSION);
    }
    return AlertStateJson.decode(bytes);
  }
}
