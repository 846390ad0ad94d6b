package io.weir.harness.fault;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * An HTTP answer, whole.
 *
 * @param status status code
 * @param headers headers of the answer, without those that belong to one connection
 * @param body body; not changed by anybody
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes on their way; nobody compares answers.
public record HttpAnswer(int status, Map<String, List<String>> headers, byte[] body) {

  /** Returns an answer of JSON that claims to be Elasticsearch's, which its clients check. */
  public static HttpAnswer json(int status, String body) {
    return new HttpAnswer(
        status,
        Map.of(
            "Content-Type", List.of("application/json"),
            "X-elastic-product", List.of("Elasticsearch")),
        body.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns an error of S3 with one of its codes, for example {@code SlowDown}. */
  public static HttpAnswer s3Error(int status, String code) {
    String body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>injected</Message></Error>"
            .formatted(code);
    return new HttpAnswer(
        status,
        Map.of("Content-Type", List.of("application/xml")),
        body.getBytes(StandardCharsets.UTF_8));
  }
}
