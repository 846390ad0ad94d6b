package io.weir.gateway.ingest;

import io.weir.gateway.InvalidRequestException;
import io.weir.gateway.auth.Caller;
import java.util.Optional;

/** Cuts one kind of body into the records that it becomes. Thread-safe. */
public interface BodyReader {

  /**
   * Judges everything in a body.
   *
   * @param body decompressed
   * @param idempotencyKey of the request
   * @param pressure share of ingest's memory that is in use, 0 to 1
   * @param caller who sends it; records of other services than theirs are rejected, each on its own
   * @throws InvalidRequestException if the body as a whole cannot be read
   */
  Batch read(byte[] body, Optional<String> idempotencyKey, double pressure, Caller caller);
}
