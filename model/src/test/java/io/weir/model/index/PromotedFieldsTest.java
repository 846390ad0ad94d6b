package io.weir.model.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.index.PromotedFields.Type;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromotedFieldsTest {

  @Test
  void readsFieldsAndTypes() {
    PromotedFields promoted =
        PromotedFields.parse(
            List.of("status=long", "http.duration-ms = double", "user_id=keyword"));

    assertThat(promoted.typeOf("status")).contains(Type.LONG);
    assertThat(promoted.typeOf("http.duration-ms")).contains(Type.DOUBLE);
    assertThat(promoted.typeOf("user_id")).contains(Type.KEYWORD);
    assertThat(promoted.typeOf("http")).isEmpty();
    assertThat(promoted.types().keySet()).containsExactly("http.duration-ms", "status", "user_id");
    assertThat(PromotedFields.column("http.status")).isEqualTo("promoted.http.status");
  }

  @Test
  void isEmptyWhereNothingIsGiven() {
    assertThat(PromotedFields.parse(List.of())).isEqualTo(PromotedFields.NONE);
    assertThat(PromotedFields.NONE.isEmpty()).isTrue();
  }

  @Test
  void listsEverythingThatIsWrong() {
    assertThatThrownBy(
            () -> PromotedFields.parse(List.of("status", "a=text", "b=long", "b=double", "=long")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'status' is not field=type")
        .hasMessageContaining(
            "'a=text' is not field=type, where type is one of long, double, keyword")
        .hasMessageContaining("'b' stands there twice");
    assertThatThrownBy(
            () -> PromotedFields.parse(List.of("=long", "a..b=long", "a b=long", ".a=long")))
        .hasMessageContaining("'' is no dotted key")
        .hasMessageContaining("'a..b' is")
        .hasMessageContaining("'a b' is")
        .hasMessageContaining("'.a' is");
  }

  @Test
  void boundsHowManyThereAre() {
    List<String> entries =
        IntStream.rangeClosed(0, PromotedFields.MAX_FIELDS)
            .mapToObj(i -> "f" + i + "=long")
            .toList();

    assertThat(PromotedFields.parse(entries.subList(1, entries.size())).types()).hasSize(100);
    assertThatThrownBy(() -> PromotedFields.parse(entries)).hasMessageContaining("101 fields");
    assertThatThrownBy(() -> PromotedFields.parse(Collections.singleton("x".repeat(257) + "=long")))
        .hasMessageContaining("no dotted key");
  }

  @Test
  void travelsToTheTasks() throws IOException, ClassNotFoundException {
    PromotedFields promoted = PromotedFields.parse(List.of("b=long", "a=keyword"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(promoted);
    }

    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(promoted);
    }
  }
}
