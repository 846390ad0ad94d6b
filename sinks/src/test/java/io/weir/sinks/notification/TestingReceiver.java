package io.weir.sinks.notification;

import io.weir.model.alert.AlertState;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was told; can be away, and can refuse. */
final class TestingReceiver implements Receiver {
  final List<AlertState> told = new CopyOnWriteArrayList<>();
  final List<AlertState> asked = new CopyOnWriteArrayList<>();
  volatile boolean away;
  volatile boolean refuses;
  volatile boolean closed;

  @Override
  public String name() {
    return "testing";
  }

  @Override
  public void tell(List<AlertState> alerts) throws IOException {
    asked.addAll(alerts);
    if (away) {
      throw new IOException("away");
    }
    if (refuses) {
      throw new RefusedException("no");
    }
    told.addAll(alerts);
  }

  @Override
  public void close() {
    closed = true;
  }
}
