package io.weir.operators.counts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The counters of one Kafka partition, which is the producer of its counts: whoever reads the
 * partition counts on. Counters are cumulative and stamped with the partition's clock, which is the
 * append time of the last record, so that a replay tells the same story.
 */
final class PartitionCounts {
  private static final int VERSION = 1;

  /** Name and number of a partition. */
  record Partition(String topic, int number) {

    /** Returns the name under which the partition's counts are known. */
    String producer() {
      return topic + "-" + number;
    }
  }

  /** One series. */
  static final class Counter {
    private long value;
    private long changedMillis;
    private boolean changed;

    long value() {
      return value;
    }
  }

  private final Partition partition;
  private final Map<String, Map<List<String>, Counter>> owners = new HashMap<>();
  private long records;
  private long clockMillis = Long.MIN_VALUE;

  /** No counter that begins is told as 0 before this, for one of its name may have been there. */
  private long beginMillis = Long.MIN_VALUE;

  // Of this run only: when something came, and what was told when.
  private boolean sawRecord;
  private long lastTickMillis;
  private long lastAnswerMillis = Long.MIN_VALUE;
  private long lastFullMillis = Long.MIN_VALUE;

  PartitionCounts(Partition partition) {
    this.partition = partition;
  }

  Partition partition() {
    return partition;
  }

  /**
   * Returns how many records were counted: of two states of a partition the higher one is newer.
   */
  long records() {
    return records;
  }

  /** Returns the time up to which the counts are complete. */
  long clockMillis() {
    return clockMillis;
  }

  /** Sets the clock of a partition that has never been counted. */
  void startAt(long appendTimeMillis) {
    if (clockMillis == Long.MIN_VALUE) {
      clockMillis = appendTimeMillis;
    }
  }

  /** Takes note of a record, whose append time moves the clock. */
  void sees(long appendTimeMillis) {
    records++;
    sawRecord = true;
    clockMillis = Math.max(clockMillis, appendTimeMillis);
  }

  /**
   * Moves the clock on while nothing comes: then the partition has been read to its end, and its
   * counts are complete up to now. While records come, their append times are the clock.
   */
  void tick(long processingTimeMillis) {
    if (!sawRecord && lastTickMillis > 0) {
      clockMillis += processingTimeMillis - lastTickMillis;
    }
    sawRecord = false;
    lastTickMillis = processingTimeMillis;
  }

  /** What became of one that was to be counted. */
  enum Outcome {
    COUNTED,
    /** Counted in the group of the others, because there are as many series as there may be. */
    AMONG_OTHERS,
    /** Not counted, for the same reason: a sum of many groups would answer for none of them. */
    REFUSED
  }

  /** Hears of counters that begin. */
  interface Beginning {
    /**
     * A counter stood at 0.
     *
     * @param millis when: not before anything that was told of an earlier counter of its name
     */
    void begins(PartitionCounts counts, CountRule rule, List<String> group, long millis);
  }

  /** Counts one more. */
  Outcome count(CountRule rule, List<String> group, Beginning beginning) {
    Map<List<String>, Counter> counters =
        owners.computeIfAbsent(rule.owner(), key -> new HashMap<>());
    Outcome outcome = Outcome.COUNTED;
    Counter counter = counters.get(group);
    if (counter == null) {
      List<String> counted = group;
      if (counters.size() >= rule.maxSeries()) {
        if (rule.kind() == CountRule.Kind.ANSWER) {
          return Outcome.REFUSED;
        }
        outcome = Outcome.AMONG_OTHERS;
        counted = rule.otherGroup();
        counter = counters.get(counted);
      }
      if (counter == null) {
        counter = new Counter();
        counters.put(counted, counter);
        beginning.begins(this, rule, counted, zeroMillis());
      }
    }
    counter.value++;
    counter.changed = true;
    counter.changedMillis = clockMillis;
    return outcome;
  }

  /** In the window before, so that whoever keeps one value of each window keeps the 0 too. */
  private long zeroMillis() {
    return Math.max(
        beginMillis,
        Math.floorDiv(clockMillis, CountLogs.WINDOW_MILLIS) * CountLogs.WINDOW_MILLIS - 1);
  }

  /** Makes sure that a counter without groups is there, so that no match is told as 0. */
  void ensure(CountRule rule) {
    if (rule.keepsCounters() && rule.groups().isEmpty()) {
      Map<List<String>, Counter> counters =
          owners.computeIfAbsent(rule.owner(), key -> new HashMap<>());
      if (!counters.containsKey(List.of())) {
        Counter zero = new Counter();
        zero.changed = true;
        zero.changedMillis = clockMillis;
        counters.put(List.of(), zero);
      }
    }
  }

  /** Forgets the counters of everybody else. */
  void keepOwners(Collection<String> known) {
    if (owners.keySet().retainAll(known)) {
      beginMillis = clockMillis;
    }
  }

  int size() {
    int size = 0;
    for (Map<List<String>, Counter> counters : owners.values()) {
      size += counters.size();
    }
    return size;
  }

  /** Takes the counters that are told. */
  interface Teller {
    void tell(CountRule rule, List<String> group, long value);
  }

  /**
   * Tells what has changed since it was told last; counters that somebody waits for also when they
   * have not for {@code answerMillis}, all when they have not for {@code allMillis}; and forgets
   * what did not change for {@code forgetMillis}.
   */
  void tell(
      Collection<CountRule> rules,
      long answerMillis,
      long allMillis,
      long forgetMillis,
      Teller teller) {
    boolean all = isDue(lastFullMillis, allMillis);
    boolean answers = all || isDue(lastAnswerMillis, answerMillis);
    if (all) {
      lastFullMillis = clockMillis;
    }
    if (answers) {
      lastAnswerMillis = clockMillis;
    }
    for (CountRule rule : rules) {
      Map<List<String>, Counter> counters = owners.get(rule.owner());
      if (counters == null || !rule.keepsCounters()) {
        continue;
      }
      boolean unchangedToo = all || (answers && rule.kind() == CountRule.Kind.ANSWER);
      Iterator<Map.Entry<List<String>, Counter>> each = counters.entrySet().iterator();
      while (each.hasNext()) {
        Map.Entry<List<String>, Counter> entry = each.next();
        Counter counter = entry.getValue();
        if (counter.changed || unchangedToo) {
          teller.tell(rule, entry.getKey(), counter.value);
          counter.changed = false;
        }
        if (clockMillis - counter.changedMillis > forgetMillis && !entry.getKey().isEmpty()) {
          each.remove();
          beginMillis = clockMillis;
        }
      }
    }
  }

  private boolean isDue(long lastMillis, long everyMillis) {
    return lastMillis == Long.MIN_VALUE || clockMillis - lastMillis >= everyMillis;
  }

  byte[] toBytes() throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1024);
    out.writeByte(VERSION);
    out.writeUTF(partition.topic());
    out.writeInt(partition.number());
    out.writeLong(records);
    out.writeLong(clockMillis);
    out.writeInt(owners.size());
    for (Map.Entry<String, Map<List<String>, Counter>> owner : owners.entrySet()) {
      writeText(owner.getKey(), out);
      out.writeInt(owner.getValue().size());
      for (Map.Entry<List<String>, Counter> entry : owner.getValue().entrySet()) {
        out.writeByte(entry.getKey().size());
        for (String value : entry.getKey()) {
          out.writeUTF(value);
        }
        out.writeLong(entry.getValue().value);
        out.writeLong(entry.getValue().changedMillis);
      }
    }
    return out.getCopyOfBuffer();
  }

  static PartitionCounts ofBytes(byte[] bytes) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    int version = in.readByte();
    if (version != VERSION) {
      throw new IOException("counts of version " + version + ", this job knows " + VERSION);
    }
    PartitionCounts counts = new PartitionCounts(new Partition(in.readUTF(), in.readInt()));
    counts.records = in.readLong();
    counts.clockMillis = in.readLong();
    // What was told after the checkpoint is told again, and is later than this.
    counts.beginMillis = counts.clockMillis - 1;
    int owners = in.readInt();
    for (int i = 0; i < owners; i++) {
      String owner = readText(in);
      int size = in.readInt();
      Map<List<String>, Counter> counters = new HashMap<>();
      counts.owners.put(owner, counters);
      for (int j = 0; j < size; j++) {
        int values = in.readByte();
        List<String> group = new ArrayList<>(values);
        for (int k = 0; k < values; k++) {
          group.add(in.readUTF());
        }
        Counter counter = new Counter();
        counter.value = in.readLong();
        counter.changedMillis = in.readLong();
        counter.changed = true; // it is not known what was told before the restart
        counters.put(List.copyOf(group), counter);
      }
    }
    return counts;
  }

  /** A query can be longer than what {@code writeUTF} takes. */
  private static void writeText(String text, DataOutputSerializer out) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static String readText(DataInputDeserializer in) throws IOException {
    byte[] utf8 = new byte[in.readInt()];
    in.readFully(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
