package io.weir.sinks.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdBloomFilterTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 25, 27, 1_000, 50_000})
  void findsEveryValueAndFewOthers(int count) {
    BloomFilter filter = filter(count, 1);
    assertThat(IntStream.range(0, count)).allMatch(i -> mayContain(filter, "id-" + i));
    long falsePositives =
        IntStream.range(0, 20_000).filter(i -> mayContain(filter, "other-" + i)).count();
    assertThat(falsePositives).isLessThan(20_000 * 13 / 1_000);
  }

  @ParameterizedTest
  @CsvSource({"1000, 10, 2048", "1000, 1, 2048", "20, 500, 32", "50000, 4, 65536"})
  void isAsSmallAsTheDistinctValuesAllow(int count, int repeats, int bytes) {
    BloomFilter filter = filter(count, repeats);
    assertThat(filter.getBitsetSize()).isEqualTo(bytes);
    assertThat(IntStream.range(0, count)).allMatch(i -> mayContain(filter, "id-" + i));
  }

  private static BloomFilter filter(int count, int repeats) {
    IdBloomFilter ids = new IdBloomFilter();
    for (int repeat = 0; repeat < repeats; repeat++) {
      for (int i = 0; i < count; i++) {
        ids.add(("id-" + i).getBytes(UTF_8));
      }
    }
    return ids.build();
  }

  private static boolean mayContain(BloomFilter filter, String value) {
    return filter.findHash(filter.hash(Binary.fromString(value)));
  }
}
