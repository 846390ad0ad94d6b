package io.weir.gateway.tail;

import io.weir.model.log.LogEvent;
import java.util.Arrays;
import java.util.Optional;

/**
 * The clients that watch the same partitions: they are always equally far, so that they share ids
 * and frames. Of the live reader's thread alone.
 */
final class PartitionGroup {
  private final TopicInfo topic;
  private final int[] partitions;
  private final long[] next;
  private final LivePositions positions;
  private int members;
  private long frameNumber = -1;
  private Frame frame;

  /**
   * @param partitions in ascending order
   */
  PartitionGroup(TopicInfo topic, int[] partitions, LivePositions positions) {
    this.topic = topic;
    this.partitions = partitions;
    this.next = new long[partitions.length];
    this.positions = positions;
  }

  boolean has(int partition) {
    return Arrays.binarySearch(partitions, partition) >= 0;
  }

  int[] partitions() {
    return partitions;
  }

  void enter() {
    members++;
  }

  /** Returns whether nobody is left. */
  boolean leave() {
    return --members == 0;
  }

  /** Returns how far the members are now. */
  String position() {
    for (int i = 0; i < partitions.length; i++) {
      next[i] = positions.next(partitions[i]);
    }
    return StreamPosition.encode(topic.code(), topic.partitions(), partitions, next);
  }

  /**
   * Returns the frame of an event, made once for all members.
   *
   * @param number of the event, another for each
   * @param body the part that all groups share
   */
  Frame frame(long number, LogEvent event, byte[] body) {
    if (frameNumber != number) {
      frame = new Frame(Frames.id(position()), body, Optional.of(Frame.Mark.of(event)));
      frameNumber = number;
    }
    return frame;
  }

  /** Lets go of the last frame. */
  void forgetFrame() {
    frameNumber = -1;
    frame = null;
  }
}
