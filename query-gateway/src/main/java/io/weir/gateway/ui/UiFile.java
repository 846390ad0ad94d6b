package io.weir.gateway.ui;

import java.util.Objects;

/**
 * One file of the web interface as it is sent.
 *
 * @param type its media type
 * @param etag of its content, in quotation marks
 * @param lasting whether what this path holds never changes, so that it may be kept without asking
 * @param plain its bytes
 * @param gzip the same, compressed
 */
public record UiFile(String type, String etag, boolean lasting, byte[] plain, byte[] gzip) {
  public UiFile {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(etag, "etag");
    Objects.requireNonNull(plain, "plain");
    Objects.requireNonNull(gzip, "gzip");
  }
}
