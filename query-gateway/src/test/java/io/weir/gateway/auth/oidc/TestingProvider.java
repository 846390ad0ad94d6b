package io.weir.gateway.auth.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An issuer of tokens over real HTTP, with real keys: what a gateway needs of a provider. */
public final class TestingProvider implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger fetches = new AtomicInteger();
  private final List<ObjectNode> published = new ArrayList<>();
  private volatile boolean away;
  private volatile CountDownLatch silence = new CountDownLatch(0);

  public TestingProvider() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  /** A key pair and the name by which tokens refer to it. */
  public record SigningKey(String id, String algorithm, KeyPair pair) {}

  public String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/realm";
  }

  public void away(boolean value) {
    away = value;
  }

  /** Says nothing until the latch is open. */
  public void silentUntil(CountDownLatch open) {
    silence = open;
  }

  /** Returns how often anything was asked, answered or not. */
  public int asked() {
    return asked.get();
  }

  /** Returns how often the keys were fetched. */
  public int fetches() {
    return fetches.get();
  }

  /** Makes a key; it is not published. */
  public static SigningKey key(String id, String algorithm) {
    try {
      KeyPairGenerator generator =
          KeyPairGenerator.getInstance(algorithm.startsWith("ES") ? "EC" : "RSA");
      if (algorithm.startsWith("ES")) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      } else {
        generator.initialize(2048);
      }
      return new SigningKey(id, algorithm, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Publishes the public half of a key. */
  public synchronized void publish(SigningKey key) {
    ObjectNode jwk = JSON.createObjectNode();
    jwk.put("kid", key.id()).put("alg", key.algorithm()).put("use", "sig");
    if (key.pair().getPublic() instanceof RSAPublicKey rsa) {
      jwk.put("kty", "RSA");
      jwk.put("n", number(rsa.getModulus(), 256)).put("e", number(rsa.getPublicExponent(), 3));
    } else if (key.pair().getPublic() instanceof ECPublicKey ec) {
      jwk.put("kty", "EC").put("crv", "P-256");
      jwk.put("x", number(ec.getW().getAffineX(), 32));
      jwk.put("y", number(ec.getW().getAffineY(), 32));
    }
    published.add(jwk);
  }

  public synchronized void withdrawAll() {
    published.clear();
  }

  private static String number(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] sized = new byte[length];
    int copied = Math.min(length, bytes.length);
    System.arraycopy(bytes, bytes.length - copied, sized, length - copied, copied);
    return url(sized);
  }

  private static String url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Returns a token that is good for five minutes, with some claims changed. */
  public String token(SigningKey key, Consumer<ObjectNode> change) {
    return sign(key, claims(change));
  }

  private ObjectNode claims(Consumer<ObjectNode> change) {
    long now = Instant.now().getEpochSecond();
    ObjectNode claims = JSON.createObjectNode();
    claims.put("iss", issuer()).put("aud", "weir").put("sub", "u-1");
    claims.put("preferred_username", "ada").put("iat", now).put("exp", now + 300);
    claims.putArray("roles").add("weir-read");
    change.accept(claims);
    return claims;
  }

  private static String sign(SigningKey key, ObjectNode claims) {
    try {
      ObjectNode header = JSON.createObjectNode();
      header.put("alg", key.algorithm()).put("typ", "JWT").put("kid", key.id());
      String text = part(header) + "." + part(claims);
      Signature signature =
          Signature.getInstance(
              key.algorithm().startsWith("ES") ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
      signature.initSign(key.pair().getPrivate());
      signature.update(text.getBytes(UTF_8));
      return text + "." + url(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a token without a signature, which says so. */
  public String unsigned() {
    ObjectNode header = JSON.createObjectNode().put("alg", "none").put("typ", "JWT");
    return part(header) + "." + part(claims(claims -> {})) + ".";
  }

  /** Returns a token signed with the public key as if that were a shared secret. */
  public String confused(SigningKey key) {
    try {
      ObjectNode header = JSON.createObjectNode();
      header.put("alg", "HS256").put("typ", "JWT").put("kid", key.id());
      String text = part(header) + "." + part(claims(claims -> {}));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.pair().getPublic().getEncoded(), "HmacSHA256"));
      return text + "." + url(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String part(ObjectNode json) {
    return url(json.toString().getBytes(UTF_8));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    ObjectNode json = JSON.createObjectNode();
    int status = 200;
    asked.incrementAndGet();
    try {
      silence.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (away) {
      status = 500;
    } else if (path.equals("/realm/.well-known/openid-configuration")) {
      json.put("issuer", issuer()).put("jwks_uri", issuer() + "/keys");
    } else if (path.equals("/realm/keys")) {
      fetches.incrementAndGet();
      ArrayNode keys = json.putArray("keys");
      synchronized (this) {
        published.forEach(keys::add);
      }
    } else {
      status = 404;
    }
    byte[] body = json.toString().getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
