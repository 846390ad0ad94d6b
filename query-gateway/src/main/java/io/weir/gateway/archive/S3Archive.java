package io.weir.gateway.archive;

import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.segments.ArchiveFiles;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** An archive in a bucket of S3 or of a store that speaks its protocol. */
public final class S3Archive implements ArchiveFiles {
  private static final int MAX_KEYS = 1_000;
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(8);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final S3Client client;
  private final String bucket;
  private final String prefix;

  /**
   * @param client owned from now on
   * @param prefix of every key, empty or with a slash at its end
   */
  S3Archive(S3Client client, String bucket, String prefix) {
    this.client = Objects.requireNonNull(client, "client");
    this.bucket = Objects.requireNonNull(bucket, "bucket");
    this.prefix = Objects.requireNonNull(prefix, "prefix");
  }

  /** Connects to the bucket of {@code s3://bucket/prefix}; nothing is sent yet. */
  public static S3Archive create(URI uri, GatewayConfig.S3 config) {
    AwsCredentialsProvider credentials =
        config.accessKey().isPresent()
            ? StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    config.accessKey().get(), config.secretKey().orElseThrow()))
            : DefaultCredentialsProvider.builder().build();
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(CALL_TIMEOUT))
            .credentialsProvider(credentials)
            .region(Region.of(config.region()))
            .forcePathStyle(config.pathStyle())
            .overrideConfiguration(o -> o.apiCallTimeout(CALL_TIMEOUT));
    config.endpoint().ifPresent(builder::endpointOverride);
    String path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/+", "");
    String prefix = path.isEmpty() || path.endsWith("/") ? path : path + "/";
    return new S3Archive(builder.build(), uri.getAuthority(), prefix);
  }

  @Override
  public List<ArchiveFile> list(Optional<String> after, int max) throws IOException {
    List<ArchiveFile> files = new ArrayList<>();
    Optional<String> startAfter = after.map(path -> prefix + path);
    try {
      boolean more = true;
      while (more && files.size() < max) {
        ListObjectsV2Request.Builder request =
            ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(prefix)
                .maxKeys(Math.min(MAX_KEYS, max - files.size()));
        startAfter.ifPresent(request::startAfter);
        ListObjectsV2Response response = client.listObjectsV2(request.build());
        for (S3Object object : response.contents()) {
          startAfter = Optional.of(object.key());
          if (ParquetNames.finished(object.key())) {
            files.add(new ArchiveFile(object.key().substring(prefix.length()), object.size()));
          }
        }
        more = Boolean.TRUE.equals(response.isTruncated()) && !response.contents().isEmpty();
      }
    } catch (SdkException e) {
      throw new IOException(e.getMessage(), e);
    }
    return files;
  }

  @Override
  public byte[] tail(ArchiveFile file, int bytes) throws IOException {
    try {
      return client
          .getObjectAsBytes(
              request -> request.bucket(bucket).key(prefix + file.path()).range("bytes=-" + bytes))
          .asByteArrayUnsafe();
    } catch (SdkException e) {
      throw new IOException(file.path() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String location() {
    return "s3://" + bucket + "/" + prefix;
  }

  @Override
  public void close() {
    client.close();
  }
}
