package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.documents.Precondition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagsTest {

  @Test
  void readsWhatItWrote() {
    assertThat(EntityTags.ifMatch(EntityTags.of(17))).contains(Precondition.version(17));
    assertThat(EntityTags.ifMatch(" * ")).contains(Precondition.exists());
    assertThat(EntityTags.ifMatch(null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "17", "W/\"17\"", "\"a\"", "\"1\", \"2\"", "\"-1\"", "\"1", "\"\""})
  void refusesWhatItDidNotWrite(String header) {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> EntityTags.ifMatch(header));
  }
}
