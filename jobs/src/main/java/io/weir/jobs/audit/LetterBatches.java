package io.weir.jobs.audit;

import static java.util.Objects.requireNonNull;

import io.weir.jobs.options.RedriveOptions;
import io.weir.model.audit.TopicSpan;
import io.weir.model.json.DeadLetterJson;
import io.weir.operators.audit.ReparseLetters;
import io.weir.operators.audit.SpanReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The selected dead letters in batches that fit into memory, in the order of their topic's
 * partitions and offsets. Every letter that the spans hold comes in one batch. Not thread-safe.
 */
final class LetterBatches {
  /** Letters that are read in one go; those behind a full batch are read once more. */
  private static final int WINDOW = 10_000;

  private final RedriveOptions options;
  private final Map<String, String> topicCodes;
  private final Source source;
  private final Deque<TopicSpan> unread;

  /** Reads letters. */
  @FunctionalInterface
  interface Source {
    /** Hands on the letters of a span, in their order. */
    void read(TopicSpan span, Consumer<StoredLetter> letters);

    /** Returns the letters of a topic in Kafka. */
    static Source of(SpanReader reader) {
      return (span, letters) ->
          reader.read(
              span.topic(),
              span.partition(),
              span.first(),
              span.end(),
              // What is no letter the gateway counts, for those who look at the topic.
              record ->
                  DeadLetterJson.find(record.value())
                      .ifPresent(
                          letter ->
                              letters.accept(
                                  new StoredLetter(
                                      letter,
                                      record.offset(),
                                      record.timestamp(),
                                      ReparseLetters.isWhole(record, letter)))));
    }
  }

  /**
   * Prepares to read.
   *
   * @param topicCodes code of the present incarnation of each topic that letters may be about
   * @param letters spans of the letters' topic
   */
  LetterBatches(
      RedriveOptions options,
      Map<String, String> topicCodes,
      List<TopicSpan> letters,
      Source source) {
    this.options = requireNonNull(options, "options");
    this.topicCodes = Map.copyOf(topicCodes);
    this.source = requireNonNull(source, "source");
    this.unread = new ArrayDeque<>(letters);
  }

  /** Reads the next batch, which may be empty; empty when all spans have been read. */
  Optional<SelectedLetters> next() {
    if (unread.isEmpty()) {
      return Optional.empty();
    }
    SelectedLetters selected = new SelectedLetters(options, topicCodes);
    List<TopicSpan> read = new ArrayList<>();
    while (!unread.isEmpty() && !selected.full()) {
      TopicSpan span = unread.remove();
      long end = Math.min(span.end(), span.first() + WINDOW);
      long reached = take(part(span, span.first(), end), selected);
      if (reached > span.first()) {
        read.add(part(span, span.first(), reached));
      }
      if (reached < span.end()) {
        unread.addFirst(part(span, reached, span.end()));
      }
    }
    selected.readFrom(read);
    return Optional.of(selected);
  }

  /** Returns the offset of the first letter that the batch had no room for, or the span's end. */
  private long take(TopicSpan span, SelectedLetters selected) {
    long[] reached = {span.end()};
    source.read(
        span,
        letter -> {
          if (!selected.full() && !selected.add(letter)) {
            reached[0] = letter.offset();
          }
        });
    return reached[0];
  }

  private static TopicSpan part(TopicSpan span, long first, long end) {
    return new TopicSpan(span.topic(), span.topicCode(), span.partition(), first, end);
  }
}
