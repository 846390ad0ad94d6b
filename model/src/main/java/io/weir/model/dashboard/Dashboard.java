package io.weir.model.dashboard;

import java.util.List;
import java.util.Objects;

/**
 * A saved collection of metric and log queries.
 *
 * @param id identity of the dashboard, or null until it has one
 * @param title name for people
 * @param description text for people, or null
 * @param rangeSeconds span of time that is shown, back from now
 * @param refreshSeconds distance of refreshes; 0 for none
 * @param panels what is shown, in order
 */
public record Dashboard(
    String id,
    String title,
    String description,
    long rangeSeconds,
    long refreshSeconds,
    List<Panel> panels) {

  public Dashboard {
    Objects.requireNonNull(title, "title");
    panels = List.copyOf(panels);
  }

  /** Returns the same dashboard under an id. */
  public Dashboard withId(String newId) {
    return new Dashboard(newId, title, description, rangeSeconds, refreshSeconds, panels);
  }
}
