package io.weir.gateway.tail;

/** The topic is not any more what a stream was opened for. */
final class TopicChangedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TopicChangedException() {
    super("the topic was created again or has other partitions");
  }
}
