package io.weir.gateway.tail;

import java.util.Locale;

/** Why the gateway ends a stream. A client that comes again with its last id misses nothing. */
enum Bye {
  SHUTDOWN("this gateway stops; another one, or the next, goes on from the last id"),
  TOPIC_CHANGED("the topic was created again or has other partitions; go on from the last id"),
  POSITION_LOST("Kafka has no records at the position of this stream; go on from the last id"),
  CATCH_UP_LIMIT("reading the past took as long as it may; go on from the last id"),
  CATCH_UP_FAILED("the past could not be read from Kafka; go on from the last id"),
  UNAUTHENTICATED(
      "the key or token of this stream is not valid any more, or allows something else"),
  TOO_SLOW("the client took nothing for too long while the past was read; go on from the last id");

  private final String detail;

  Bye(String detail) {
    this.detail = detail;
  }

  String detail() {
    return detail;
  }

  String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
