package io.weir.gateway.ingest;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.xerial.snappy.Snappy;

/** How the body of a request is compressed. */
public enum ContentEncoding {
  IDENTITY,
  GZIP,
  ZSTD,
  /** The block format, without frames: what remote write uses. */
  SNAPPY;

  private static final int CHUNK = 64 * 1024;

  /**
   * A zstd frame may ask for a window of gigabytes; RFC 8878 recommends that decoders support 8
   * MiB, which is what compression levels up to 19 use.
   */
  private static final int MAX_ZSTD_WINDOW_LOG = 23;

  /** Returns the encoding that a Content-Encoding header names, or empty if it is unknown. */
  public static Optional<ContentEncoding> of(String header) {
    if (header == null || header.isBlank()) {
      return Optional.of(IDENTITY);
    }
    return switch (header.strip().toLowerCase(Locale.ROOT)) {
      case "identity" -> Optional.of(IDENTITY);
      case "gzip", "x-gzip" -> Optional.of(GZIP);
      case "zstd" -> Optional.of(ZSTD);
      case "snappy" -> Optional.of(SNAPPY);
      default -> Optional.empty();
    };
  }

  /**
   * Decompresses a body piece by piece, so that a bomb is found out before it has unfolded.
   *
   * @param maxBytes of the result
   * @param reservation grown before anything is allocated, the copies on the way included; in the
   *     end by the bytes of the result
   * @throws BodyTooLargeException if the result would be larger
   * @throws OverloadedException if the memory is not there
   * @throws IOException if the body is not what its encoding says
   */
  public byte[] decode(byte[] body, int maxBytes, MemoryBudget.Reservation reservation)
      throws IOException {
    if (this == IDENTITY) {
      if (body.length > maxBytes) {
        throw tooLarge(maxBytes);
      }
      reservation.grow(body.length);
      return body;
    }
    if (this == SNAPPY) {
      return unsnap(body, maxBytes, reservation);
    }
    try (InputStream in = open(body)) {
      int first = (int) Math.min(maxBytes, Math.max(CHUNK, body.length * 4L));
      reservation.grow(first);
      byte[] result = new byte[first];
      int length = 0;
      while (true) {
        if (length == result.length) {
          if (length == maxBytes) {
            if (in.read() >= 0) {
              throw tooLarge(maxBytes);
            }
            break;
          }
          int larger = (int) Math.min(maxBytes, length * 2L);
          reservation.grow(larger);
          result = Arrays.copyOf(result, larger);
          reservation.shrink(length);
        }
        int read = in.read(result, length, result.length - length);
        if (read < 0) {
          break;
        }
        length += read;
      }
      if (length == result.length) {
        return result;
      }
      reservation.grow(length);
      byte[] whole = Arrays.copyOf(result, length);
      reservation.shrink(result.length);
      return whole;
    }
  }

  /** A block says in front how long it will be, so nothing has to be unfolded to know it. */
  private static byte[] unsnap(byte[] body, int maxBytes, MemoryBudget.Reservation reservation)
      throws IOException {
    int length = Snappy.uncompressedLength(body);
    if (length > maxBytes || length < 0) {
      throw tooLarge(maxBytes);
    }
    reservation.grow(length);
    return Snappy.uncompress(body);
  }

  private InputStream open(byte[] body) throws IOException {
    InputStream in = new ByteArrayInputStream(body);
    return this == GZIP
        ? new GZIPInputStream(in, CHUNK)
        : new ZstdInputStreamNoFinalizer(in).setLongMax(MAX_ZSTD_WINDOW_LOG);
  }

  private static BodyTooLargeException tooLarge(int maxBytes) {
    return new BodyTooLargeException("the body is larger than " + maxBytes + " bytes decompressed");
  }
}
