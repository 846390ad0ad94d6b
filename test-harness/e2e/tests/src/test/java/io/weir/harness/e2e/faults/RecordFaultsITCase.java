package io.weir.harness.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.harness.e2e.Lane;
import io.weir.harness.e2e.SharedNodes;
import io.weir.harness.e2e.logs.BackgroundLoad;
import io.weir.harness.e2e.logs.PoisonFates;
import io.weir.harness.generate.EventTimes;
import io.weir.harness.generate.Generator;
import io.weir.harness.generate.LoadReport;
import io.weir.harness.generate.LogStream;
import io.weir.harness.generate.Poison;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** What arrives is the fault: broken records, wrong clocks, one loud service, a flood. */
@ExtendWith(SharedNodes.class)
@Tag(Lane.FAULTS)
class RecordFaultsITCase {
  private static final int PARTITIONS = 4;
  private static final int SOUND = 200;

  /**
   * Half an hour at 250 events a second. More than a TaskManager that kept what it cannot write
   * would have room for.
   */
  private static final int BACKLOG = 30 * 60 * 250;

  /** Less than a TaskManager ever has: what is below it has not been measured. */
  private static final long LEAST_RESIDENT_BYTES = 300L << 20;

  private static final long MOST_RESIDENT_BYTES = 1_700L << 20;

  @Test
  @Scenario(
      id = "poison",
      broken =
          "every kind of broken or oversized record stands first, last, alone between sound ones"
              + " and in a row, in every partition; the TaskManager is killed on the way",
      correct =
          "each broken record has the fate that its kind has, and no sound one beside it is harmed")
  void everyKindOfPoisonInEveryPosition(SharedNodes nodes, TestInfo test) throws Exception {
    FaultStack stack = FaultStack.of(nodes);
    try (FaultRun run = FaultRun.beginWithoutLoad(stack, test)) {
      Sent sent = new Sent(run, stack);
      for (int partition = 0; partition < PARTITIONS; partition++) {
        LogStream stream =
            new LogStream(
                new LogStream.Plan("poison-" + partition, FaultRun.SEED, 10, 1, 0),
                EventTimes.from(Clock.systemUTC()));
        sent.everyPoison(partition);
        sent.sound(partition, stream, SOUND);
        for (Poison poison : Poison.values()) {
          sent.poison(partition, poison);
          sent.sound(partition, stream, 1);
        }
        sent.sound(partition, stream, SOUND);
        if (partition == PARTITIONS / 2) {
          sent.flush();
          run.strike(new Disturbances(stack, run.random()).taskManagerKilled(), Duration.ZERO);
        }
        sent.everyPoison(partition);
      }
      sent.close();
      run.struck(sent.report().poisonRecords());
      run.recover();
      run.verifyDelivery();
      assertThat(run.oracle().compareWith(sent.report())).isEmpty();
      PoisonFates.verifyAll(run.oracle().entries(), sent.report());
      assertThat(run.restarts()).isPositive();
    }
  }

  @Test
  @Scenario(
      id = "skew",
      broken =
          "clocks are up to 2 hours slow and 9 minutes fast, nothing is in order, one service"
              + " writes 90 % and three partitions are idle at first; the TaskManager is killed on"
              + " the way",
      correct = "every event keeps the time that it was written with")
  void wrongClocksAndOneHotService(SharedNodes nodes, TestInfo test) throws Exception {
    FaultStack stack = FaultStack.of(nodes);
    SplittableRandom clocks = new SplittableRandom(FaultRun.SEED);
    EventTimes skewed =
        index ->
            EventTimes.from(Clock.systemUTC()).nanosOf(index)
                + clocks.nextLong(-Duration.ofHours(2).toMillis(), Duration.ofMinutes(9).toMillis())
                    * 1_000_000;
    try (FaultRun run = FaultRun.beginWithoutLoad(stack, test);
        BackgroundLoad hot =
            new BackgroundLoad(
                stack.kafka().bootstrapServers(),
                run.pipeline().topic(),
                new LogStream(new LogStream.Plan("hot", FaultRun.SEED, 1, 2, 0), skewed),
                900)) {
      run.awaitCheckpoints(2);
      run.endure(new Disturbances(stack, run.random()).taskManagerKilled(), Duration.ZERO);
      try (BackgroundLoad others =
          new BackgroundLoad(
              stack.kafka().bootstrapServers(),
              run.pipeline().topic(),
              new LogStream(
                  new LogStream.Plan("others", FaultRun.SEED, 10, 2, 0),
                  EventTimes.from(Clock.systemUTC())),
              100)) {
        run.awaitEvents(15_000);
        LoadReport fromOthers = others.finishAt(0);
        LoadReport fromHot = hot.finishAt(0);
        run.recover();
        run.verifyDelivery();
        assertThat(run.oracle().compareWith(fromOthers)).isEmpty();
        assertThat(run.oracle().compareWith(fromHot)).isEmpty();
      }
    }
  }

  @Test
  @Scenario(
      id = "catch-up",
      broken =
          "Elasticsearch is away while half an hour of events, 250 a second, arrives as fast as"
              + " Kafka takes it",
      correct =
          "the TaskManager's memory stays within its bounds, no restart, and the backlog is stored")
  void catchesUpWithBoundedMemory(SharedNodes nodes, TestInfo test) throws Exception {
    FaultStack stack = FaultStack.of(nodes);
    try (FaultRun run = FaultRun.beginWithoutLoad(stack, test);
        BackgroundLoad flood =
            new BackgroundLoad(
                stack.kafka().bootstrapServers(),
                run.pipeline().topic(),
                new LogStream(
                    new LogStream.Plan("flood", FaultRun.SEED, 20, 4, 0),
                    EventTimes.from(Clock.systemUTC())),
                0)) {
      Disturbance.Mend mend =
          new Disturbances(stack, run.random()).elasticsearchKilled().begin().begin();
      LoadReport sent = flood.finishAt(BACKLOG);
      // Its buffers are full now, and it reads nothing more until Elasticsearch is back.
      FaultRun.hold(Duration.ofSeconds(10));
      AtomicLong peak = new AtomicLong(stack.taskManager().residentBytes());
      run.struck(mend.mend());
      Thread watch = watch(stack, peak);
      try {
        run.recover();
      } finally {
        watch.interrupt();
      }
      run.verifyDelivery();
      assertThat(run.oracle().compareWith(sent)).isEmpty();
      System.out.printf("    most memory of the TaskManager: %d MB%n", peak.get() >> 20);
      assertThat(peak.get()).isBetween(LEAST_RESIDENT_BYTES, MOST_RESIDENT_BYTES);
      assertThat(run.restarts()).isZero();
    }
  }

  private static Thread watch(FaultStack stack, AtomicLong peak) {
    Thread watch =
        new Thread(
            () ->
                await()
                    .forever()
                    .pollInterval(Duration.ofMillis(200))
                    .until(
                        () -> {
                          peak.accumulateAndGet(stack.taskManager().residentBytes(), Math::max);
                          return Thread.currentThread().isInterrupted();
                        }),
            "memory-watch");
    watch.setDaemon(true);
    watch.start();
    return watch;
  }

  /** Sends to partitions of its choice and counts what it sent. */
  private static final class Sent implements AutoCloseable {
    private final FaultRun run;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<Poison, Long> poison = new EnumMap<>(Poison.class);
    private final Map<String, Long> sources = new TreeMap<>();
    private long events;

    Sent(FaultRun run, FaultStack stack) {
      this.run = run;
      this.producer =
          new KafkaProducer<>(Generator.producerProperties(stack.kafka().bootstrapServers()));
    }

    void everyPoison(int partition) {
      for (Poison kind : Poison.values()) {
        poison(partition, kind);
      }
    }

    void poison(int partition, Poison kind) {
      byte[] value = kind.value(Instant.now().toString(), partition + "-" + poison.size());
      ProducerRecord<byte[], byte[]> record = record(partition, value);
      record
          .headers()
          .add(
              new RecordHeader(
                  Generator.POISON_HEADER, kind.name().getBytes(StandardCharsets.UTF_8)));
      var unused = producer.send(record);
      poison.merge(kind, 1L, Long::sum);
    }

    void sound(int partition, LogStream stream, int count) {
      for (int i = 0; i < count; i++) {
        var log = stream.next();
        var unused = producer.send(record(partition, log.value()));
        sources.merge(log.source(), 1L, Long::sum);
        events++;
      }
    }

    private ProducerRecord<byte[], byte[]> record(int partition, byte[] value) {
      return new ProducerRecord<>(run.pipeline().topic().name(), partition, null, value);
    }

    void flush() {
      producer.flush();
    }

    LoadReport report() {
      return new LoadReport(events, poison, sources, Map.of(), 0, 0, Duration.ofSeconds(1));
    }

    @Override
    public void close() {
      producer.flush();
      producer.close();
    }
  }
}
