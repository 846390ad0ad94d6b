package io.weir.sinks.elasticsearch;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Ends the job when Elasticsearch rejects most documents for one and the same reason: then the
 * mapping or the sink is wrong, not the data, and going on would drain the stream into the dead
 * letters.
 *
 * <p>Looks at windows of at least a minimum of decided documents; a large batch is a window of its
 * own, small ones are taken together. Not thread-safe.
 */
final class RejectionGuard {
  private static final int MAX_KINDS = 100;
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private final double share;
  private final int minimum;

  private final Map<String, Integer> kinds = new HashMap<>();
  private int decided;

  /**
   * Makes a guard.
   *
   * @param share the share of the documents, above 0 and at most 1, whose rejection for the same
   *     reason is too much
   * @param minimum least number of documents to judge by, at least 1
   */
  RejectionGuard(double share, int minimum) {
    if (!(share > 0 && share <= 1) || minimum < 1) {
      throw new IllegalArgumentException("rejection share " + share + " of " + minimum);
    }
    this.share = share;
    this.minimum = minimum;
  }

  /**
   * Takes the outcome of a batch into account.
   *
   * @throws ElasticsearchException if too many documents were rejected for the same reason, with an
   *     example; their dead letters must not be sent then
   */
  void check(BulkOutcome outcome) throws ElasticsearchException {
    decided += outcome.decided();
    for (BulkOutcome.Rejection rejection : outcome.rejections()) {
      String kind = kind(rejection.error());
      if (kinds.size() < MAX_KINDS || kinds.containsKey(kind)) {
        int count = kinds.merge(kind, 1, Integer::sum);
        if (decided >= minimum && count >= share * decided) {
          throw new ElasticsearchException(
              "POST /_bulk: of the last "
                  + decided
                  + " documents at least "
                  + count
                  + " were rejected for the same reason, so the job stops instead of sending the"
                  + " stream to the dead letters; document "
                  + rejection.document().id()
                  + " in index "
                  + rejection.document().index()
                  + ": "
                  + rejection.error());
        }
      }
    }
    if (decided >= minimum) {
      decided = 0;
      kinds.clear();
    }
  }

  /** Returns an error without what differs between documents: numbers and quoted values. */
  static String kind(ErrorCause error) {
    String reason = error.reason();
    int end = reason.length();
    for (char stop : new char[] {'\'', '"', ';'}) {
      int at = reason.indexOf(stop);
      if (at >= 0 && at < end) {
        end = at;
      }
    }
    return error.type() + " " + NUMBER.matcher(reason.substring(0, end)).replaceAll("#");
  }
}
