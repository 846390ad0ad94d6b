package io.weir.model.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertGroupTest {

  @Test
  void namesTheTagsInOrder() {
    assertThat(AlertGroup.key("a-1", Map.of("service", "payments", "host", "web-1")))
        .isEqualTo("a-1{host=\"web-1\",service=\"payments\"}");
    assertThat(AlertGroup.key("a-1", Map.of())).isEqualTo("a-1{}");
  }

  @Property
  void everyGroupComesBackFromItsText(@ForAll @Size(max = 4) Map<Integer, String> values) {
    Map<String, String> tags = new java.util.TreeMap<>();
    values.forEach((number, value) -> tags.put("tag_" + Math.floorMod(number, 50), value));

    assertThat(AlertGroup.parse(AlertGroup.text(tags))).isEqualTo(tags);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{a}", "{a=\"b\"", "{a=\"b}", "a=\"b\""})
  void refusesWhatIsNoGroup(String text) {
    assertThatThrownBy(() -> AlertGroup.parse(text)).hasMessageContaining("is not the text");
  }
}
