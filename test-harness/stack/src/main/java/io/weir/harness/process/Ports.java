package io.weir.harness.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Ports on the loopback interface. */
public final class Ports {
  private static final int CONNECT_MILLIS = 500;
  private static final String LISTEN_STATE = "0A";

  /** Above the ports that well-known servers use. */
  private static final int FIRST = 20_000;

  /** Where the ports of connections that leave begin by RFC 6335, section 6. */
  private static final int EPHEMERAL_ELSEWHERE = 49_152;

  private static final int ATTEMPTS = 1_000;
  private static final Set<Integer> GIVEN = new HashSet<>();

  private Ports() {}

  /**
   * Returns a port that nobody listened on just now. Another process may take it before the caller
   * does; such ports are drawn by lot, so that is rare.
   */
  public static int free() {
    return free(1).get(0);
  }

  /**
   * Returns as many such ports, all different; this process is given others as long as there are.
   */
  public static synchronized List<Integer> free(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      int end = firstEphemeral();
      for (int i = 0; i < count; i++) {
        held.add(listenBelow(end));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on the loopback interface", e);
    } finally {
      held.forEach(Ports::close);
    }
  }

  private static ServerSocket listenBelow(int end) throws IOException {
    if (GIVEN.size() > (end - FIRST) / 2) {
      GIVEN.clear();
    }
    for (int attempt = 0; attempt < ATTEMPTS && end > FIRST; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, end);
      if (GIVEN.add(port)) {
        try {
          return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        } catch (BindException e) {
          // Taken; the next one.
        }
      }
    }
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  /**
   * Returns the first port that the kernel gives to connections that leave: one of those would be
   * taken by the next client while a server that was killed is not back yet.
   */
  private static int firstEphemeral() {
    try {
      // In one piece: the kernel answers a second read of such a file with its end.
      String range = Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_local_port_range")).get(0);
      return Integer.parseInt(range.split("\\s+")[0]);
    } catch (IOException e) {
      return EPHEMERAL_ELSEWHERE;
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** True when something accepts connections on this loopback port. */
  public static boolean isOpen(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Who listens on a port, on whatever address.
   *
   * @return empty when nobody does; a holder without pid when the process belongs to another user
   */
  public static Optional<PortHolder> holder(int port) {
    Set<String> inodes = listeningSockets(port);
    if (inodes.isEmpty()) {
      return Optional.empty();
    }
    for (long pid : ProcessHandle.allProcesses().mapToLong(ProcessHandle::pid).toArray()) {
      if (holdsSocket(pid, inodes)) {
        return Optional.of(PortHolder.of(port, pid));
      }
    }
    return Optional.of(PortHolder.unknown(port));
  }

  /** Socket inodes in state LISTEN on the port, from the tables of proc(5). */
  private static Set<String> listeningSockets(int port) {
    Set<String> inodes = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      try {
        List<String> lines = Files.readAllLines(Path.of(table));
        for (String line : lines.subList(1, lines.size())) {
          String[] fields = line.strip().split("\\s+");
          String localPort = fields[1].substring(fields[1].lastIndexOf(':') + 1);
          if (fields[3].equals(LISTEN_STATE) && Integer.parseInt(localPort, 16) == port) {
            inodes.add("socket:[" + fields[9] + "]");
          }
        }
      } catch (IOException e) {
        // No such table: a kernel without IPv6, or not Linux. The other one, or nobody, answers.
        continue;
      }
    }
    return inodes;
  }

  private static boolean holdsSocket(long pid, Set<String> inodes) {
    try (DirectoryStream<Path> descriptors =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path descriptor : descriptors) {
        if (inodes.contains(linkTarget(descriptor))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      // Another user's process, or one that has just ended.
      return false;
    }
  }

  private static String linkTarget(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
