package io.weir.gateway.ui;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * The web interface in memory: one page under several names, and what it loads. All that is loaded
 * lies in a folder that is named after the content of everything, so that a browser may keep it for
 * ever and never mixes two versions; only the page itself is asked for each time.
 */
public final class UiFiles {
  private static final String PAGE = "index.html";
  private static final String VERSION = "{version}";
  private static final int VERSION_LENGTH = 16;
  private static final Pattern INLINE =
      Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

  /** The names of the page; each is a view that the page shows. */
  private static final Set<String> VIEWS =
      Set.of("", "logs", "metrics", "dashboards", "alerts", "pipeline");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private final Map<String, UiFile> files = new HashMap<>();
  private final String policy;

  private UiFiles(SortedMap<String, byte[]> sources) {
    String version = version(sources);
    String page = new String(sources.get(PAGE), UTF_8).replace(VERSION, version);
    UiFile served = file(PAGE, page.getBytes(UTF_8), false);
    VIEWS.forEach(view -> files.put(view, served));
    sources.forEach(
        (name, content) -> {
          if (!name.equals(PAGE)) {
            files.put(version + "/" + name, file(name, content, true));
          }
        });
    this.policy = policy(page);
  }

  /** Reads the interface out of this program. */
  public static UiFiles read() {
    return new UiFiles(UiSources.read());
  }

  /** Returns what a path below {@code /ui/} holds. */
  public Optional<UiFile> find(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /**
   * Returns the content security policy under which the interface runs: its own files and nothing
   * else, and no text ever becomes markup.
   */
  public String policy() {
    return policy;
  }

  private static String policy(String page) {
    Matcher inline = INLINE.matcher(page);
    if (!inline.find()) {
      throw new IllegalStateException(PAGE + " has no import map");
    }
    String hash =
        Base64.getEncoder().encodeToString(sha256().digest(inline.group(1).getBytes(UTF_8)));
    return "default-src 'none'; script-src 'self' 'sha256-"
        + hash
        + "'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
        + " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script';"
        + " trusted-types 'none'";
  }

  private static String version(SortedMap<String, byte[]> sources) {
    MessageDigest digest = sha256();
    sources.forEach(
        (name, content) -> {
          digest.update(name.getBytes(UTF_8));
          digest.update((byte) 0);
          digest.update(sha256().digest(content));
        });
    return HexFormat.of().formatHex(digest.digest()).substring(0, VERSION_LENGTH);
  }

  private static UiFile file(String name, byte[] content, boolean lasting) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null) {
      throw new IllegalStateException(name + " has no media type");
    }
    String etag = '"' + HexFormat.of().formatHex(sha256().digest(content)).substring(0, 32) + '"';
    return new UiFile(type, etag, lasting, content, gzip(content));
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be written to", e);
    }
    return compressed.toByteArray();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
