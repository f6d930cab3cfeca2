#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <dropzone/result.h>

#include "kind/time/time_pattern.h"
#include "kind/time/unix_time.h"

namespace dropzone {

/// How a time is written: "rfc3339", "unix" and the like, or a pattern such as "%F %T".
class TimeFormat {
 public:
  struct Rfc3339 {};

  /// `invalid_configuration`, without a pointer.
  static Result<TimeFormat> parse(std::string_view name);
  TimeFormat() = default;

  /// As it is written in a definition.
  [[nodiscard]] std::string_view name() const noexcept;
  [[nodiscard]] bool is_rfc3339() const noexcept { return std::holds_alternative<Rfc3339>(how_); }
  /// Null if it is not one.
  [[nodiscard]] const UnixUnit* unit() const noexcept { return std::get_if<UnixUnit>(&how_); }
  [[nodiscard]] const TimePattern* pattern() const noexcept {
    return std::get_if<TimePattern>(&how_);
  }

 private:
  std::string name_ = "rfc3339";
  std::variant<Rfc3339, UnixUnit, TimePattern> how_;
};

}  // namespace dropzone
