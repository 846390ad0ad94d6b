package io.weir.sinks.support;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** TLS contexts that trust what the user named, and nothing else. */
public final class TrustedCertificates {
  private static final int SHA_256_BYTES = 32;
  private static final int MAX_CAUSES = 20;

  private TrustedCertificates() {}

  /**
   * Returns a context that trusts certificate authorities.
   *
   * @param pem one or more certificates as PEM text
   * @throws IllegalArgumentException if there is none, or one cannot be read
   */
  public static SSLContext ofAuthorities(String pem) {
    try {
      Collection<? extends Certificate> authorities =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
      if (authorities.isEmpty()) {
        throw new IllegalArgumentException("CA certificate: there is no certificate in it");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate authority : authorities) {
        store.setCertificateEntry("ca-" + number++, authority);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return context(trust.getTrustManagers());
    } catch (CertificateException e) {
      throw new IllegalArgumentException("CA certificate: " + e.getMessage(), e);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JDK cannot trust certificates", e);
    }
  }

  /**
   * Returns a context that trusts a server whose certificate chain holds the certificate with this
   * fingerprint, each link before it signed by the next.
   *
   * @param fingerprint SHA-256, hexadecimal, colons allowed
   * @throws IllegalArgumentException if it is not one
   */
  public static SSLContext ofFingerprint(String fingerprint) {
    byte[] digest;
    try {
      digest = HexFormat.of().parseHex(fingerprint.replace(":", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("certificate fingerprint: " + e.getMessage(), e);
    }
    if (digest.length != SHA_256_BYTES) {
      throw new IllegalArgumentException(
          "certificate fingerprint: SHA-256 has 32 bytes, this has " + digest.length);
    }
    try {
      return context(new Pinned(digest));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot trust certificates", e);
    }
  }

  /**
   * Returns why a server was not trusted; empty for every other failure of a connection, one that
   * broke during the handshake included.
   */
  public static Optional<String> distrust(Throwable failure) {
    // Bounded, because chains of causes can be rings.
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++, cause = cause.getCause()) {
      if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
        return Optional.of(String.valueOf(cause.getMessage()));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the sentence that fails a job whose server is not trusted.
   *
   * @param request what was to be sent to whom
   * @param reason what {@link #distrust} gave
   */
  public static String notSent(String request, String reason) {
    return request + " was not sent: the server's certificate is not trusted: " + reason;
  }

  private static SSLContext context(TrustManager... trust) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust, null);
    return context;
  }

  private static final class Pinned implements X509TrustManager {
    private final byte[] digest;

    private Pinned(byte[] digest) {
      this.digest = digest;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      try {
        for (int i = 0; i < chain.length; i++) {
          chain[i].checkValidity();
          byte[] own = MessageDigest.getInstance("SHA-256").digest(chain[i].getEncoded());
          if (MessageDigest.isEqual(own, digest)) {
            return;
          }
          if (i + 1 < chain.length) {
            chain[i].verify(chain[i + 1].getPublicKey());
          }
        }
      } catch (GeneralSecurityException e) {
        throw e instanceof CertificateException c ? c : new CertificateException(e);
      }
      throw new CertificateException(
          "no certificate of the server has the fingerprint that was set");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("clients are not trusted");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
