package io.weir.harness.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The sentences that generated services write: fixed text with variables, as real programs have
 * them. Weights give a level mix of about 2 % TRACE, 12 % DEBUG, 76 % INFO, 6 % WARN, 3.5 % ERROR
 * and 0.2 % FATAL.
 */
final class MessageTemplates {
  private static final List<Template> ALL =
      List.of(
          template(
              130,
              "INFO",
              "[http-exec-{small}] {verb} {path} completed with status {status} in {ms} ms, {bytes} bytes sent to {ip}"),
          template(
              90,
              "INFO",
              "[payment-worker-{small}] Charged card ending {four} for order {order} through {gateway} in {ms} ms after {small} attempts"),
          template(
              90,
              "INFO",
              "[session-janitor-{small}] Session {hex} of user {user} refreshed, token now valid for {seconds} s in region {zone}"),
          template(
              80,
              "INFO",
              "[outbox-relay-{small}] Published event order.updated for order {order} to partition {small} at offset {offset}"),
          template(
              80,
              "INFO",
              "Consumer group checkout-{small} committed offset {offset} of topic orders, lag is {bytes} records"),
          template(
              70,
              "INFO",
              "[upload-pool-{small}] Stored object uploads/{user}/{hex}.jpg of {bytes} bytes, checksum verified in {ms} ms"),
          template(
              60,
              "INFO",
              "Scheduled job rebuild-recommendations finished: {bytes} items scored in {seconds} s by {small} workers"),
          template(
              60,
              "INFO",
              "Health probe of dependency {dependency} answered {status} in {ms} ms, circuit stays closed"),
          template(
              50,
              "INFO",
              "Utilisateur {user} connecté depuis {ip} avec la méthode « mot de passe » en {ms} ms"),
          template(
              50,
              "INFO",
              "Feature flag \"checkout-v{small}\" evaluated to true for user {user} by rule C:\\rules\\{small}.yml"),
          template(
              70,
              "DEBUG",
              "[http-exec-{small}] Cache lookup for key user:{user}:profile missed after {micros} us, loading from {dependency}"),
          template(
              50,
              "DEBUG",
              "Acquired connection {small} of 32 from pool {dependency} after waiting {micros} us, {small} are idle"),
          template(
              20,
              "TRACE",
              "Entering filter chain for {verb} {path} with {small} headers, trace {hex}"),
          template(
              25,
              "WARN",
              "Slow query on {dependency}: select orders by user {user} took {ms} ms, threshold is 250 ms"),
          template(
              20,
              "WARN",
              "Retrying call to {dependency} for order {order}, attempt {small} of 5, last answer was {status}"),
          template(
              15,
              "WARN",
              "Rate limit reached for client {ip}: {bytes} requests in {seconds} s, next window opens in {ms} ms"),
          template(
              15,
              "ERROR",
              "connection refused by {dependency} at {ip}:5432 while loading order {order} for user {user}"),
          template(
              12,
              "ERROR",
              "Payment of order {order} was declined by {gateway} with code {status} after {ms} ms"),
          template(
              8,
              "ERROR",
              """
              Unhandled exception in {verb} {path}: java.lang.IllegalStateException: order {order} is closed
              \tat com.shop.orders.OrderService.update(OrderService.java:{small})
              \tat com.shop.http.Dispatcher.handle(Dispatcher.java:{small})"""),
          template(
              2, "FATAL", "Out of memory while building report {hex}, worker {small} gives up ⚠"));

  private static final String[] VERBS = {"GET", "POST", "PUT", "DELETE", "PATCH"};
  private static final String[] PATHS = {
    "/api/v1/orders", "/api/v1/cart/items", "/api/v2/users/me", "/checkout", "/search", "/health"
  };
  private static final String[] DEPENDENCIES = {
    "orders-db", "users-db", "redis-sessions", "inventory", "pricing", "mail-relay"
  };
  private static final String[] GATEWAYS = {"stripe", "adyen", "paypal", "klarna"};
  private static final String[] ZONES = {"eu-west-1a", "eu-west-1b", "us-east-1c", "ap-south-1a"};
  private static final int[] STATUSES = {
    200, 200, 200, 200, 201, 204, 304, 400, 404, 429, 500, 503
  };

  private final Template[] byWeight;

  MessageTemplates() {
    List<Template> slots = new ArrayList<>();
    for (Template template : ALL) {
      for (int i = 0; i < template.weight(); i++) {
        slots.add(template);
      }
    }
    byWeight = slots.toArray(Template[]::new);
  }

  /** Draws a template; a sentence with a greater weight comes up more often. */
  Template draw(SplittableRandom random) {
    return byWeight[random.nextInt(byWeight.length)];
  }

  private static Template template(int weight, String level, String text) {
    List<Object> parts = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf('{', at);
      if (open < 0) {
        parts.add(text.substring(at));
        break;
      }
      if (open > at) {
        parts.add(text.substring(at, open));
      }
      int close = text.indexOf('}', open);
      parts.add(
          Variable.valueOf(text.substring(open + 1, close).toUpperCase(java.util.Locale.ROOT)));
      at = close + 1;
    }
    return new Template(weight, level, List.copyOf(parts));
  }

  /**
   * A sentence.
   *
   * @param weight how often it comes up, relative to the others
   * @param level severity of events that say it
   * @param parts texts and variables in order
   */
  record Template(int weight, String level, List<Object> parts) {

    /** Appends the sentence with freshly drawn variables. */
    void append(StringBuilder target, SplittableRandom random) {
      for (int i = 0; i < parts.size(); i++) {
        if (parts.get(i) instanceof Variable variable) {
          variable.append(target, random);
        } else {
          target.append((String) parts.get(i));
        }
      }
    }
  }

  /** What varies in a sentence. */
  private enum Variable {
    VERB,
    PATH,
    STATUS,
    MS,
    MICROS,
    SECONDS,
    BYTES,
    SMALL,
    FOUR,
    IP,
    ORDER,
    USER,
    OFFSET,
    HEX,
    GATEWAY,
    DEPENDENCY,
    ZONE;

    void append(StringBuilder target, SplittableRandom random) {
      switch (this) {
        case VERB -> target.append(VERBS[random.nextInt(VERBS.length)]);
        case PATH -> target.append(PATHS[random.nextInt(PATHS.length)]);
        case STATUS -> target.append(STATUSES[random.nextInt(STATUSES.length)]);
        case MS -> target.append(1 + random.nextInt(900));
        case MICROS -> target.append(10 + random.nextInt(9000));
        case SECONDS -> target.append(1 + random.nextInt(3600));
        case BYTES -> target.append(100 + random.nextInt(50_000));
        case SMALL -> target.append(1 + random.nextInt(9));
        case FOUR -> target.append(1000 + random.nextInt(9000));
        case IP ->
            target
                .append("10.")
                .append(random.nextInt(4))
                .append('.')
                .append(random.nextInt(256))
                .append('.')
                .append(random.nextInt(256));
        case ORDER -> target.append(8_000_000 + random.nextInt(1_000_000));
        case USER -> target.append(10_000 + random.nextInt(90_000));
        case OFFSET -> target.append(4_000_000_000L + random.nextInt(1_000_000_000));
        case HEX -> LogStream.appendHex(target, random.nextLong(), 8);
        case GATEWAY -> target.append(GATEWAYS[random.nextInt(GATEWAYS.length)]);
        case DEPENDENCY -> target.append(DEPENDENCIES[random.nextInt(DEPENDENCIES.length)]);
        case ZONE -> target.append(ZONES[random.nextInt(ZONES.length)]);
      }
    }
  }
}
