package io.weir.model.query;

/**
 * Bounds on one query, so that no text can exhaust a stack, a compiler or a store.
 *
 * @param maxLength longest text, in characters
 * @param maxClauses most terms in one query
 * @param maxDepth deepest nesting of parentheses and negations
 */
public record QueryLimits(int maxLength, int maxClauses, int maxDepth) {

  /** 4,096 characters, 128 terms, 20 levels. */
  public static final QueryLimits DEFAULT = new QueryLimits(4096, 128, 20);

  /** Longest prefix, and longest bound of a range, in characters. */
  public static final int MAX_PREFIX_LENGTH = 256;

  /** Above this depth the parser's own recursion would be at risk. */
  private static final int DEPTH_CEILING = 200;

  public QueryLimits {
    if (maxLength < 1) {
      throw new IllegalArgumentException("maxLength " + maxLength + " must be at least 1");
    }
    if (maxClauses < 1) {
      throw new IllegalArgumentException("maxClauses " + maxClauses + " must be at least 1");
    }
    if (maxDepth < 1 || maxDepth > DEPTH_CEILING) {
      throw new IllegalArgumentException(
          "maxDepth " + maxDepth + " must be between 1 and " + DEPTH_CEILING);
    }
  }
}
