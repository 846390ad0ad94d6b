package io.weir.harness.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands between a client and a server on the loopback interface and passes bytes on, or does to
 * them what a bad network does. It knows nothing of what they mean. Thread-safe.
 */
public final class TcpFaultProxy implements AutoCloseable {
  private static final int PIECE = 64 * 1024;

  /** Of the two ends of a connection. */
  public enum Side {
    CLIENT,
    SERVER
  }

  private final int serverPort;
  private final ServerSocket listener;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private TcpFault fault = TcpFault.NONE;
  private volatile boolean closed;

  /**
   * Listens at once.
   *
   * @param port where clients connect; 0 for a free one
   * @param serverPort where the server listens; it need not do so yet
   */
  public TcpFaultProxy(int port, int serverPort) {
    this.serverPort = serverPort;
    try {
      this.listener = new ServerSocket();
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy cannot listen on port " + port, e);
    }
    thread("fault-proxy-" + port(), this::accept);
  }

  /** Returns where clients connect. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Returns the number of connections that are open. */
  public int connections() {
    return links.size();
  }

  /** Does this from now on, to open connections and to new ones. */
  public void set(TcpFault next) {
    lock.lock();
    try {
      fault = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends every open connection with a reset (RST): what was under way is lost at both ends. */
  public void reset() {
    links.forEach(Link::reset);
  }

  /** Tells one side of every open connection that the other will send nothing more (FIN). */
  public void halfClose(Side told) {
    links.forEach(link -> link.halfClose(told));
  }

  @Override
  public void close() {
    closed = true;
    closeQuietly(listener);
    links.forEach(Link::close);
    set(TcpFault.NONE);
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = listener.accept();
        thread("fault-proxy-connect", () -> connect(client));
      } catch (IOException e) {
        // Closed, or a client that was gone again before it was accepted.
        continue;
      }
    }
  }

  /** A server that refuses is passed on: the client's connection is reset. */
  private void connect(Socket client) {
    Socket server = new Socket();
    Link link = new Link(client, server);
    links.add(link);
    try {
      hold(0);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
      if (closed) {
        throw new IOException("the proxy is closed");
      }
    } catch (IOException e) {
      link.reset();
      return;
    }
    thread("fault-proxy-up", () -> link.pump(client, server));
    thread("fault-proxy-down", () -> link.pump(server, client));
  }

  /** Returns when a piece may go on. */
  private void hold(int bytes) {
    lock.lock();
    try {
      while (fault.silent() && !closed) {
        changed.awaitUninterruptibly();
      }
      TcpFault under = fault;
      long left = under.nanosFor(bytes);
      while (left > 0 && fault == under && !closed) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private static void thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // It is gone, which is what was wanted.
      return;
    }
  }

  /** One client's connection and the one to the server that belongs to it. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private int ended;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void pump(Socket from, Socket to) {
      byte[] piece = new byte[PIECE];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
          hold(read);
          out.write(piece, 0, read);
        }
        to.shutdownOutput();
        end();
      } catch (IOException e) {
        // One end broke the connection: so it is broken for the other one.
        reset();
      }
    }

    /** Each direction ends by itself; with the second one nothing is left. */
    private synchronized void end() {
      if (++ended == 2) {
        close();
      }
    }

    void halfClose(Side told) {
      try {
        (told == Side.CLIENT ? client : server).shutdownOutput();
      } catch (IOException e) {
        reset();
      }
    }

    void reset() {
      for (Socket socket : new Socket[] {client, server}) {
        try {
          // Without lingering a close discards what was not sent and answers with RST.
          socket.setSoLinger(true, 0);
        } catch (IOException e) {
          // Closed already.
          continue;
        }
      }
      close();
    }

    void close() {
      closeQuietly(client);
      closeQuietly(server);
      links.remove(this);
    }
  }
}
