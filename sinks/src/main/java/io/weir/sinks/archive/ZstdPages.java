package io.weir.sinks.archive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.Cleaner;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Compresses pages with zstd, keeping one native context and two scratch buffers: parquet-java's
 * own codecs need Hadoop. What {@link #compress} returns is valid until the next call, which is
 * enough for parquet-java's page store, which copies it at once. Not thread-safe.
 */
final class ZstdPages implements BytesInputCompressor {
  /** Frees the native memory of a context that nobody released because its task failed. */
  private static final Cleaner CLEANER = Cleaner.create();

  private static final int KEEP_SCRATCH = 4 << 20;

  private final int level;
  private final Source source = new Source();
  private byte[] target = new byte[0];
  private Context context;

  ZstdPages(int level) {
    this.level = level;
  }

  @Override
  public BytesInput compress(BytesInput bytes) throws IOException {
    if (context == null) {
      context = Context.open(level, this);
    }
    source.reset();
    bytes.writeAllTo(source);
    int bound = Math.toIntExact(Zstd.compressBound(source.size()));
    if (target.length < bound) {
      target = new byte[bound];
    }
    int length =
        context.zstd.compressByteArray(target, 0, target.length, source.bytes(), 0, source.size());
    return BytesInput.from(target, 0, length);
  }

  @Override
  public CompressionCodecName getCodecName() {
    return CompressionCodecName.ZSTD;
  }

  /** Frees native memory; the next page takes a new context. */
  @Override
  public void release() {
    if (context != null) {
      context.cleanable.clean();
      context = null;
    }
    if (target.length > KEEP_SCRATCH) {
      target = new byte[0];
      source.shrink();
    }
  }

  private static final class Context {
    private final ZstdCompressCtx zstd;
    private Cleaner.Cleanable cleanable;

    private Context(ZstdCompressCtx zstd) {
      this.zstd = zstd;
    }

    static Context open(int level, ZstdPages owner) {
      Context context = new Context(new ZstdCompressCtx().setLevel(level));
      context.cleanable = CLEANER.register(owner, context.zstd::close);
      return context;
    }
  }

  /** Gives access to its buffer without a copy. */
  private static final class Source extends ByteArrayOutputStream {
    byte[] bytes() {
      return buf;
    }

    void shrink() {
      buf = new byte[0];
      count = 0;
    }
  }
}
