package io.weir.operators.metrics;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes the state of series. The first byte of each is the version of its form, so that a later
 * form reads what an earlier one wrote; the serializer itself stays compatible with itself.
 */
public final class SeriesStateSerializer extends TypeSerializerSingleton<SeriesState> {
  private static final long serialVersionUID = 1;

  /** The one instance: it has no state. */
  public static final SeriesStateSerializer INSTANCE = new SeriesStateSerializer();

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public SeriesState createInstance() {
    return new SeriesState();
  }

  @Override
  public SeriesState copy(SeriesState from) {
    return from.copy();
  }

  @Override
  public SeriesState copy(SeriesState from, SeriesState reuse) {
    return from.copy();
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(SeriesState state, DataOutputView target) throws IOException {
    state.write(target);
  }

  @Override
  public SeriesState deserialize(DataInputView source) throws IOException {
    return SeriesState.read(source);
  }

  @Override
  public SeriesState deserialize(SeriesState reuse, DataInputView source) throws IOException {
    return SeriesState.read(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    SeriesState.read(source).write(target);
  }

  @Override
  public TypeSerializerSnapshot<SeriesState> snapshotConfiguration() {
    return new Snapshot();
  }

  /** What a savepoint remembers of the serializer: its class. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<SeriesState> {

    /** For Flink. */
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
