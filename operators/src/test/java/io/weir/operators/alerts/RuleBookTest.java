package io.weir.operators.alerts;

import static io.weir.operators.alerts.Rules.ERRORS;
import static io.weir.operators.alerts.Rules.change;
import static io.weir.operators.alerts.Rules.snapshot;
import static io.weir.operators.alerts.Rules.update;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.state.BroadcastState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleBookTest {
  private final TestingRules rules = new TestingRules();

  @Test
  void aSnapshotSaysAllThereIs() throws Exception {
    apply(snapshot(update(1, ERRORS), update(2, ERRORS.replace("\"a\"", "\"b\""))));
    RuleBook.Changes changes = apply(snapshot(update(2, ERRORS.replace("\"a\"", "\"b\""))));

    assertThat(changes.ended()).extracting(entry -> entry.rule().id()).containsExactly("a");
    assertThat(changes.begun()).isEmpty();
    assertThat(rules.map).containsOnlyKeys("b");
  }

  @Test
  void theSameRuleAgainChangesNothing() throws Exception {
    apply(snapshot(update(1, ERRORS)));

    assertThat(apply(snapshot(update(1, ERRORS))).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"threshold\":1 | \"threshold\":2",
        "\"condition\":\">\" | \"condition\":\"<\"",
        "\"duration_s\":60 | \"duration_s\":90",
        "\"name\":\"errors\" | \"name\":\"failures\"",
        "\"notification_channel\":\"ops\" | \"notification_channel\":\"dev\"",
        "\"window_s\":30 | \"window_s\":30,\"severity\":\"info\",\"no_data\":\"keep\""
      })
  void anEditOfHowItIsJudgedKeepsWhatWasMeasured(String before, String after) throws Exception {
    apply(snapshot(update(1, ERRORS)));
    RuleBook.Changes changes = apply(change(update(5, ERRORS.replace(before, after))));

    assertThat(changes.ended()).isEmpty();
    assertThat(rules.map.get("a").version()).isEqualTo(5);
    assertThat(rules.map.get("a").meaningVersion()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"metric\":\"error_rate\" | \"metric\":\"errors\"",
        "\"window_s\":30 | \"window_s\":60",
        "\"window_s\":30 | \"window_s\":30,\"evaluate_every_s\":15",
        "\"window_s\":30 | \"window_s\":30,\"aggregation\":\"max\"",
        "\"window_s\":30 | \"window_s\":30,\"tags\":{\"a\":\"b\"}",
        "[\"service\"] | [\"service\",\"host\"]"
      })
  void anEditOfWhatIsMeasuredBeginsAnew(String before, String after) throws Exception {
    apply(snapshot(update(1, ERRORS)));
    RuleBook.Changes changes = apply(change(update(5, ERRORS.replace(before, after))));

    assertThat(changes.ended()).hasSize(1);
    assertThat(changes.ends(new AlertKey("a", 1, "{}"))).isTrue();
    assertThat(changes.ends(new AlertKey("a", 5, "{}"))).isFalse();
    assertThat(rules.map.get("a").meaningVersion()).isEqualTo(5);
  }

  @Test
  void aRuleThatIsDeletedAndCreatedAgainAtOnceBeginsAnew() throws Exception {
    apply(snapshot(update(1, ERRORS)));
    RuleBook.Changes changes = apply(change(new RuleUpdate("a", 2, null), update(3, ERRORS)));

    assertThat(changes.ended()).hasSize(1);
    assertThat(changes.begun()).hasSize(1);
    assertThat(rules.map.get("a").meaningVersion()).isEqualTo(3);
  }

  @Test
  void aRecreatedTopicWithLowerOffsetsIsBelieved() throws Exception {
    apply(snapshot(update(900, ERRORS)));
    apply(snapshot(update(0, ERRORS.replace("\"threshold\":1", "\"threshold\":2"))));

    assertThat(rules.map.get("a").rule().threshold()).isEqualTo(2);
  }

  @Test
  void onlyCountersOfRulesThatWereSeenToBeginBeganAtZero() throws Exception {
    apply(snapshot(update(1, ERRORS)));
    apply(change(update(2, ERRORS.replace("\"a\"", "\"b\""))));

    assertThat(rules.map.get("a").countsFromZero()).isFalse();
    assertThat(rules.map.get("b").countsFromZero()).isTrue();

    apply(change(update(3, ERRORS.replace("\"threshold\":1", "\"threshold\":2"))));
    assertThat(rules.map.get("a").countsFromZero()).as("its counters are new").isTrue();
  }

  private RuleBook.Changes apply(Control control) throws Exception {
    return RuleBook.apply(control, rules);
  }

  /** Broadcast state in a map. */
  private static final class TestingRules implements BroadcastState<String, RuleEntry> {
    private final Map<String, RuleEntry> map = new HashMap<>();

    @Override
    public void put(String key, RuleEntry value) {
      map.put(key, value);
    }

    @Override
    public void putAll(Map<String, RuleEntry> all) {
      map.putAll(all);
    }

    @Override
    public void remove(String key) {
      map.remove(key);
    }

    @Override
    public Iterator<Map.Entry<String, RuleEntry>> iterator() {
      return map.entrySet().iterator();
    }

    @Override
    public Iterable<Map.Entry<String, RuleEntry>> entries() {
      return map.entrySet();
    }

    @Override
    public RuleEntry get(String key) {
      return map.get(key);
    }

    @Override
    public boolean contains(String key) {
      return map.containsKey(key);
    }

    @Override
    public Iterable<Map.Entry<String, RuleEntry>> immutableEntries() {
      return map.entrySet();
    }

    @Override
    public void clear() {
      map.clear();
    }
  }
}
