package io.weir.gateway.documents;

import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Short ids that nobody can have by chance: 16 characters out of 32, none easily mistaken. */
public final class RandomIds implements Supplier<String> {
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 16;
  private static final int BITS = 5;

  /** As many characters as one random number has bits for. */
  private static final int PER_NUMBER = 12;

  private final LongSupplier random;

  public RandomIds(LongSupplier random) {
    this.random = Objects.requireNonNull(random, "random");
  }

  @Override
  public String get() {
    StringBuilder id = new StringBuilder(LENGTH);
    long bits = 0;
    for (int i = 0; i < LENGTH; i++) {
      if (i % PER_NUMBER == 0) {
        bits = random.getAsLong();
      }
      id.append(ALPHABET.charAt((int) (bits & 31)));
      bits >>>= BITS;
    }
    return id.toString();
  }
}
