package io.weir.model.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keys of log records. A service lives in one partition, the one of its name, unless it has
 * outgrown that: then it has a partition set of {@code n} keys {@code service#0} to {@code
 * service#n-1}, and a record's key is a pure function of its host, so that an event that is sent
 * again lands where the first copy did. Every producer has to be given the same sets; {@code
 * docs/gateway.md} says what agents do.
 *
 * @param sizes number of keys by service, for services that have a set; iterates in order of the
 *     names
 */
public record PartitionSets(Map<String, Integer> sizes) {
  /** Most keys of one service. */
  public static final int MAX_SIZE = 10_000;

  /** Every service lives in one partition. */
  public static final PartitionSets NONE = new PartitionSets(Map.of());

  private static final char SEPARATOR = '#';

  /**
   * Checks its arguments.
   *
   * @throws IllegalArgumentException listing everything that is wrong
   */
  public PartitionSets {
    sizes = Collections.unmodifiableMap(new TreeMap<>(sizes));
    List<String> problems = new ArrayList<>();
    sizes.forEach(
        (service, size) -> {
          if (service.isBlank()) {
            problems.add("a service without a name");
          }
          if (size < 1 || size > MAX_SIZE) {
            problems.add(service + ": " + size + " keys are not between 1 and " + MAX_SIZE);
          }
        });
    throwIfAny(problems);
  }

  /**
   * Reads entries such as {@code payments=8}.
   *
   * @throws IllegalArgumentException listing everything that is wrong
   */
  public static PartitionSets parse(Collection<String> entries) {
    Map<String, Integer> sizes = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    for (String entry : entries) {
      int equals = entry.lastIndexOf('=');
      String service = entry.substring(0, Math.max(0, equals)).strip();
      String size = entry.substring(equals + 1).strip();
      if (equals < 0 || !size.matches("[0-9]{1,9}")) {
        problems.add("'" + entry + "' is not service=number");
      } else if (sizes.put(service, Integer.valueOf(size)) != null) {
        problems.add("'" + service + "' stands there twice");
      }
    }
    throwIfAny(problems);
    return new PartitionSets(sizes);
  }

  private static void throwIfAny(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /**
   * Returns the key of a record.
   *
   * @param host null counts as an empty name: all events without a host share one key
   */
  public String key(String service, String host) {
    Integer size = sizes.get(service);
    if (size == null) {
      return service;
    }
    byte[] name = host == null ? new byte[0] : host.getBytes(StandardCharsets.UTF_8);
    return service + SEPARATOR + Murmur2.positive(name) % size;
  }

  /** Returns every key under which records of a service may stand. */
  public List<String> keys(String service) {
    Integer size = sizes.get(service);
    if (size == null) {
      return List.of(service);
    }
    List<String> keys = new ArrayList<>(size);
    for (int k = 0; k < size; k++) {
      keys.add(service + SEPARATOR + k);
    }
    return keys;
  }
}
