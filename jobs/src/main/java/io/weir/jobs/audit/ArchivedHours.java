package io.weir.jobs.audit;

import io.weir.model.audit.AppendHour;
import io.weir.model.audit.HourSlice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The hours of a partition before the first offset that Kafka still has, as the archive knows them.
 * An offset between two hours that the archive does not have counts to the earlier one; what was
 * before the first row, or was lost with all of its hour, nobody knows of.
 */
final class ArchivedHours {
  private ArchivedHours() {}

  private record Place(String topic, int partition) {}

  /** Returns the slices of a plan with those in front that the archive knows. */
  static List<HourSlice> before(AuditPlan plan, List<AppendHour> archived) {
    Map<Place, TreeMap<Long, AppendHour>> known = new HashMap<>();
    for (AppendHour hour : archived) {
      known
          .computeIfAbsent(new Place(hour.topic(), hour.partition()), key -> new TreeMap<>())
          .merge(hour.hourMillis(), hour, AppendHour::merge);
    }
    List<HourSlice> slices = new ArrayList<>();
    Map<Place, HourSlice> youngest = new HashMap<>();
    for (HourSlice slice : plan.slices()) {
      slices.add(slice);
      youngest.putIfAbsent(new Place(slice.topic(), slice.partition()), slice);
    }
    youngest.forEach(
        (place, any) -> {
          TreeMap<Long, AppendHour> hours = known.getOrDefault(place, new TreeMap<>());
          long from = plan.from().toEpochMilli();
          long to = plan.to().toEpochMilli();
          List<AppendHour> gone =
              hours.values().stream()
                  .filter(hour -> hour.hourMillis() >= from && hour.hourMillis() < to)
                  .filter(hour -> hour.first() < any.retainedFrom())
                  .toList();
          for (AppendHour hour : gone) {
            Map.Entry<Long, AppendHour> next = hours.higherEntry(hour.hourMillis());
            long end =
                Math.min(
                    any.retainedFrom(),
                    Math.max(hour.last() + 1, next == null ? 0 : next.getValue().first()));
            slices.add(
                new HourSlice(
                    place.topic(),
                    place.partition(),
                    hour.hourMillis(),
                    hour.first(),
                    end,
                    any.readUpTo(),
                    any.retainedFrom()));
          }
        });
    return slices;
  }
}
