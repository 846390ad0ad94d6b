package io.weir.sinks.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.sinks.elasticsearch.BulkResponseClassifier.ItemVerdict;
import io.weir.sinks.elasticsearch.BulkResponseClassifier.RequestVerdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BulkResponseClassifierTest {

  @ParameterizedTest(name = "{0} {1} {2} -> {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200|||STORED
          201|||STORED
          409|version_conflict_engine_exception|[1]: version conflict, document already exists|ALREADY_STORED
          409|||ALREADY_STORED
          400|document_parsing_exception|[1:6] failed to parse field [n] of type [long]|REJECTED
          400|mapper_parsing_exception|failed to parse|REJECTED
          400|strict_dynamic_mapping_exception|mapping set to strict|REJECTED
          400|illegal_argument_exception|Limit of total fields [1000] has been exceeded|REJECTED
          400|illegal_argument_exception|Document contains at least one immense term|REJECTED
          400|invalid_index_name_exception|Invalid index name [UPPER], must be lowercase|REJECTED
          409|illegal_state_exception|something else|REJECTED
          429|es_rejected_execution_exception|rejected execution of primary operation|RETRY
          429|circuit_breaking_exception|[parent] Data too large|RETRY
          503|circuit_breaking_exception|[parent] Data too large|RETRY
          500|es_rejected_execution_exception|rejected|RETRY
          502||Bad Gateway|RETRY
          503|unavailable_shards_exception|[i][0] primary shard is not active|RETRY
          504||Gateway Timeout|RETRY
          500|node_closed_exception|node closed|RETRY
          404|illegal_index_shard_state_exception|CurrentState[CLOSED]|RETRY
          400|resource_already_exists_exception|index [i] already exists|RETRY
          400|validation_exception|Validation Failed: 1: this action would add [2] shards, but this cluster currently has [5]/[6] maximum normal shards open; for more information, see ...|RETRY
          400|validation_exception|Validation Failed: 1: this action would add [2] total shards, but this cluster currently has [5]/[6] maximum shards open;|RETRY
          400|illegal_argument_exception|this action would add [1] shards, but this cluster currently has [3]/[3] maximum frozen shards open;|RETRY
          400|validation_exception|Validation Failed: 1: something is wrong;|REJECTED
          429|cluster_block_exception|index [i] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];|RETRY
          403|cluster_block_exception|index [i] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)];|RETRY
          403|cluster_block_exception|blocked by: [FORBIDDEN/6/cluster read-only (api)];|RETRY
          403|cluster_block_exception|blocked by: [FORBIDDEN/13/cluster read-only / allow delete (api)];|RETRY
          503|cluster_block_exception|blocked by: [SERVICE_UNAVAILABLE/1/state not recovered / initialized];|RETRY
          503|cluster_block_exception|blocked by: [SERVICE_UNAVAILABLE/2/no master];|RETRY
          403|cluster_block_exception|index [i] blocked by: [FORBIDDEN/4/index closed];|INDEX_RETIRED
          403|cluster_block_exception|index [i] blocked by: [FORBIDDEN/5/index read-only (api)];|INDEX_RETIRED
          403|cluster_block_exception|index [i] blocked by: [FORBIDDEN/8/index write (api)];|INDEX_RETIRED
          403|cluster_block_exception|index [i] blocked by: [FORBIDDEN/7/index read (api), FORBIDDEN/x/y];[FORBIDDEN/8/index write (api)];|INDEX_RETIRED
          400|index_closed_exception|closed|INDEX_RETIRED
          404|index_not_found_exception|no such index [i] and [action.auto_create_index] is [false]|INDEX_MISSING
          403|security_exception|action [indices:admin/auto_create] is unauthorized|MISCONFIGURED
          401|security_exception|missing authentication credentials|MISCONFIGURED
          500|null_pointer_exception|Cannot invoke something|DOUBTFUL
          500|stack_overflow_error||DOUBTFUL
          500|||RETRY
          500|i_o_exception|No space left on device|RETRY
          500|i_o_exception|Input/output error|RETRY
          500|translog_exception|Failed to write operation|RETRY
          500|index_failed_engine_exception|Index failed for [1]|RETRY
          400|i_o_exception|stale file handle|RETRY
          500|illegal_state_exception|something nobody has seen before|RETRY
          507|some_new_exception|of a later version|RETRY
          418|some_new_exception|of a later version|REJECTED
          302||moved|DOUBTFUL
          """)
  void classifiesAnItem(int status, String type, String reason, ItemVerdict verdict) {
    assertThat(BulkResponseClassifier.classifyItem(status, cause(type, reason))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0} {1} {2} -> {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          413||Request Entity Too Large|SPLIT
          429|es_rejected_execution_exception|rejected execution of coordinating operation|RETRY
          429|circuit_breaking_exception|[parent] Data too large|RETRY
          502||Bad Gateway|RETRY
          503||Service Unavailable|RETRY
          504||Gateway Timeout|RETRY
          500|exception|boom|RETRY
          408||Request Timeout|RETRY
          403|cluster_block_exception|blocked by: [FORBIDDEN/6/cluster read-only (api)];|RETRY
          503|cluster_block_exception|blocked by: [SERVICE_UNAVAILABLE/2/no master];|RETRY
          400|x_content_e_o_f_exception|[1:34] Unexpected end of file|FAIL
          400|||FAIL
          401|security_exception|unable to authenticate|FAIL
          403|security_exception|action is unauthorized|FAIL
          404||no handler found|FAIL
          405||Incorrect HTTP method|FAIL
          301||Moved Permanently|FAIL
          """)
  void classifiesARequest(int status, String type, String reason, RequestVerdict verdict) {
    assertThat(BulkResponseClassifier.classifyRequest(status, cause(type, reason)))
        .isEqualTo(verdict);
  }

  @Test
  void needsNoErrorToClassify() {
    assertThat(BulkResponseClassifier.classifyItem(201, null)).isEqualTo(ItemVerdict.STORED);
    assertThat(BulkResponseClassifier.classifyItem(400, null)).isEqualTo(ItemVerdict.REJECTED);
    assertThat(BulkResponseClassifier.classifyRequest(404, null)).isEqualTo(RequestVerdict.FAIL);
  }

  @Test
  void givesFewReasonsForDeadLetters() {
    assertThat(BulkResponseClassifier.rejectionReason(cause("document_parsing_exception", "x")))
        .isEqualTo(RejectionReason.MAPPING_REJECTED);
    assertThat(BulkResponseClassifier.rejectionReason(cause("invalid_index_name_exception", "x")))
        .isEqualTo(RejectionReason.INVALID_INDEX_NAME);
    assertThat(BulkResponseClassifier.rejectionReason(cause("illegal_argument_exception", "x")))
        .isEqualTo(RejectionReason.REJECTED_BY_ELASTICSEARCH);
  }

  private static ErrorCause cause(String type, String reason) {
    return new ErrorCause(type == null ? "" : type, reason == null ? "" : reason);
  }
}
