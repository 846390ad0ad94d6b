package io.weir.sinks.webhook;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Webhooks that are told about alerts, and what they may be. Its text form shows no path, which is
 * often a secret.
 *
 * @param urls the webhooks
 * @param allowedHosts hosts that webhooks may have; {@code *.example.org} stands for every name
 *     below
 * @param allowPrivateHosts hosts that may have addresses that are not public
 * @param bearerToken sent to each of them, or null
 * @param timeout longest time for one request, its answer included
 */
public record WebhookTargets(
    List<URI> urls,
    List<String> allowedHosts,
    Set<String> allowPrivateHosts,
    String bearerToken,
    Duration timeout)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * Checks its arguments.
   *
   * @throws IllegalArgumentException listing everything that is wrong
   */
  public WebhookTargets {
    urls = List.copyOf(urls);
    allowedHosts = List.copyOf(allowedHosts);
    allowPrivateHosts = Set.copyOf(allowPrivateHosts);
    List<String> problems = new ArrayList<>();
    for (URI url : urls) {
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (!http || url.getHost() == null || url.getUserInfo() != null) {
        problems.add("a url is not http(s)://host/path");
      } else if (allowedHosts.stream().noneMatch(pattern -> matches(url.getHost(), pattern))) {
        problems.add("host '" + url.getHost() + "' is not among the allowed hosts");
      }
    }
    if (timeout.toMillis() < 1) {
      problems.add("timeout must be at least 1 ms");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("webhooks: " + String.join("; ", problems));
    }
  }

  private static boolean matches(String host, String pattern) {
    return pattern.startsWith("*.")
        ? host.regionMatches(
            true, host.length() - pattern.length() + 1, pattern, 1, pattern.length() - 1)
        : host.equalsIgnoreCase(pattern);
  }

  @Override
  public String toString() {
    return "WebhookTargets" + urls.stream().map(URI::getHost).toList();
  }
}
