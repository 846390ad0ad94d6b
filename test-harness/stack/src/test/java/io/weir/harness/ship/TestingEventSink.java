package io.weir.harness.ship;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is sent; can be told to be stopped. */
final class TestingEventSink implements EventSink {
  final List<String> json = new ArrayList<>();
  boolean stopped;

  @Override
  public boolean send(List<EventEncoder.Encoded> events) {
    if (stopped) {
      return false;
    }
    events.forEach(event -> json.add(new String(event.json(), StandardCharsets.UTF_8)));
    return true;
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public void close() {}
}
