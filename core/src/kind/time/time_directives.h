#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "kind/time/time_pattern.h"

namespace dropzone {

/// A local time by its fields: those that a text has, or all of those that are to be written.
struct CivilTime {
  std::optional<int> year, month, day, day_of_year, weekday;  ///< Sunday is 0.
  int hour = 0;
  std::optional<int> hour_of_half, half;  ///< 1 to 12; 0 before noon.
  int minute = 0;
  int second = 0;
  int micros = 0;
  std::optional<std::chrono::seconds> offset;
};

/// One word of a pattern, such as %Y.
struct TimePattern::Directive {
  std::string_view letters;  ///< After the percent sign.
  std::string_view meaning;  ///< "the year in four digits".
  /// Takes its part from the front of a text. False if it is not there.
  bool (*read)(std::string_view& text, CivilTime& into);
  void (*write)(std::string& out, const CivilTime& from);
};

[[nodiscard]] std::span<const TimePattern::Directive> time_directives() noexcept;

[[nodiscard]] CivilTime civil_time(LocalTime time, std::chrono::seconds offset);

/// The local time of the fields, which say the date. Else what is wrong: "the month does not have
/// this day".
[[nodiscard]] std::string_view local_time(const CivilTime& fields, LocalTime& time);

}  // namespace dropzone
