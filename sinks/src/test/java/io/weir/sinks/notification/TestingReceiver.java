package io.weir.sinks.notification;

import io.weir.model.alert.AlertState;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was told; can be away, and can refuse. */
final class TestingReceiver implements Receiver {
  final List<AlertState> told = new CopyOnWriteArrayList<>();
  final List<AlertState> asked = new CopyOnWriteArrayList<>();
  final Set<String> refusesIds = ConcurrentHashMap.newKeySet();
  private final String id;
  volatile int mostAtOnce = Integer.MAX_VALUE;
  volatile int awayAfter = Integer.MAX_VALUE;
  volatile boolean away;
  volatile boolean refuses;
  volatile boolean closed;
  volatile IOException untrusted;
  volatile Error defect;

  TestingReceiver() {
    this("testing");
  }

  TestingReceiver(String id) {
    this.id = id;
  }

  @Override
  public String name() {
    return id;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public void tell(List<AlertState> alerts) throws IOException {
    asked.addAll(alerts);
    if (defect != null) {
      throw defect;
    }
    if (untrusted != null) {
      throw untrusted;
    }
    if (away || told.size() >= awayAfter) {
      throw new IOException("away");
    }
    if (refuses
        || alerts.size() > mostAtOnce
        || alerts.stream().anyMatch(alert -> refusesIds.contains(alert.alertId()))) {
      throw new RefusedException("no");
    }
    told.addAll(alerts);
  }

  @Override
  public void close() {
    closed = true;
  }
}
