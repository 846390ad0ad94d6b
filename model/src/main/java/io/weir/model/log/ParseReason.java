package io.weir.model.log;

import java.util.Locale;

/** Why a record is no log event: the reasons of dead letters of the parse stage. */
public enum ParseReason {
  /** No bytes, or nothing but blanks. */
  EMPTY_RECORD,
  /** Not one JSON value. */
  NOT_JSON,
  /** A JSON value other than an object. */
  NOT_AN_OBJECT,
  /** An OTLP batch ({@code resourceLogs}): one record must hold one event. */
  OTLP_BATCH,
  /** No usable name of a service under any of its names. */
  MISSING_SERVICE,
  /** No text under any of the message's names. */
  MISSING_MESSAGE,
  /** More bytes than the limit; the letter keeps the beginning. */
  RECORD_TOO_LARGE,
  /** Fields nested deeper than the limit. */
  FIELDS_TOO_DEEP,
  /** A number or a key of absurd length, which stores refuse too. */
  TOKEN_TOO_LONG,
  /** The parser itself failed; a defect worth a report, but no reason to stop the stream. */
  PARSER_FAILURE;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** Returns the stable code that dead letters and metrics carry. */
  public String code() {
    return code;
  }
}
