package io.weir.harness.tether;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Runs another class's {@code main} and ends this JVM as soon as standard input closes.
 *
 * <p>The parent holds the other end of standard input, so the operating system closes it however
 * the parent ends, {@code kill -9} included. The JVM then shuts down in the ordinary way (shutdown
 * hooks run, so servers close their files) and is halted if that takes longer than {@link
 * #GRACE_PROPERTY} milliseconds.
 *
 * <p>Usage: {@code java -cp ... io.weir.harness.tether.Tethered MAIN_CLASS [ARGUMENT...]}.
 */
public final class Tethered {
  /** System property: milliseconds for an orderly shutdown after the parent is gone. */
  public static final String GRACE_PROPERTY = "weir.tether.grace-ms";

  private static final long DEFAULT_GRACE_MILLIS = Duration.ofSeconds(10).toMillis();

  /** Exit status after the parent is gone: that of a process ended by SIGTERM. */
  private static final int PARENT_GONE = 143;

  private static final int USAGE = 64;

  private Tethered() {}

  public static void main(String[] args) throws Throwable {
    if (args.length == 0) {
      System.err.println("usage: java " + Tethered.class.getName() + " MAIN_CLASS [ARGUMENT...]");
      System.exit(USAGE);
    }
    Method main = Class.forName(args[0]).getMethod("main", String[].class);
    long graceMillis = Long.getLong(GRACE_PROPERTY, DEFAULT_GRACE_MILLIS);
    InputStream tether = System.in;
    startDaemon("tether", () -> endWithParent(tether, graceMillis));
    try {
      main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      // As if the class had been started directly: its exception is this thread's.
      throw e.getCause();
    }
  }

  private static void endWithParent(InputStream tether, long graceMillis) {
    try {
      byte[] ignored = new byte[256];
      int read;
      do {
        read = tether.read(ignored);
      } while (read >= 0);
    } catch (IOException e) {
      System.err.println("tether: cannot read standard input (" + e + "), ending");
    }
    startDaemon(
        "tether-halt",
        () -> {
          if (pause(graceMillis)) {
            Runtime.getRuntime().halt(PARENT_GONE);
          }
        });
    System.exit(PARENT_GONE);
  }

  private static boolean pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void startDaemon(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }
}
