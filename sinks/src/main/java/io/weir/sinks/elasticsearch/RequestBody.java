package io.weir.sinks.elasticsearch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.http.entity.AbstractHttpEntity;
import org.apache.http.entity.ContentType;
import org.apache.http.nio.ContentEncoder;
import org.apache.http.nio.IOControl;
import org.apache.http.nio.entity.HttpAsyncContentProducer;

/**
 * The body of a request, produced in pieces while the connection takes them, so that a bulk of some
 * megabytes is never put together in memory a second time.
 *
 * <p>The REST client sends one entity again to the next host when the first does not answer, and
 * may close the first exchange only after the second has begun. Progress is therefore kept for each
 * exchange apart; closing touches none.
 */
final class RequestBody extends AbstractHttpEntity implements HttpAsyncContentProducer {
  private static final int PIECE = 64 * 1024;

  private final Supplier<Content> content;
  private final long length;
  private final Map<ContentEncoder, Progress> exchanges = new ConcurrentHashMap<>();

  /**
   * Makes a body.
   *
   * @param contentType its media type
   * @param contentEncoding {@code gzip} or null
   * @param length its exact number of bytes
   * @param content gives the content from its beginning each time
   */
  RequestBody(
      ContentType contentType, String contentEncoding, long length, Supplier<Content> content) {
    setContentType(contentType.toString());
    setContentEncoding(contentEncoding);
    this.length = length;
    this.content = content;
  }

  @Override
  public void produceContent(ContentEncoder encoder, IOControl control) throws IOException {
    Progress progress = exchanges.computeIfAbsent(encoder, e -> new Progress(content.get()));
    ByteBuffer piece = progress.piece;
    while (true) {
      if (!piece.hasRemaining() && !progress.next()) {
        encoder.complete();
        exchanges.remove(encoder);
        return;
      }
      encoder.write(piece);
      if (piece.hasRemaining()) {
        return;
      }
    }
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }

  @Override
  public boolean isStreaming() {
    return false;
  }

  @Override
  public long getContentLength() {
    return length;
  }

  /** Only for clients that do not write asynchronously, and for wire traces. */
  @Override
  public InputStream getContent() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writeTo(bytes);
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    Progress progress = new Progress(content.get());
    while (progress.next()) {
      out.write(progress.piece.array(), 0, progress.piece.limit());
    }
  }

  @Override
  public void close() {}

  /** Produces bytes in order. */
  interface Content {

    /**
     * Puts as many bytes as fit.
     *
     * @param target at least a kilobyte and a half of space
     * @return whether there is more to come; what was put counts either way
     */
    boolean fill(ByteBuffer target);
  }

  private static final class Progress {
    private final Content content;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE).limit(0);
    private boolean more = true;

    private Progress(Content content) {
      this.content = content;
    }

    /** Makes the next piece; returns false when there is none. */
    private boolean next() {
      piece.clear();
      if (more) {
        more = content.fill(piece);
      }
      piece.flip();
      return piece.hasRemaining();
    }
  }
}
