package io.weir.jobs.options;

import io.weir.sinks.alertmanager.AlertmanagerConnection;
import io.weir.sinks.alertmanager.AlertmanagerSink;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where Alertmanagers are and how they are told. */
public final class AlertmanagerOptions {
  private static final Option<List<URI>> URLS =
      Option.of(
          "alertmanager.urls",
          OptionType.URLS,
          "Every Alertmanager of a cluster, for example `http://am-1:9093, http://am-2:9093`; a"
              + " path before `/api/v2` may follow. Without it alerts go to the topics only.");

  private static final Option<String> USERNAME =
      Option.of("alertmanager.username", OptionType.TEXT, "User of basic authentication.");

  private static final Option<String> PASSWORD =
      Option.secret("alertmanager.password", "Password of that user.");

  private static final Option<String> BEARER_TOKEN =
      Option.secret("alertmanager.bearer-token", "Token, instead of user and password.");

  private static final Option<String> CA_CERTIFICATE =
      Option.of(
          "alertmanager.ca-certificate",
          OptionType.TEXT,
          "Path of a PEM file with the certificate authorities to trust instead of the JDK's. Read"
              + " where the job is submitted.");

  private static final Option<Duration> CONNECT_TIMEOUT =
      Option.of(
          "alertmanager.connect-timeout", OptionType.DURATION, "5 s", "Longest time to connect.");

  private static final Option<Duration> REQUEST_TIMEOUT =
      Option.of(
          "alertmanager.request-timeout",
          OptionType.DURATION,
          "10 s",
          "Longest time until a request is answered, once connected.");

  private static final Option<Duration> RESEND_EVERY =
      Option.of(
          "alertmanager.resend-every",
          OptionType.DURATION,
          "1 min",
          "How often a firing alert is told again. Who is notified how often is decided by"
              + " Alertmanager.");

  private static final Option<Duration> ENDS_AFTER =
      Option.of(
          "alertmanager.ends-after",
          OptionType.DURATION,
          "10 min",
          "How long an Alertmanager that hears nothing more takes an alert to be firing: longer"
              + " than a restart of the job, at least twice `alertmanager.resend-every`.");

  /** The group in the reference. */
  public static final OptionGroup GROUP =
      OptionGroup.of(
          "Alertmanager",
          "Alertmanager is told the latest state of each alert until it knows; while it is away the"
              + " job goes on.",
          URLS,
          USERNAME,
          PASSWORD,
          BEARER_TOKEN,
          CA_CERTIFICATE,
          CONNECT_TIMEOUT,
          REQUEST_TIMEOUT,
          RESEND_EVERY,
          ENDS_AFTER);

  private AlertmanagerOptions() {}

  /** Returns whom to tell; empty where nobody is named, or after an error. */
  static Optional<AlertsJobOptions.Alertmanager> read(
      OptionValues values, Optional<String> gatewayUrl) {
    Optional<List<URI>> urls = values.find(URLS);
    Optional<String> username = values.find(USERNAME);
    Optional<String> password = values.find(PASSWORD);
    Optional<String> token = values.find(BEARER_TOKEN);
    Optional<String> certificate =
        values.find(CA_CERTIFICATE).map(path -> readCertificate(values, path));
    Duration connectTimeout = values.require(CONNECT_TIMEOUT);
    Duration requestTimeout = values.require(REQUEST_TIMEOUT);
    Duration resendEvery = values.require(RESEND_EVERY);
    Duration endsAfter = values.require(ENDS_AFTER);
    if (urls.isEmpty()) {
      return Optional.empty();
    }
    return values.attempt(
        "alertmanager.*",
        () -> {
          AlertmanagerConnection connection =
              new AlertmanagerConnection(
                  urls.get(),
                  username.orElse(null),
                  password.orElse(null),
                  token.orElse(null),
                  certificate.orElse(null),
                  connectTimeout,
                  requestTimeout);
          AlertmanagerSink.to(connection, resendEvery, endsAfter, gatewayUrl.orElse(null));
          return new AlertsJobOptions.Alertmanager(connection, resendEvery, endsAfter, gatewayUrl);
        });
  }

  private static String readCertificate(OptionValues values, String path) {
    try {
      return Files.readString(Path.of(path), StandardCharsets.UTF_8);
    } catch (IOException e) {
      values.check(false, CA_CERTIFICATE.key() + ": cannot read " + path + ": " + e);
      return null;
    }
  }
}
