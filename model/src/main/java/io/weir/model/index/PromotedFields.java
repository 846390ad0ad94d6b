package io.weir.model.index;

import io.weir.model.json.DocumentFields;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The structured fields that have a typed column of their own in hot indices, beside the unmapped
 * {@code fields}: what is asked for by range, counted exactly or sorted by. The job that writes
 * documents, the index template and the gateway have to be given the same list.
 *
 * @param types type by dotted key of the field; iterates in order of the keys
 */
public record PromotedFields(Map<String, Type> types) implements Serializable {

  /** What a promoted field holds. A value that is none of it is left out of the column. */
  public enum Type {
    /** Whole numbers of 64 bits, also written as strings. */
    LONG,
    /** Numbers of double precision, also written as strings. */
    DOUBLE,
    /** Texts of at most {@value PromotedFields#MAX_KEYWORD_CHARS} characters. */
    KEYWORD;

    /** Returns the type's name as it is configured and as Elasticsearch calls it. */
    public String lowerCase() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Most fields that can be promoted: each costs every hot index a column. */
  public static final int MAX_FIELDS = 100;

  /** Longest value of a {@link Type#KEYWORD}, in UTF-16 characters. */
  public static final int MAX_KEYWORD_CHARS = 1024;

  /** No promoted field. */
  public static final PromotedFields NONE = new PromotedFields(Map.of());

  private static final int MAX_KEY_CHARS = 256;
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_@-]+(\\.[A-Za-z0-9_@-]+)*");

  /**
   * Checks its arguments.
   *
   * @throws IllegalArgumentException listing everything that is wrong
   */
  public PromotedFields {
    types = Collections.unmodifiableMap(new TreeMap<>(types));
    List<String> problems = new ArrayList<>();
    for (String key : types.keySet()) {
      if (key.length() > MAX_KEY_CHARS || !KEY.matcher(key).matches()) {
        problems.add(
            "'" + key + "' is no dotted key of letters, digits and _ @ - that can be promoted");
      }
    }
    if (types.size() > MAX_FIELDS) {
      problems.add(types.size() + " fields are more than " + MAX_FIELDS);
    }
    throwIfAny(problems);
  }

  /**
   * Reads entries such as {@code http.status=long}.
   *
   * @throws IllegalArgumentException listing everything that is wrong
   */
  public static PromotedFields parse(Collection<String> entries) {
    Map<String, Type> types = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    for (String entry : entries) {
      int equals = entry.lastIndexOf('=');
      String key = entry.substring(0, Math.max(0, equals)).strip();
      Optional<Type> type = typeNamed(entry.substring(equals + 1).strip());
      if (equals < 0 || type.isEmpty()) {
        problems.add("'" + entry + "' is not field=type, where type is one of " + typeNames());
      } else if (types.put(key, type.get()) != null) {
        problems.add("'" + key + "' stands there twice");
      }
    }
    throwIfAny(problems);
    return new PromotedFields(types);
  }

  private static Optional<Type> typeNamed(String name) {
    return Arrays.stream(Type.values()).filter(type -> type.lowerCase().equals(name)).findFirst();
  }

  /** Returns the names of all types, for people. */
  public static String typeNames() {
    return Arrays.stream(Type.values()).map(Type::lowerCase).collect(Collectors.joining(", "));
  }

  private static void throwIfAny(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** Returns the type of a structured field, empty if it is not promoted. */
  public Optional<Type> typeOf(String key) {
    return Optional.ofNullable(types.get(key));
  }

  /** Returns the path of a promoted field's column in a document. */
  public static String column(String key) {
    return DocumentFields.PROMOTED + "." + key;
  }

  /** Returns whether no field is promoted. */
  public boolean isEmpty() {
    return types.isEmpty();
  }
}
