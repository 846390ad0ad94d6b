package io.weir.harness.capacity;

import static java.util.Objects.requireNonNull;

/**
 * What one log event of a certain size costs, as measured.
 *
 * @param bytes of the event as JSON
 * @param kafka CPU microseconds of the broker
 * @param parse CPU microseconds of a job that consumes and parses, and stores nothing
 * @param logsJob CPU microseconds of the logs job with both stores
 * @param elasticsearch CPU microseconds of Elasticsearch, for one copy
 * @param hotBytes on Elasticsearch's disk, for one copy
 * @param archiveBytes in the archive
 * @param command that printed these
 */
record EventCosts(
    double bytes,
    double kafka,
    double parse,
    double logsJob,
    double elasticsearch,
    double hotBytes,
    double archiveBytes,
    String command) {

  EventCosts {
    requireNonNull(command, "command");
  }

  /**
   * Returns the costs on the straight line through this point and another, which is nearly what
   * bytes cost: something for each event, and something for each byte.
   */
  EventCosts towards(EventCosts other, double size) {
    double share = (size - bytes) / (other.bytes - bytes);
    return new EventCosts(
        size,
        between(kafka, other.kafka, share),
        between(parse, other.parse, share),
        between(logsJob, other.logsJob, share),
        between(elasticsearch, other.elasticsearch, share),
        between(hotBytes, other.hotBytes, share),
        between(archiveBytes, other.archiveBytes, share),
        command + "; " + other.command);
  }

  /**
   * Returns the costs of an event of another size where only this one was measured: more in
   * proportion to its bytes, and never less. Something is paid for each event whatever its size, so
   * this is an upper bound.
   */
  EventCosts inProportion(double size) {
    double factor = Math.max(1, size / bytes);
    return new EventCosts(
        size,
        kafka * factor,
        parse * factor,
        logsJob * factor,
        elasticsearch * factor,
        hotBytes * factor,
        archiveBytes * factor,
        command);
  }

  /** Never less than a tenth of what was measured: a line through two points ends somewhere. */
  private static double between(double from, double to, double share) {
    return Math.max(from + (to - from) * share, Math.min(from, to) / 10);
  }
}
