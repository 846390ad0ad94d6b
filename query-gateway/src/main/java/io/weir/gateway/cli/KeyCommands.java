package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.auth.ApiKey;
import io.weir.gateway.auth.InvalidKeyFileException;
import io.weir.gateway.auth.KeyFile;
import io.weir.gateway.auth.KeyToken;
import io.weir.gateway.auth.Scope;
import io.weir.gateway.auth.ServiceAccess;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Keeps the file of API keys that gateways read ({@code auth.keys-file}); asks no gateway. A new
 * key is written to the standard output once and kept nowhere: the file has its hash.
 */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = {
      "Makes, lists, replaces and revokes API keys, in the file that gateways read.",
      "Gateways see a change within seconds (http.reload-interval)."
    })
final class KeyCommands {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SPAN = Pattern.compile("(\\d{1,6})(m|h|d)");

  private final Weir weir;
  private final Optional<String> fileOfEnvironment;
  private final Clock clock;
  private final Consumer<byte[]> random;

  /**
   * @param fileOfEnvironment of WEIR_KEYS_FILE
   * @param random fills an array with bytes that nobody can guess
   */
  KeyCommands(Weir weir, Optional<String> fileOfEnvironment, Clock clock, Consumer<byte[]> random) {
    this.weir = Objects.requireNonNull(weir, "weir");
    this.fileOfEnvironment = Objects.requireNonNull(fileOfEnvironment, "fileOfEnvironment");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.random = Objects.requireNonNull(random, "random");
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Makes a key and writes it to the standard output, once.")
  int create(
      @Option(
              names = "--file",
              paramLabel = "FILE",
              description = "The file of keys; otherwise WEIR_KEYS_FILE.")
          Path file,
      @Option(
              names = "--name",
              required = true,
              description = "For people: whose it is and what for.")
          String name,
      @Option(
              names = "--scope",
              required = true,
              split = ",",
              paramLabel = "ingest|read|admin",
              description = "What may be done; admin includes read.")
          List<String> scopes,
      @Option(
              names = "--service",
              split = ",",
              paramLabel = "SERVICE",
              description = "The only services whose data may be sent and seen; all without it.")
          List<String> services,
      @Option(
              names = "--expires-in",
              paramLabel = "SPAN",
              description = "Such as 90d, 12h; never without it.")
          String expiresIn,
      @Option(names = "--requests-per-second", description = "0 for no limit.")
          Integer requestsPerSecond,
      @Option(names = "--concurrent", description = "Requests at a time; 0 for no limit.")
          Integer concurrent,
      @Option(names = "--streams", description = "Live streams at a time; 0 for no limit.")
          Integer streams) {
    return told(
        () -> {
          Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
          String token = KeyToken.create(random);
          if (name.isBlank()) {
            throw new GatewayCallException("--name is empty");
          }
          ApiKey key =
              new ApiKey(
                  KeyToken.id(token).orElseThrow(),
                  name.strip(),
                  KeyToken.hash(token),
                  scopes(scopes),
                  services == null
                      ? ServiceAccess.ALL
                      : ServiceAccess.only(new HashSet<>(services)),
                  now,
                  Optional.ofNullable(expiresIn).map(KeyCommands::span).map(now::plus),
                  limit("--requests-per-second", requestsPerSecond),
                  limit("--concurrent", concurrent),
                  limit("--streams", streams));
          file(file).change(keys -> plus(keys, key));
          show(key, token);
        });
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the keys.")
  int list(
      @Option(names = "--file", paramLabel = "FILE", description = "The file of keys.") Path file) {
    return told(
        () -> {
          Terminal output = weir.output();
          for (ApiKey key : file(file).read()) {
            if (output.writesJson()) {
              output.json(json(key));
            } else {
              output.line(
                  String.format(
                      "%s  %-24s %-18s %-30s %s",
                      key.id(), key.name(), names(key), key.services().names(), end(key)));
            }
          }
        });
  }

  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "Takes a key out of the file.")
  int revoke(
      @Option(names = "--file", paramLabel = "FILE", description = "The file of keys.") Path file,
      @Parameters(paramLabel = "ID", description = "The id, or the whole key.") String idOrKey) {
    return told(
        () -> {
          String id = KeyToken.id(idOrKey).orElse(idOrKey);
          file(file)
              .change(
                  keys -> {
                    find(keys, id);
                    return keys.stream().filter(key -> !key.id().equals(id)).toList();
                  });
        });
  }

  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a key that may do what another may, and lets the other expire.",
        "Both are good meanwhile, so that clients can change without a gap."
      })
  int rotate(
      @Option(names = "--file", paramLabel = "FILE", description = "The file of keys.") Path file,
      @Option(
              names = "--overlap",
              defaultValue = "24h",
              paramLabel = "SPAN",
              description = "How long the old key is good; ${DEFAULT-VALUE} by default.")
          String overlap,
      @Parameters(paramLabel = "ID", description = "The id, or the whole key.") String idOrKey) {
    return told(
        () -> {
          Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
          Instant end = now.plus(span(overlap));
          String token = KeyToken.create(random);
          String id = KeyToken.id(idOrKey).orElse(idOrKey);
          List<ApiKey> made = new ArrayList<>();
          file(file)
              .change(
                  keys -> {
                    ApiKey old = find(keys, id);
                    // As long as the old one was meant to live, counted from now.
                    Optional<Instant> expires =
                        old.expires().map(at -> now.plus(Duration.between(old.created(), at)));
                    ApiKey key =
                        new ApiKey(
                            KeyToken.id(token).orElseThrow(),
                            old.name(),
                            KeyToken.hash(token),
                            old.scopes(),
                            old.services(),
                            now,
                            expires,
                            old.requestsPerSecond(),
                            old.concurrent(),
                            old.streams());
                    made.add(key);
                    boolean sooner = old.expires().filter(at -> at.isBefore(end)).isPresent();
                    return plus(
                        keys.stream()
                            .map(one -> one.id().equals(id) && !sooner ? one.expiring(end) : one)
                            .toList(),
                        key);
                  });
          show(made.get(0), token);
        });
  }

  private static List<ApiKey> plus(List<ApiKey> keys, ApiKey key) {
    List<ApiKey> more = new ArrayList<>(keys);
    more.add(key);
    return more;
  }

  private static ApiKey find(List<ApiKey> keys, String id) {
    return keys.stream()
        .filter(key -> key.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new GatewayCallException("the file has no key '" + id + "'"));
  }

  private void show(ApiKey key, String token) {
    Terminal output = weir.output();
    if (output.writesJson()) {
      output.json(json(key).put("key", token));
    } else {
      output.line(token);
      weir.warn("key " + key.id() + " is shown once and kept nowhere; " + end(key));
    }
  }

  private static ObjectNode json(ApiKey key) {
    ObjectNode json = JSON.createObjectNode().put("id", key.id()).put("name", key.name());
    key.scopes().stream()
        .sorted()
        .forEach(scope -> json.withArray("scopes").add(scope.lowerCase()));
    key.services()
        .only()
        .ifPresentOrElse(
            names -> names.stream().sorted().forEach(json.withArray("services")::add),
            () -> json.putNull("services"));
    json.put("created", key.created().toString());
    json.put("expires", key.expires().map(Instant::toString).orElse(null));
    return json;
  }

  private String end(ApiKey key) {
    return key.expires()
        .map(at -> (key.isExpired(clock.instant()) ? "expired " : "expires ") + at)
        .orElse("does not expire");
  }

  private static String names(ApiKey key) {
    return key.scopes().stream().sorted().map(Scope::lowerCase).collect(Collectors.joining(","));
  }

  private KeyFile file(Path given) {
    return new KeyFile(
        Optional.ofNullable(given)
            .or(() -> fileOfEnvironment.map(Path::of))
            .orElseThrow(
                () -> new GatewayCallException("which file? give --file or set WEIR_KEYS_FILE")));
  }

  private static Set<Scope> scopes(List<String> names) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String name : names) {
      try {
        scopes.add(Scope.valueOf(name.strip().toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new GatewayCallException("--scope '" + name + "' is not ingest, read or admin");
      }
    }
    return scopes;
  }

  private static Duration span(String text) {
    Matcher matcher = SPAN.matcher(text.strip());
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw new GatewayCallException("'" + text + "' is no span such as 90d, 12h or 30m");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private static Optional<Integer> limit(String option, Integer value) {
    if (value != null && value < 0) {
      throw new GatewayCallException(option + " is less than 0");
    }
    return Optional.ofNullable(value);
  }

  /** What is wrong with the file or an argument is said in one line. */
  private static int told(Runnable work) {
    try {
      work.run();
      return 0;
    } catch (InvalidKeyFileException | UncheckedIOException | IllegalArgumentException e) {
      throw new GatewayCallException(Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }
  }
}
