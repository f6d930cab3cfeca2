#include "kind/time/time_format.h"

#include <array>
#include <utility>

#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>

namespace dropzone {

std::string_view TimeFormat::name() const noexcept { return name_; }

Result<TimeFormat> TimeFormat::parse(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames{"rfc3339", "unix", "unix_ms", "unix_us",
                                                   "unix_ns"};
  TimeFormat format;
  format.name_ = name;
  if (name == "rfc3339") return format;
  if (const auto unit = find_unix_unit(name)) {
    format.how_ = *unit;
    return format;
  }
  if (name.find('%') == name.npos) {
    return Error{ErrorCode::invalid_configuration,
                 "There is no format " + in_quotes(name) + '.' +
                     did_you_mean_one_of(name, kNames, "formats") +
                     " A pattern has a % in it, such as \"%F %T\"."};
  }
  auto pattern = TimePattern::parse(name);
  if (!pattern) return std::move(pattern).error();
  format.how_ = *std::move(pattern);
  return format;
}

}  // namespace dropzone
