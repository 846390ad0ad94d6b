package io.weir.gateway.documents;

import io.weir.gateway.alerts.AlertVisibility;
import io.weir.gateway.auth.ServiceAccess;
import io.weir.model.alert.AlertRule;
import io.weir.model.dashboard.Dashboard;
import io.weir.model.json.AlertRuleJson;
import io.weir.model.json.DashboardJson;
import io.weir.model.json.UnknownMembers;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What differs between kinds of documents.
 *
 * @param name of one, in the singular
 * @param decode reads one; throws {@link io.weir.model.validation.InvalidRecordException} naming
 *     every field that is wrong
 * @param encode writes one
 * @param id of one, or null
 * @param withId gives one its id
 * @param check throws {@link io.weir.model.validation.InvalidRecordException} if one, although well
 *     formed, cannot be taken here
 * @param visible whether a caller of some services may see and change it
 * @param reservedIds ids that paths of the API have taken
 */
public record DocumentKind<T>(
    String name,
    BiFunction<byte[], UnknownMembers, T> decode,
    Function<T, byte[]> encode,
    Function<T, String> id,
    BiFunction<T, String, T> withId,
    Consumer<T> check,
    BiPredicate<T, ServiceAccess> visible,
    Set<String> reservedIds) {

  public DocumentKind {
    Objects.requireNonNull(name, "name");
    reservedIds = Set.copyOf(reservedIds);
  }

  /** Returns the kind of alert rules. */
  public static DocumentKind<AlertRule> alerts(Consumer<AlertRule> check) {
    return new DocumentKind<>(
        "alert",
        AlertRuleJson::decode,
        AlertRuleJson::encode,
        AlertRule::id,
        AlertRule::withId,
        check,
        AlertVisibility::sees,
        Set.copyOf(List.of("active", "history", "test")));
  }

  /** Returns the kind of dashboards. */
  public static DocumentKind<Dashboard> dashboards() {
    return new DocumentKind<>(
        "dashboard",
        DashboardJson::decode,
        DashboardJson::encode,
        Dashboard::id,
        Dashboard::withId,
        dashboard -> {},
        (dashboard, access) -> true,
        Set.of());
  }
}
