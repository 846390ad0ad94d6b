package io.weir.operators.kafka;

import net.jpountz.util.Native;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets Kafka's client unpack lz4 batches with native code. By itself lz4-java uses native code only
 * when it is on the system class path, because unloading would leak it; in a job it lives in the
 * job's own class loader, and its Java code costs two to three times the CPU.
 */
public final class NativeLz4 {
  private static final Logger LOG = LoggerFactory.getLogger(NativeLz4.class);

  private NativeLz4() {}

  /** Loads the library unless it is there; without one for this machine, Java code stays in use. */
  public static void load() {
    if (Native.isLoaded()) {
      return;
    }
    try {
      Native.load();
    } catch (LinkageError | RuntimeException e) {
      LOG.info("No native lz4 on this machine, batches are unpacked in Java: {}", e.toString());
    }
  }
}
