package io.weir.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

class ContentEncodingTest {
  private final MemoryBudget budget = new MemoryBudget(10 << 20);

  @Property(tries = 200)
  void givesBackWhatWasCompressed(@ForAll @Size(max = 5_000) byte[] content) throws IOException {
    for (ContentEncoding encoding : ContentEncoding.values()) {
      MemoryBudget own = new MemoryBudget(10 << 20);
      try (MemoryBudget.Reservation reservation = own.reserve()) {
        assertThat(encoding.decode(compress(encoding, content), 5_000, reservation))
            .isEqualTo(content);
        assertThat(own.used()).isEqualTo(content.length);
      }
      assertThat(own.used()).isZero();
    }
  }

  @Test
  void stopsABombBeforeItHasUnfolded() throws IOException {
    byte[] zeros = new byte[200 << 20];
    for (ContentEncoding encoding :
        new ContentEncoding[] {ContentEncoding.GZIP, ContentEncoding.ZSTD}) {
      byte[] bomb = compress(encoding, zeros);
      assertThat(bomb.length).isLessThan(1 << 20);
      try (MemoryBudget.Reservation reservation = budget.reserve()) {
        assertThatExceptionOfType(BodyTooLargeException.class)
            .isThrownBy(() -> encoding.decode(bomb, 1 << 20, reservation))
            .withMessageContaining("1048576 bytes decompressed");
        assertThat(budget.used()).isLessThanOrEqualTo(1 << 20);
      }
    }
  }

  @Test
  void stopsWhenTheMemoryIsNotThere() throws IOException {
    byte[] body = compress(ContentEncoding.GZIP, new byte[9 << 20]);
    try (MemoryBudget.Reservation others = budget.reserve();
        MemoryBudget.Reservation reservation = budget.reserve()) {
      others.grow(8 << 20);
      assertThatExceptionOfType(OverloadedException.class)
          .isThrownBy(() -> ContentEncoding.GZIP.decode(body, 16 << 20, reservation));
    }
    assertThat(budget.used()).isZero();
  }

  @Test
  void reservesTheCopiesThatItMakesOnTheWay() throws IOException {
    // 5 MiB in a buffer of 8, and the 5 of the result: more than 10 at once.
    byte[] body = compress(ContentEncoding.GZIP, new byte[5 << 20]);
    try (MemoryBudget.Reservation reservation = budget.reserve()) {
      assertThatExceptionOfType(OverloadedException.class)
          .isThrownBy(() -> ContentEncoding.GZIP.decode(body, 16 << 20, reservation));
    }
    assertThat(budget.used()).isZero();
  }

  @Test
  void refusesAZstdFrameWithAHugeWindow() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZstdOutputStream zstd = new ZstdOutputStream(out)) {
      zstd.setLong(27);
      zstd.write(new byte[1 << 20]);
    }
    try (MemoryBudget.Reservation reservation = budget.reserve()) {
      assertThatThrownBy(() -> ContentEncoding.ZSTD.decode(out.toByteArray(), 2 << 20, reservation))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesWhatIsCutOffOrSomethingElse() throws IOException {
    for (ContentEncoding encoding :
        new ContentEncoding[] {ContentEncoding.GZIP, ContentEncoding.ZSTD}) {
      byte[] whole = compress(encoding, "{\"events\":[]}".repeat(100).getBytes("UTF-8"));
      byte[] cut = Arrays.copyOf(whole, whole.length - 5);
      try (MemoryBudget.Reservation reservation = budget.reserve()) {
        assertThatThrownBy(() -> encoding.decode(cut, 1 << 20, reservation))
            .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> encoding.decode(new byte[] {1, 2, 3}, 1 << 20, reservation))
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void knowsTheNamesThatClientsUse() {
    assertThat(ContentEncoding.of(null)).contains(ContentEncoding.IDENTITY);
    assertThat(ContentEncoding.of(" GZip ")).contains(ContentEncoding.GZIP);
    assertThat(ContentEncoding.of("zstd")).contains(ContentEncoding.ZSTD);
    assertThat(ContentEncoding.of("br")).isEmpty();
    assertThat(ContentEncoding.of("gzip, zstd")).isEmpty();
  }

  static byte[] compress(ContentEncoding encoding, byte[] content) throws IOException {
    return switch (encoding) {
      case IDENTITY -> content;
      case ZSTD -> Zstd.compress(content);
      case SNAPPY -> Snappy.compress(content);
      case GZIP -> {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
          gzip.write(content);
        }
        yield out.toByteArray();
      }
    };
  }
}
