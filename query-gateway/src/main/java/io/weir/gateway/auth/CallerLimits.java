package io.weir.gateway.auth;

/**
 * How much one caller may ask for at a time.
 *
 * @param requestsPerSecond on average; 0 for no limit. A second's worth may come at once.
 * @param concurrent requests that are answered at the same time, streams not counted; 0 for no
 *     limit
 * @param streams live streams at the same time; 0 for no limit
 */
public record CallerLimits(int requestsPerSecond, int concurrent, int streams) {
  /** No limit. */
  public static final CallerLimits NONE = new CallerLimits(0, 0, 0);

  public CallerLimits {
    if (requestsPerSecond < 0 || concurrent < 0 || streams < 0) {
      throw new IllegalArgumentException("a limit is 0 or more");
    }
  }
}
