#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include <dropzone/result.h>

namespace dropzone {

/// Local times and moments as the steps represent them.
using LocalTime = std::chrono::local_time<std::chrono::microseconds>;
using Moment = std::chrono::sys_time<std::chrono::microseconds>;

/// How far a zone's clocks are ahead of UTC, and when. Immutable and thread-safe.
class TimeZone {
 public:
  virtual ~TimeZone() = default;

  /// How often the clocks show a local time, and the offset from UTC at each.
  struct LocalOffsets {
    enum class Shown : std::uint8_t { once, never, twice };
    Shown shown = Shown::once;
    std::chrono::seconds earlier = {};  ///< The larger offset, so the earlier moment.
    std::chrono::seconds later = {};    ///< The same if it is shown once. If it is never shown,
                                        ///< these are the offsets after and before the change.
  };

  /// Nothing if the zone's data does not reach that far.
  [[nodiscard]] virtual std::optional<LocalOffsets> offsets_of(LocalTime time) const = 0;
  [[nodiscard]] virtual std::optional<std::chrono::seconds> offset_at(Moment moment) const = 0;
};

/// Finds a zone by its name: "UTC", an offset such as "+05:30", or a name of the IANA database such
/// as "Europe/Berlin". `invalid_configuration` names the nearest one if there is none of this name.
using TimeZoneFinder =
    std::function<Result<std::shared_ptr<const TimeZone>>(std::string_view name)>;

/// The zone "UTC", or one that is always at an offset from it, "+05:30" or "-03:00"; null if the
/// name is neither.
[[nodiscard]] std::shared_ptr<const TimeZone> fixed_time_zone(std::string_view name);

/// A finder that knows UTC and offsets alone.
Result<std::shared_ptr<const TimeZone>> find_fixed_time_zone(std::string_view name);

}  // namespace dropzone
