package io.weir.jobs.audit;

import static java.util.Objects.requireNonNull;

import io.weir.model.audit.FactBlock;
import io.weir.model.audit.HourSlice;
import io.weir.model.audit.HourTally;
import io.weir.model.audit.TopicSpan;
import io.weir.operators.audit.AddTallies;
import io.weir.operators.audit.BlockKey;
import io.weir.operators.audit.HourKey;
import io.weir.operators.audit.JudgeBlocks;
import io.weir.operators.audit.MergeBlocks;
import io.weir.operators.audit.SeedBlocks;
import io.weir.operators.audit.SegmentKey;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The graph of the audit, bounded: what should be there, documents, archive rows and dead letters
 * each become facts about blocks of offsets -> merge by block -> judge -> add up parts of an hour
 * -> look up suspects in Kafka -> add up by hour and partition.
 */
public final class AuditTopology {

  /**
   * Who knows what is where.
   *
   * @param documents reads the hot store; empty when it is not written
   * @param archive reads the archive; empty when it is not written
   * @param letters reads dead letters
   * @param suspects looks up in Kafka what seems to be missing
   */
  public record Readers(
      Optional<FlatMapFunction<TopicSpan, FactBlock>> documents,
      Optional<ArchiveReaders> archive,
      FlatMapFunction<TopicSpan, FactBlock> letters,
      MapFunction<HourTally, HourTally> suspects) {

    public Readers {
      requireNonNull(documents, "documents");
      requireNonNull(archive, "archive");
      requireNonNull(letters, "letters");
      requireNonNull(suspects, "suspects");
    }
  }

  /**
   * How the files of the archive are found.
   *
   * @param folders the folders that may hold what is looked for
   * @param list folders in, paths of files out
   */
  public record ArchiveFiles(List<String> folders, FlatMapFunction<String, String> list) {
    public ArchiveFiles {
      folders = List.copyOf(folders);
      requireNonNull(list, "list");
    }
  }

  /**
   * How the archive is read.
   *
   * @param files how its files are found
   * @param read paths of files in, facts out
   */
  public record ArchiveReaders(ArchiveFiles files, FlatMapFunction<String, FactBlock> read) {
    public ArchiveReaders {
      requireNonNull(files, "files");
      requireNonNull(read, "read");
    }
  }

  private AuditTopology() {}

  /**
   * Adds the graph to an environment.
   *
   * @return a tally for each hour of a partition that has records
   */
  public static DataStream<HourTally> build(
      StreamExecutionEnvironment env, AuditPlan plan, Readers readers) {
    TypeInformation<FactBlock> blocks = TypeInformation.of(FactBlock.class);
    DataStream<FactBlock> facts =
        env.fromData(plan.slices(), TypeInformation.of(HourSlice.class))
            .name("hours")
            .uid("audit-hours")
            .rebalance()
            .flatMap(new SeedBlocks())
            .returns(blocks)
            .name("seed blocks")
            .uid("audit-seed-blocks");
    List<TopicSpan> spans = plan.spans();
    if (readers.documents().isPresent() && !spans.isEmpty()) {
      facts =
          facts.union(
              spans(env, spans, "spans")
                  .rebalance()
                  .flatMap(readers.documents().get())
                  .returns(blocks)
                  .name("read documents")
                  .uid("audit-read-documents"));
    }
    if (readers.archive().isPresent()) {
      ArchiveReaders archive = readers.archive().get();
      facts =
          facts.union(
              files(env, archive.files())
                  .rebalance()
                  .flatMap(archive.read())
                  .returns(blocks)
                  .name("read archive")
                  .uid("audit-read-archive"));
    }
    if (!plan.letters().isEmpty()) {
      facts =
          facts.union(
              spans(env, plan.letters(), "letters")
                  .rebalance()
                  .flatMap(readers.letters())
                  .returns(blocks)
                  .name("read letters")
                  .uid("audit-read-letters"));
    }
    return facts
        .keyBy(new BlockKey.Of())
        .reduce(new MergeBlocks())
        .name("merge blocks")
        .uid("audit-merge-blocks")
        .flatMap(
            new JudgeBlocks(
                plan.slices(), readers.documents().isPresent(), readers.archive().isPresent()))
        .name("judge blocks")
        .uid("audit-judge-blocks")
        .keyBy(new SegmentKey.Of())
        .reduce(AddTallies.exact())
        .name("add blocks")
        .uid("audit-add-blocks")
        .map(readers.suspects())
        .returns(TypeInformation.of(HourTally.class))
        .name("check suspects")
        .uid("audit-check-suspects")
        .keyBy(new HourKey.Of())
        .reduce(AddTallies.bounded())
        .name("add tallies")
        .uid("audit-add-tallies");
  }

  /** Returns the paths of the files that may hold what is looked for. */
  public static DataStream<String> files(StreamExecutionEnvironment env, ArchiveFiles archive) {
    return env.fromData(archive.folders(), TypeInformation.of(String.class))
        .name("folders")
        .uid("audit-folders")
        .rebalance()
        .flatMap(archive.list())
        .returns(TypeInformation.of(String.class))
        .name("list archive")
        .uid("audit-list-archive");
  }

  private static DataStream<TopicSpan> spans(
      StreamExecutionEnvironment env, List<TopicSpan> spans, String name) {
    return env.fromData(spans, TypeInformation.of(TopicSpan.class)).name(name).uid("audit-" + name);
  }
}
