package io.weir.gateway.tail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What waits for one client. Events of the past come first and make their reader wait; live events
 * never make anybody wait: those that do not fit are dropped and counted, until the client has
 * taken half of what waits, and then a report of them stands in their place. Thread-safe.
 */
final class ClientQueue {
  /** Of the past, as much as a write or two takes. */
  private static final int MAX_PAST_BYTES = 256 << 10;

  private final int maxEvents;
  private final long maxBytes;
  private final QueueBudget budget;
  private final Deque<Frame> past = new ArrayDeque<>();
  private final Deque<Frame> live = new ArrayDeque<>();
  private long pastBytes;
  private long liveBytes;
  private long taken;
  private boolean readingPast;
  private boolean ended;
  private boolean closed;

  // What is dropped at the moment; lastDropped is null when nothing is.
  private long droppedCount;
  private Frame firstDropped;
  private Frame lastDropped;

  /** What became of an event of the past. */
  enum Put {
    TAKEN,
    /** The client has taken nothing for too long. */
    STALLED,
    /** Nobody waits for it any more. */
    CLOSED
  }

  /**
   * @param maxEvents live events that wait at most
   * @param maxBytes bytes of them at most; a single event may be larger
   * @param readingPast whether live events have to wait until {@link #pastIsComplete}
   */
  ClientQueue(int maxEvents, long maxBytes, QueueBudget budget, boolean readingPast) {
    this.maxEvents = maxEvents;
    this.maxBytes = maxBytes;
    this.budget = Objects.requireNonNull(budget, "budget");
    this.readingPast = readingPast;
  }

  /**
   * Adds a live frame.
   *
   * @return whether there was room
   */
  synchronized boolean offer(Frame frame) {
    if (closed || ended) {
      return true; // nobody misses it
    }
    int size = frame.size();
    boolean room =
        lastDropped == null
            && live.size() < maxEvents
            && (live.isEmpty() || liveBytes + size <= maxBytes)
            && budget.tryTake(liveBytes, size);
    if (room) {
      live.add(frame);
      liveBytes += size;
    } else if (frame.mark().isPresent()) {
      if (lastDropped == null) {
        firstDropped = frame;
      }
      lastDropped = frame;
      droppedCount++;
    }
    return room;
  }

  /**
   * Adds a frame of the past, waiting for room.
   *
   * @param patienceNanos how long the client may take nothing
   */
  synchronized Put put(Frame frame, long patienceNanos) throws InterruptedException {
    long seen = taken;
    long deadline = System.nanoTime() + patienceNanos;
    while (!closed && !ended && !past.isEmpty() && pastBytes + frame.size() > MAX_PAST_BYTES) {
      if (taken != seen) {
        seen = taken;
        deadline = System.nanoTime() + patienceNanos;
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return Put.STALLED;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    if (closed || ended) {
      return Put.CLOSED;
    }
    budget.take(frame.size());
    past.add(frame);
    pastBytes += frame.size();
    return Put.TAKEN;
  }

  /** Returns whether the client has taken most of what was read of the past. */
  synchronized boolean pastIsMostlyTaken() {
    return pastBytes <= MAX_PAST_BYTES / 2;
  }

  /** Live events follow from now on. */
  synchronized void pastIsComplete() {
    readingPast = false;
  }

  /** Returns the next frames, of about as many bytes as wanted; none if there are none. */
  synchronized List<Frame> take(int wantedBytes) {
    List<Frame> frames = new ArrayList<>();
    long bytes = 0;
    while (bytes < wantedBytes && !past.isEmpty()) {
      Frame frame = past.remove();
      pastBytes -= frame.size();
      bytes += frame.size();
      frames.add(frame);
    }
    if (!readingPast && past.isEmpty()) {
      while (bytes < wantedBytes && !live.isEmpty()) {
        Frame frame = live.remove();
        liveBytes -= frame.size();
        bytes += frame.size();
        frames.add(frame);
      }
      if (lastDropped != null && live.size() <= maxEvents / 2 && liveBytes <= maxBytes / 2) {
        reportDropped();
      }
    }
    budget.give(bytes);
    if (!frames.isEmpty()) {
      taken++;
      notifyAll();
    }
    return frames;
  }

  /** Puts the report where the dropped events would stand: everything later comes behind it. */
  private void reportDropped() {
    Frame.Mark first = firstDropped.mark().orElseThrow();
    Frame.Mark last = lastDropped.mark().orElseThrow();
    Frame report =
        new Frame(
            lastDropped.head(),
            Frames.dropped(new Dropped(droppedCount, first, last)),
            Optional.empty());
    budget.take(report.size());
    live.add(report);
    liveBytes += report.size();
    droppedCount = 0;
    firstDropped = null;
    lastDropped = null;
  }

  /**
   * Ends the stream with a last frame behind what waits. Live events that wait for a past which
   * will not be read to its end are let go: the client asks for them again.
   */
  synchronized void finish(Frame last) {
    if (closed || ended) {
      return;
    }
    if (readingPast) {
      budget.give(liveBytes);
      live.clear();
      liveBytes = 0;
      readingPast = false;
      firstDropped = null;
      lastDropped = null;
    } else if (lastDropped != null) {
      reportDropped();
    }
    budget.take(last.size());
    live.add(last);
    liveBytes += last.size();
    ended = true;
    notifyAll();
  }

  /** Forgets everything. */
  synchronized void close() {
    closed = true;
    budget.give(pastBytes + liveBytes);
    past.clear();
    live.clear();
    pastBytes = 0;
    liveBytes = 0;
    firstDropped = null;
    lastDropped = null;
    notifyAll();
  }

  /** Returns whether everything was taken and nothing will follow. */
  synchronized boolean isFinished() {
    return ended && past.isEmpty() && live.isEmpty();
  }

  /** Returns whether nobody waits for anything any more. */
  synchronized boolean isClosed() {
    return closed || ended;
  }

  /** Returns whether a heartbeat would be the next thing that the client gets. */
  synchronized boolean isIdle() {
    return !readingPast && !ended && !closed && lastDropped == null && live.isEmpty();
  }

  /** Returns how many frames wait. */
  synchronized int depth() {
    return past.size() + live.size();
  }
}
