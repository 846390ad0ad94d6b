package io.weir.jobs.options;

import io.weir.model.index.PromotedFields;
import io.weir.sinks.elasticsearch.IndexTemplateSettings;
import java.time.Duration;
import java.util.Optional;

/** How an hourly index is laid out. */
public final class TemplateOptions {
  private static final Option<Integer> SHARDS =
      Option.of(
          "templates.shards",
          OptionType.integer(1, 1024),
          "1",
          "Primary shards of an hourly index: one for every 30 to 50 GB of an hour.");

  private static final Option<Integer> REPLICAS =
      Option.of(
          "templates.replicas",
          OptionType.integer(0, 100),
          "1",
          "Copies of each shard. Without one, a lost node loses data; on a single node there is no"
              + " place for one.");

  private static final Option<Duration> REFRESH_INTERVAL =
      Option.of(
          "templates.refresh-interval",
          OptionType.DURATION,
          "5 s",
          "How long a stored document may stay invisible to searches. Shorter costs CPU.");

  private static final Option<Boolean> BEST_COMPRESSION =
      Option.of(
          "templates.best-compression",
          OptionType.BOOLEAN,
          "true",
          "Whether stored documents take less than half the disk and are slower to fetch.");

  private static final Option<Integer> TOTAL_FIELDS =
      Option.of(
          "templates.total-fields",
          OptionType.integer(50, 10_000),
          "200",
          "Most mapped fields. The mapping is fixed, so this only bounds mistakes; at least 30 more"
              + " than there are promoted fields.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Index template (`InstallTemplates`)",
          "`io.weir.jobs.tasks.InstallTemplates` puts the template of the hot indices in place, and"
              + " changes nothing when it is there. Run it before the job's first document and"
              + " after an upgrade; a change holds for indices created after it. Needs the cluster"
              + " privilege `manage_index_templates`.",
          SHARDS,
          REPLICAS,
          REFRESH_INTERVAL,
          BEST_COMPRESSION,
          TOTAL_FIELDS);

  private TemplateOptions() {}

  /** Returns the settings, {@link PromotedOptions} included; empty after an error. */
  public static Optional<IndexTemplateSettings> read(OptionValues values) {
    int shards = values.require(SHARDS);
    int replicas = values.require(REPLICAS);
    Duration refresh = values.require(REFRESH_INTERVAL);
    boolean bestCompression = values.require(BEST_COMPRESSION);
    int totalFields = values.require(TOTAL_FIELDS);
    PromotedFields promoted = PromotedOptions.read(values);
    return values.attempt(
        "templates.*",
        () ->
            new IndexTemplateSettings(
                shards, replicas, refresh, bestCompression, totalFields, promoted));
  }
}
