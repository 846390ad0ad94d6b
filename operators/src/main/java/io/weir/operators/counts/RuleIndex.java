package io.weir.operators.counts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the rules that an event of a service can fit, so that the others cost nothing. */
final class RuleIndex {
  private final List<CountRule> anyService = new ArrayList<>();
  private final Map<String, List<CountRule>> byService = new HashMap<>();

  RuleIndex(Iterable<CountRule> rules) {
    for (CountRule rule : rules) {
      if (rule.services() == null) {
        anyService.add(rule);
      }
    }
    for (CountRule rule : rules) {
      if (rule.services() != null) {
        for (String service : rule.services()) {
          byService.computeIfAbsent(service, key -> new ArrayList<>(anyService)).add(rule);
        }
      }
    }
  }

  List<CountRule> of(String service) {
    return byService.getOrDefault(service, anyService);
  }
}
