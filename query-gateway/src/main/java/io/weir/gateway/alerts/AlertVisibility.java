package io.weir.gateway.alerts;

import io.weir.gateway.auth.ServiceAccess;
import io.weir.model.alert.AlertRule;
import io.weir.model.alert.AlertState;
import io.weir.model.query.QueryParser;
import io.weir.model.query.QuerySyntaxException;
import io.weir.model.query.UnanswerableQueryException;
import io.weir.model.query.match.EventMatcher;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which alerts a caller of single services may see and make: those that look at nothing else. What
 * a rule looks at are its tags and its queries; its labels are only what somebody wrote.
 */
public final class AlertVisibility {
  private static final String SERVICE = "service";

  private AlertVisibility() {}

  /** Returns whether all that a rule looks at may be seen. */
  public static boolean sees(AlertRule rule, ServiceAccess access) {
    if (!access.isRestricted()) {
      return true;
    }
    boolean metric = rule.metric() == null || access.allows(rule.tags().get(SERVICE));
    return metric
        && Stream.of(
                Optional.ofNullable(rule.query()),
                Optional.ofNullable(rule.first()),
                Optional.ofNullable(rule.then()))
            .flatMap(Optional::stream)
            .allMatch(query -> looksAtNothingElse(query, access))
        && (rule.metric() != null || rule.query() != null || rule.first() != null);
  }

  private static boolean looksAtNothingElse(String query, ServiceAccess access) {
    try {
      Set<String> services = EventMatcher.of(QueryParser.parse(query)).services();
      return services != null && services.stream().allMatch(access::allows);
    } catch (QuerySyntaxException | UnanswerableQueryException e) {
      return false;
    }
  }

  /**
   * Returns whether the state of an alert may be seen.
   *
   * @param rule empty if it was deleted
   */
  public static boolean sees(AlertState state, Optional<AlertRule> rule, ServiceAccess access) {
    Objects.requireNonNull(rule, "rule");
    return !access.isRestricted()
        || access.allows(state.group().get(SERVICE))
        || rule.filter(known -> sees(known, access)).isPresent();
  }
}
