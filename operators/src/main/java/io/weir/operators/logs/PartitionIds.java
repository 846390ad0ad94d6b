package io.weir.operators.logs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The producer ids that were seen in one Kafka partition. Used by one thread. */
final class PartitionIds {
  private static final int VERSION = 1;

  /**
   * A partition of one incarnation of a topic.
   *
   * @param topicCode the topic's code
   * @param number the partition
   */
  record Partition(String topicCode, int number) {
    Partition {
      requireNonNull(topicCode, "topicCode");
    }
  }

  /**
   * What stands in front of the ids in state, so that they need not be read by those who do not
   * read the partition.
   *
   * @param partition the partition
   * @param nextOffset offset after the last event that was looked at
   * @param clockMillis the latest append time that was seen
   * @param owner index of the subtask that read the partition
   * @param parallelism how many subtasks there were
   */
  record Header(
      Partition partition, long nextOffset, long clockMillis, int owner, int parallelism) {

    static Header read(byte[] bytes) throws IOException {
      return read(new DataInputDeserializer(bytes));
    }

    private static Header read(DataInputDeserializer in) throws IOException {
      int version = in.readByte();
      if (version != VERSION) {
        throw new IOException("seen ids of version " + version + ", this job knows " + VERSION);
      }
      return new Header(
          new Partition(in.readUTF(), in.readInt()),
          in.readLong(),
          in.readLong(),
          in.readInt(),
          in.readInt());
    }

    private void write(DataOutputSerializer out) throws IOException {
      out.writeByte(VERSION);
      out.writeUTF(partition.topicCode());
      out.writeInt(partition.number());
      out.writeLong(nextOffset);
      out.writeLong(clockMillis);
      out.writeInt(owner);
      out.writeInt(parallelism);
    }
  }

  /** What becomes of an event. */
  enum Verdict {
    /** Its id was not seen within the horizon. */
    NEW,
    /** The same, and another id had to be forgotten before its time. */
    NEW_FOR_ANOTHER,
    /** Its id was seen within the horizon. */
    DUPLICATE
  }

  private final Partition partition;
  private final SeenIds ids;
  private long nextOffset;
  private long clockMillis = Long.MIN_VALUE;

  PartitionIds(Partition partition, int maxIds) {
    this(partition, new SeenIds(maxIds));
  }

  private PartitionIds(Partition partition, SeenIds ids) {
    this.partition = requireNonNull(partition, "partition");
    this.ids = ids;
  }

  Partition partition() {
    return partition;
  }

  int size() {
    return ids.size();
  }

  /**
   * Judges an event by append times alone, so that a replay judges the same. They may decrease,
   * where a broker's clock was set back or producers' times are accepted: the partition's clock
   * does not.
   */
  Verdict see(IdHash hash, long offset, long appendTimeMillis, long horizonMillis) {
    nextOffset = offset + 1;
    clockMillis = Math.max(clockMillis, appendTimeMillis);
    ids.forgetBefore(clockMillis - horizonMillis);
    if (ids.contains(hash.high(), hash.low())) {
      return Verdict.DUPLICATE;
    }
    return ids.add(hash.high(), hash.low(), clockMillis) ? Verdict.NEW_FOR_ANOTHER : Verdict.NEW;
  }

  byte[] toBytes(int owner, int parallelism) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64 + 18 * ids.size());
    new Header(partition, nextOffset, clockMillis, owner, parallelism).write(out);
    ids.write(out);
    return out.getCopyOfBuffer();
  }

  static PartitionIds ofBytes(byte[] bytes, int maxIds) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    Header header = Header.read(in);
    PartitionIds restored = new PartitionIds(header.partition(), SeenIds.read(in, maxIds));
    restored.nextOffset = header.nextOffset();
    restored.clockMillis = header.clockMillis();
    return restored;
  }
}
