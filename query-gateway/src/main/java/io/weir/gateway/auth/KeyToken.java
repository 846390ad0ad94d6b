package io.weir.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client presents: {@code weir_<id>_<secret>}. The id finds the key in the file; the secret
 * has 256 random bits, so that a plain SHA-256 of the whole text is all that has to be kept: there
 * is no dictionary to slow down.
 */
public final class KeyToken {
  /** By which a key is told from the tokens of an identity provider, and found by scanners. */
  public static final String PREFIX = "weir_";

  private static final int ID_BYTES = 6;
  private static final int SECRET_BYTES = 32;
  private static final Pattern TOKEN =
      Pattern.compile(PREFIX + "([0-9a-f]{" + 2 * ID_BYTES + "})_[A-Za-z0-9_-]{43}");
  private static final String HASH_PREFIX = "sha256:";
  private static final Pattern HASH = Pattern.compile(HASH_PREFIX + "[0-9a-f]{64}");

  private KeyToken() {}

  /**
   * Makes a new token.
   *
   * @param random fills an array with bytes that nobody can guess
   */
  public static String create(Consumer<byte[]> random) {
    byte[] id = new byte[ID_BYTES];
    byte[] secret = new byte[SECRET_BYTES];
    random.accept(id);
    random.accept(secret);
    return PREFIX
        + HexFormat.of().formatHex(id)
        + "_"
        + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  /** Returns the id in a token; empty if it is none. */
  public static Optional<String> id(String token) {
    Matcher matcher = TOKEN.matcher(token);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Returns what is kept of a token. */
  public static String hash(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return HASH_PREFIX + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Returns whether a token is the one whose hash was kept, in a time that tells nothing. */
  static boolean matches(String token, String hash) {
    return MessageDigest.isEqual(
        hash(token).getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
  }

  static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  static boolean isId(String text) {
    return text.length() == 2 * ID_BYTES && text.matches("[0-9a-f]+");
  }
}
