package io.weir.operators.counts;

import io.weir.model.alert.AlertRule;
import io.weir.model.json.AlertRuleJson;
import io.weir.model.json.UnknownMembers;
import io.weir.operators.rules.RuleRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alert rules on logs that hold now. Of two versions of a rule the one with the higher offset
 * holds, in whatever order they come. A rule that cannot be read or answered is skipped and
 * counted: one person's mistake must not stop everybody's alerts.
 */
final class LogRules {
  private static final Logger LOG = LoggerFactory.getLogger(LogRules.class);

  private final Map<String, Long> versions = new HashMap<>();
  private final Map<String, List<CountRule>> answered = new HashMap<>();
  private final Set<String> invalid = new HashSet<>();

  /** Returns whether a record is news about its rule. */
  boolean isNews(RuleRecord record) {
    return record.version() > versions.getOrDefault(record.id(), -1L);
  }

  /** Takes a version of a rule that is not deleted. */
  void put(RuleRecord record) {
    remove(record.id());
    versions.put(record.id(), record.version());
    try {
      AlertRule rule = AlertRuleJson.decode(record.rule(), UnknownMembers.IGNORE);
      List<CountRule> counts = CountRule.of(rule, record.id(), record.version());
      if (!counts.isEmpty()) {
        answered.put(record.id(), counts);
      }
    } catch (RuntimeException e) {
      invalid.add(record.id());
      LOG.warn(
          "Alert rule {}, version {}, cannot be answered and is skipped: {}",
          record.id(),
          record.version(),
          e.getMessage());
    }
  }

  void remove(String id) {
    versions.remove(id);
    answered.remove(id);
    invalid.remove(id);
  }

  List<CountRule> countRules() {
    List<CountRule> all = new ArrayList<>();
    answered.values().forEach(all::addAll);
    return all;
  }

  int answered() {
    return answered.size();
  }

  int invalid() {
    return invalid.size();
  }
}
