package io.weir.sinks.elasticsearch;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what an answer of Elasticsearch means for a document or a request. A pure function of
 * status, error type and reason: status alone does not tell a full cluster (400, {@code
 * validation_exception}) from a bad document (400, {@code document_parsing_exception}), nor a full
 * disk from a retired index, which are both {@code cluster_block_exception}.
 */
final class BulkResponseClassifier {

  /** What became of one document. */
  enum ItemVerdict {
    /** It was stored. */
    STORED,
    /** It was stored before, by an attempt whose answer was lost or before a recovery. */
    ALREADY_STORED,
    /** Elasticsearch cannot take it now: send it again, slower. */
    RETRY,
    /** Its index takes no more writes: it belongs into the late index. */
    INDEX_RETIRED,
    /** It will never be taken as it is: dead letter. */
    REJECTED,
    /**
     * A defect that Elasticsearch meets while it handles this document, or a status that is no
     * answer to a document: try a few times, then dead letter, or one document would hold up all.
     */
    DOUBTFUL,
    /**
     * There is no such index and none was created: try a few times, because an index that was just
     * deleted looks the same, then fail.
     */
    INDEX_MISSING,
    /** The sink is set up wrongly: fail, whatever the document. */
    MISCONFIGURED
  }

  /** What became of a request as a whole. */
  enum RequestVerdict {
    /** Elasticsearch cannot take it now: send it again, slower. */
    RETRY,
    /** It is too large: send it in halves. */
    SPLIT,
    /** Sending it again would change nothing: fail. */
    FAIL
  }

  private static final Set<String> CAPACITY =
      Set.of(
          "es_rejected_execution_exception",
          "circuit_breaking_exception",
          "too_many_requests",
          "process_cluster_event_timeout_exception",
          "unavailable_shards_exception",
          "no_shard_available_action_exception",
          "master_not_discovered_exception",
          "node_not_connected_exception",
          "node_disconnected_exception",
          "node_closed_exception",
          "node_not_started_exception",
          "connect_transport_exception",
          "receive_timeout_transport_exception",
          "retry_on_primary_exception",
          "retry_on_replica_exception",
          "shard_not_in_primary_mode_exception",
          "index_shard_closed_exception",
          "illegal_index_shard_state_exception",
          "already_closed_exception",
          "resource_already_exists_exception",
          "timeout_exception",
          "i_o_exception",
          "translog_exception",
          "index_failed_engine_exception",
          "engine_closed_exception",
          "flush_failed_engine_exception",
          "refresh_failed_engine_exception");

  /** Java's words for a defect in code: the same document meets it again, whatever the load. */
  private static final Set<String> DEFECTS =
      Set.of(
          "null_pointer_exception",
          "class_cast_exception",
          "arithmetic_exception",
          "array_index_out_of_bounds_exception",
          "string_index_out_of_bounds_exception",
          "index_out_of_bounds_exception",
          "negative_array_size_exception",
          "number_format_exception",
          "unsupported_operation_exception",
          "assertion_error",
          "stack_overflow_error");

  // "this action would add [2] shards, but this cluster currently has [5]/[6] maximum normal
  // shards open"
  private static final Pattern SHARD_LIMIT =
      Pattern.compile("this action would add \\[\\d+].* maximum .*open");

  // [FORBIDDEN/8/index write (api)]
  private static final Pattern BLOCK = Pattern.compile("\\[(\\w+)/(\\d+)/");

  // Numbers of org.elasticsearch.cluster.metadata.IndexMetadata's blocks: 4 closed, 5 read-only,
  // 8 write.
  private static final Set<String> RETIRED_BLOCKS = Set.of("4", "5", "8");

  private BulkResponseClassifier() {}

  /**
   * Classifies one item of an answer to {@code create}.
   *
   * @param status the item's status
   * @param error its error; null counts as none
   */
  static ItemVerdict classifyItem(int status, ErrorCause error) {
    if (status >= 200 && status < 300) {
      return ItemVerdict.STORED;
    }
    ErrorCause cause = error == null ? ErrorCause.NONE : error;
    String type = cause.type();
    if (status == 409 && (type.isEmpty() || type.equals("version_conflict_engine_exception"))) {
      return ItemVerdict.ALREADY_STORED;
    }
    if (type.equals("cluster_block_exception")) {
      return retired(cause) ? ItemVerdict.INDEX_RETIRED : ItemVerdict.RETRY;
    }
    if (type.equals("index_closed_exception")) {
      return ItemVerdict.INDEX_RETIRED;
    }
    if (isCapacity(status, cause)) {
      return ItemVerdict.RETRY;
    }
    return switch (status) {
      case 404 -> ItemVerdict.INDEX_MISSING;
      case 401, 403 -> ItemVerdict.MISCONFIGURED;
      default -> other(status, type);
    };
  }

  /**
   * Where nothing else is known: what the server blames on the document is the document's, what it
   * blames on itself ends one day, and is waited for, unless its words are those of a defect.
   */
  private static ItemVerdict other(int status, String type) {
    if (status >= 400 && status < 500) {
      return ItemVerdict.REJECTED;
    }
    return status >= 500 && !DEFECTS.contains(type) ? ItemVerdict.RETRY : ItemVerdict.DOUBTFUL;
  }

  /**
   * Classifies a request that was answered with an error.
   *
   * @param status the HTTP status
   * @param error what its body says; null counts as nothing
   */
  static RequestVerdict classifyRequest(int status, ErrorCause error) {
    ErrorCause cause = error == null ? ErrorCause.NONE : error;
    if (status == 413) {
      return RequestVerdict.SPLIT;
    }
    if (cause.type().equals("cluster_block_exception") || isCapacity(status, cause)) {
      return RequestVerdict.RETRY;
    }
    // 408: a proxy that waited too long. Other 5xx are the server's fault, not the request's.
    return status == 408 || status >= 500 ? RequestVerdict.RETRY : RequestVerdict.FAIL;
  }

  /** Returns why a document is rejected, for its dead letter and its metric. */
  static RejectionReason rejectionReason(ErrorCause error) {
    return switch (error.type()) {
      case "document_parsing_exception",
          "mapper_parsing_exception",
          "strict_dynamic_mapping_exception",
          "mapper_exception",
          "parse_exception",
          "x_content_parse_exception" ->
          RejectionReason.MAPPING_REJECTED;
      case "invalid_index_name_exception" -> RejectionReason.INVALID_INDEX_NAME;
      default -> RejectionReason.REJECTED_BY_ELASTICSEARCH;
    };
  }

  private static boolean isCapacity(int status, ErrorCause cause) {
    return switch (status) {
      case 429, 502, 503, 504 -> true;
      default ->
          CAPACITY.contains(cause.type().toLowerCase(Locale.ROOT))
              || SHARD_LIMIT.matcher(cause.reason()).find();
    };
  }

  /** A disk that is full (block 12 or 13) ends; so does a cluster without master or state. */
  private static boolean retired(ErrorCause cause) {
    Matcher blocks = BLOCK.matcher(cause.reason());
    while (blocks.find()) {
      if (RETIRED_BLOCKS.contains(blocks.group(2))) {
        return true;
      }
    }
    return false;
  }
}
