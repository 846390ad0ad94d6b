package io.weir.harness.e2e.delivery;

import java.util.List;
import java.util.Map;

/**
 * What an oracle found. Delivery is right when there are no problems.
 *
 * @param input records in the topic
 * @param documents documents in Elasticsearch
 * @param rows rows in the archive
 * @param files published files of the archive
 * @param archiveOnly rows that policy keeps out of Elasticsearch
 * @param deadLetters dead letters by store and reason
 * @param repeatedLetters letters that came again, which is allowed after a restart
 * @param problemCount number of problems
 * @param problems the first of them: missing, doubled, altered, foreign, contradictory, each with
 *     its place in Kafka
 */
public record DeliveryReport(
    long input,
    long documents,
    long rows,
    long files,
    long archiveOnly,
    Map<String, Long> deadLetters,
    long repeatedLetters,
    long problemCount,
    List<String> problems) {}
