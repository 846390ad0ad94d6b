package io.weir.gateway.promql;

import io.weir.gateway.auth.ServiceAccess;
import io.weir.gateway.promql.PromExpression.Matcher;
import java.util.Optional;

/** Which series belong to which service: the label {@value #LABEL} says it. */
public final class ServiceSeries {
  private static final String LABEL = "service";

  private ServiceSeries() {}

  /** Returns the condition that a series has to meet to be seen; empty if all may be. */
  public static Optional<Matcher> condition(ServiceAccess access) {
    return access.only().map(services -> Matcher.anyOf(LABEL, services));
  }

  /** Returns an expression over those series alone that may be seen. */
  public static PromExpression narrowed(PromExpression expression, ServiceAccess access) {
    return condition(access).map(expression::narrowed).orElse(expression);
  }
}
