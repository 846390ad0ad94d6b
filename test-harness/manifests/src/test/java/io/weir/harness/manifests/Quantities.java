package io.weir.harness.manifests;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts as Kubernetes writes them, and memory as Flink's operator takes it. */
final class Quantities {
  private static final Pattern AMOUNT = Pattern.compile("([0-9.]+)([a-zA-Z]*)");

  private static final Map<String, Double> BYTES =
      Map.of(
          "", 1.0,
          "k", 1e3,
          "M", 1e6,
          "G", 1e9,
          "T", 1e12,
          "Ki", 0x1p10,
          "Mi", 0x1p20,
          "Gi", 0x1p30,
          "Ti", 0x1p40);

  private Quantities() {}

  /** Returns cores: {@code 500m} is half of one. */
  static double cores(Object quantity) {
    Matcher amount = amount(quantity);
    double value = Double.parseDouble(amount.group(1));
    return switch (amount.group(2)) {
      case "" -> value;
      case "m" -> value / 1000;
      default -> throw new IllegalArgumentException(quantity + " are no cores");
    };
  }

  /** Returns bytes. */
  static double bytes(Object quantity) {
    Matcher amount = amount(quantity);
    Double unit = BYTES.get(amount.group(2));
    if (unit == null) {
      throw new IllegalArgumentException(quantity + " are no bytes");
    }
    return Double.parseDouble(amount.group(1)) * unit;
  }

  /** Returns bytes of {@code resource.memory} of a FlinkDeployment: {@code 2048m} are 2 GiB. */
  static double flinkBytes(Object quantity) {
    String text = quantity.toString();
    if (!text.endsWith("m")) {
      throw new IllegalArgumentException(text + ": say it in m");
    }
    return Double.parseDouble(text.substring(0, text.length() - 1)) * 0x1p20;
  }

  private static Matcher amount(Object quantity) {
    Matcher amount = AMOUNT.matcher(String.valueOf(quantity));
    if (!amount.matches()) {
      throw new IllegalArgumentException(quantity + " is no quantity");
    }
    return amount;
  }
}
