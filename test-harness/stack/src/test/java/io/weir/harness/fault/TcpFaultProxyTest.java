package io.weir.harness.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real server that sends back what it gets, behind the proxy. */
@Timeout(60)
class TcpFaultProxyTest {
  private ServerSocket server;
  private TcpFaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var unused = CompletableFuture.runAsync(this::echoAll);
    proxy = new TcpFaultProxy(0, server.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
  }

  @Test
  void passesOnWhatIsSentAndTheEndOfIt() throws IOException {
    try (Socket client = connect()) {
      assertThat(echo(client, "hello")).isEqualTo("hello");
      client.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void aServerThatRefusesIsSeenByTheClient() throws IOException {
    server.close();
    try (Socket client = connect()) {
      client.setSoTimeout(10_000);
      assertThatThrownBy(
              () -> {
                if (client.getInputStream().read() < 0) {
                  throw new SocketException("closed");
                }
              })
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void aCutHoldsEverythingAndItGoesThroughAfterwards() throws IOException {
    try (Socket client = connect()) {
      assertThat(echo(client, "before")).isEqualTo("before");
      proxy.set(TcpFault.CUT);
      client.getOutputStream().write("during".getBytes(UTF_8));
      client.setSoTimeout(200);
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      client.setSoTimeout(10_000);
      proxy.set(TcpFault.NONE);
      assertThat(new String(client.getInputStream().readNBytes(6), UTF_8)).isEqualTo("during");
    }
  }

  @Test
  void aDelayHoldsEachPieceForItsTime() throws IOException {
    try (Socket client = connect()) {
      echo(client, "connected");
      proxy.set(TcpFault.delay(Duration.ofMillis(150)));
      long start = System.nanoTime();
      assertThat(echo(client, "slow")).isEqualTo("slow");
      assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(300));
    }
  }

  @Test
  void aNarrowLineTakesItsTimeForTheBytes() throws IOException {
    try (Socket client = connect()) {
      echo(client, "connected");
      proxy.set(TcpFault.bandwidth(10_000));
      long start = System.nanoTime();
      assertThat(echo(client, "x".repeat(2_000))).hasSize(2_000);
      assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(400));
    }
  }

  @Test
  void aResetBreaksOpenConnectionsAndLetsNewOnesIn() throws IOException {
    try (Socket client = connect()) {
      echo(client, "before");
      proxy.reset();
      assertThatThrownBy(() -> echo(client, "after")).isInstanceOf(SocketException.class);
    }
    try (Socket client = connect()) {
      assertThat(echo(client, "again")).isEqualTo("again");
    }
  }

  @Test
  void aHalfClosedConnectionStillCarriesTheOtherDirection() throws IOException {
    CompletableFuture<String> heard = new CompletableFuture<>();
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TcpFaultProxy before = new TcpFaultProxy(0, listening.getLocalPort())) {
      var unused =
          CompletableFuture.runAsync(
              () -> {
                try (Socket socket = listening.accept()) {
                  heard.complete(new String(socket.getInputStream().readAllBytes(), UTF_8));
                } catch (IOException e) {
                  heard.completeExceptionally(e);
                }
              });
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), before.port())) {
        await().until(() -> before.connections() == 1);
        client.getOutputStream().write("first ".getBytes(UTF_8));
        client.setSoTimeout(10_000);
        before.halfClose(TcpFaultProxy.Side.CLIENT);
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        client.getOutputStream().write("second".getBytes(UTF_8));
        client.shutdownOutput();
        assertThat(heard.join()).isEqualTo("first second");
      }
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
  }

  private static String echo(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(UTF_8));
    byte[] answer = client.getInputStream().readNBytes(text.length());
    if (answer.length < text.length()) {
      throw new SocketException("the connection ended after " + answer.length + " bytes");
    }
    return new String(answer, UTF_8);
  }

  private void echoAll() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        var unused =
            CompletableFuture.runAsync(
                () -> {
                  try (socket) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                  } catch (IOException e) {
                    // The client broke the connection.
                    return;
                  }
                });
      } catch (IOException e) {
        return;
      }
    }
  }
}
