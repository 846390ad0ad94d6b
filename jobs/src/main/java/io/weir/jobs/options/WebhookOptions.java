package io.weir.jobs.options;

import io.weir.sinks.webhook.WebhookTargets;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Webhooks that are told about alerts without Alertmanager. */
public final class WebhookOptions {
  private static final Option<List<URI>> URLS =
      Option.secret(
          "webhook.urls",
          OptionType.URLS,
          "Webhooks that get `{\"alerts\":[...]}` when alerts begin to fire and when they are"
              + " resolved, beside what Alertmanager does. Their paths are often secrets, so no log"
              + " has them.");

  private static final Option<List<String>> ALLOWED_HOSTS =
      Option.of(
          "webhook.allowed-hosts",
          OptionType.LIST,
          "Hosts that webhooks may have; `*.example.org` stands for every name below. A webhook of"
              + " another host is an error.");

  private static final Option<List<String>> ALLOW_PRIVATE_HOSTS =
      Option.of(
          "webhook.allow-private-hosts",
          OptionType.LIST,
          "Hosts that may have loopback, link-local, private or other special addresses. Without it"
              + " only public addresses are connected to, checked at each connection.");

  private static final Option<String> BEARER_TOKEN =
      Option.secret("webhook.bearer-token", "Token that each webhook is sent.");

  private static final Option<Duration> TIMEOUT =
      Option.of(
          "webhook.timeout",
          OptionType.DURATION,
          "10 s",
          "Longest time for one request, its answer included.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Webhooks", "", URLS, ALLOWED_HOSTS, ALLOW_PRIVATE_HOSTS, BEARER_TOKEN, TIMEOUT);

  private WebhookOptions() {}

  /** Returns whom to tell; empty where nobody is named, or after an error. */
  static Optional<WebhookTargets> read(OptionValues values) {
    Optional<List<URI>> urls = values.find(URLS);
    List<String> allowed = values.find(ALLOWED_HOSTS).orElse(List.of());
    List<String> allowPrivate = values.find(ALLOW_PRIVATE_HOSTS).orElse(List.of());
    Optional<String> token = values.find(BEARER_TOKEN);
    Duration timeout = values.require(TIMEOUT);
    if (urls.isEmpty() || urls.get().isEmpty()) {
      return Optional.empty();
    }
    return values.attempt(
        "webhook.*",
        () ->
            new WebhookTargets(
                urls.get(), allowed, Set.copyOf(allowPrivate), token.orElse(null), timeout));
  }
}
