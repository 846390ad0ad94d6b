package io.weir.sinks.elasticsearch;

import io.weir.model.index.PromotedFields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What of an hourly index depends on the size of the installation.
 *
 * @param shards primary shards of an hourly index, 1 to 1,024
 * @param replicas copies of each, 0 to 100; 0 loses data with a node
 * @param refreshInterval how long a stored document may stay invisible to searches, at least 1 s
 * @param bestCompression whether stored documents are compressed with zstd instead of LZ4: less
 *     than half the disk, slower to fetch
 * @param totalFields most mapped fields; the mapping is fixed, so this only bounds mistakes
 * @param promoted structured fields with a typed column; the job and the gateway need the same
 */
public record IndexTemplateSettings(
    int shards,
    int replicas,
    Duration refreshInterval,
    boolean bestCompression,
    int totalFields,
    PromotedFields promoted) {

  /** Columns that every index has, and some room. */
  private static final int OWN_FIELDS = 30;

  /** One shard, one replica, visible after 5 s, compressed, at most 200 fields, none promoted. */
  public static final IndexTemplateSettings DEFAULT =
      new IndexTemplateSettings(1, 1, Duration.ofSeconds(5), true, 200, PromotedFields.NONE);

  /**
   * Checks its arguments.
   *
   * @throws IllegalArgumentException listing everything that is wrong
   */
  public IndexTemplateSettings {
    List<String> problems = new ArrayList<>();
    if (shards < 1 || shards > 1024) {
      problems.add("shards " + shards + " must be 1 to 1024");
    }
    if (replicas < 0 || replicas > 100) {
      problems.add("replicas " + replicas + " must be 0 to 100");
    }
    if (refreshInterval.toSeconds() < 1) {
      problems.add("refresh interval " + refreshInterval + " must be at least 1 s");
    }
    if (totalFields < 50) {
      problems.add("total fields " + totalFields + " must be at least 50");
    }
    if (promoted.types().size() + OWN_FIELDS > totalFields) {
      problems.add(
          "total fields "
              + totalFields
              + " must be at least "
              + (promoted.types().size() + OWN_FIELDS)
              + " for "
              + promoted.types().size()
              + " promoted fields");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("index template: " + String.join("; ", problems));
    }
  }
}
