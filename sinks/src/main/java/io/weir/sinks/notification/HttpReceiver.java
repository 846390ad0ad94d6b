package io.weir.sinks.notification;

import static java.util.Objects.requireNonNull;

import io.weir.model.alert.AlertState;
import io.weir.sinks.support.TrustedCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.http.HttpEntity;
import org.apache.http.HttpHeaders;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.entity.ContentType;
import org.apache.http.impl.client.CloseableHttpClient;

/**
 * Posts alerts as JSON to one address. A request ends by its deadline whatever the server does, and
 * of an answer only the beginning is read.
 */
public final class HttpReceiver implements Receiver {
  /** 400 and 422: something in it is wrong; 413: there is too much of it. */
  private static final Set<Integer> REFUSALS = Set.of(400, 413, 422);

  private static final int MAX_ANSWER_BYTES = 4 * 1024;
  private static final int MAX_WORDS = 500;

  private final Address address;
  private final CloseableHttpClient client;
  private final String authorization;
  private final Function<List<AlertState>, byte[]> body;
  private final ScheduledExecutorService deadlines;

  /**
   * Where alerts are posted.
   *
   * @param url the address
   * @param name its name for logs
   * @param foreign whether it belongs to somebody else: its path, its query and what it answers may
   *     be secrets and never reach a log, and a certificate that is not to be trusted is its own
   *     matter, for which the job does not stop
   * @param deadline longest time that a request takes, from connecting to the end of its answer
   */
  public record Address(URI url, String name, boolean foreign, Duration deadline) {
    public Address {
      requireNonNull(url, "url");
      requireNonNull(name, "name");
      if (deadline.toMillis() < 1) {
        throw new IllegalArgumentException("the deadline is " + deadline);
      }
    }

    /** Returns the address as it may be shown. */
    String shown() {
      String host = url.getScheme() + "://" + hostAndPort(url);
      return foreign ? host : host + url.getRawPath();
    }
  }

  /**
   * Creates a receiver.
   *
   * @param address where to post
   * @param client posts; closed with the receiver
   * @param authorization value of that header, or null
   * @param body makes the JSON
   */
  public HttpReceiver(
      Address address,
      CloseableHttpClient client,
      String authorization,
      Function<List<AlertState>, byte[]> body) {
    this.address = requireNonNull(address, "address");
    this.client = requireNonNull(client, "client");
    this.authorization = authorization;
    this.body = requireNonNull(body, "body");
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "notify-deadline-" + address.name());
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    this.deadlines = executor;
  }

  /** Returns host and port of an address, and nothing else of it. */
  public static String hostAndPort(URI url) {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  @Override
  public String name() {
    return address.name();
  }

  /** A digest, because the address may be a secret. */
  @Override
  public String id() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(address.url().toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void tell(List<AlertState> alerts) throws IOException {
    HttpPost request = new HttpPost(address.url());
    if (authorization != null) {
      request.setHeader(HttpHeaders.AUTHORIZATION, authorization);
    }
    request.setEntity(new ByteArrayEntity(body.apply(alerts), ContentType.APPLICATION_JSON));
    AtomicBoolean late = new AtomicBoolean();
    ScheduledFuture<?> deadline =
        deadlines.schedule(
            () -> {
              late.set(true);
              request.abort();
            },
            address.deadline().toMillis(),
            TimeUnit.MILLISECONDS);
    try (CloseableHttpResponse response = client.execute(request)) {
      // Closing without having read to the end gives the connection up.
      judge(response, alerts.size());
    } catch (IOException e) {
      throw explained(e, late.get(), alerts.size());
    } finally {
      deadline.cancel(false);
    }
  }

  private void judge(CloseableHttpResponse response, int alerts) throws IOException {
    int status = response.getStatusLine().getStatusCode();
    String words = head(response.getEntity());
    if (status / 100 == 2) {
      return;
    }
    String message =
        request(alerts)
            + " answered "
            + status
            + (address.foreign() || words.isEmpty() ? "" : ": " + words);
    throw REFUSALS.contains(status)
        ? new RefusedException(message)
        : new AnsweredException(message);
  }

  private IOException explained(IOException failure, boolean late, int alerts) {
    if (failure instanceof RefusedException || failure instanceof AnsweredException) {
      return failure;
    }
    if (late) {
      return new IOException(request(alerts) + ": no answer within " + address.deadline(), failure);
    }
    Optional<String> distrust = TrustedCertificates.distrust(failure);
    if (distrust.isPresent() && !address.foreign()) {
      return new UntrustedException(TrustedCertificates.notSent(request(alerts), distrust.get()));
    }
    return failure;
  }

  /** The status alone says what became of the request: words that do not come are no failure. */
  private static String head(HttpEntity entity) {
    if (entity == null) {
      return "";
    }
    byte[] bytes = new byte[MAX_ANSWER_BYTES];
    int length = 0;
    try {
      InputStream content = entity.getContent();
      int read;
      while (length < bytes.length
          && (read = content.read(bytes, length, bytes.length - length)) >= 0) {
        length += read;
      }
    } catch (IOException e) {
      // What has come is enough.
    }
    String words = new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
    return words.substring(0, Math.min(words.length(), MAX_WORDS));
  }

  private String request(int alerts) {
    return "POST " + address.shown() + " with " + alerts + " alerts";
  }

  @Override
  public void close() throws IOException {
    deadlines.shutdownNow();
    client.close();
  }

  /** The server answered that it cannot take the request now, or at all. */
  private static final class AnsweredException extends IOException {
    private static final long serialVersionUID = 1;

    private AnsweredException(String message) {
      super(message);
    }
  }
}
