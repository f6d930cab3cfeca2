#include <dropzone/query/group_by.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace dropzone {
namespace {

constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;
// 1970-01-05 was a Monday.
constexpr std::int64_t kMonday = 4 * kMicrosPerDay;
constexpr std::int64_t kMonthsPerYear = 12;

/// What a unit of time is: so many microseconds, or so many months.
struct TimeUnit {
  char name;
  std::int64_t micros;
  std::int64_t months;
  std::int64_t most;  ///< In 100 years.
};

constexpr TimeUnit kTimeUnits[] = {
    {'s', kMicrosPerSecond, 0, 3'155'760'000},
    {'m', 60 * kMicrosPerSecond, 0, 52'596'000},
    {'h', 3'600 * kMicrosPerSecond, 0, 876'600},
    {'d', kMicrosPerDay, 0, 36'525},
    {'w', 7 * kMicrosPerDay, 0, 5'217},
    {'M', 0, 1, 1'200},
    {'y', 0, kMonthsPerYear, 100},
};

std::int64_t floor_multiple(std::int64_t number, std::int64_t width) {
  const std::int64_t rest = number % width;
  return number - rest - (rest < 0 ? width : 0);
}

Timestamp start_of_months(Timestamp moment, std::int64_t months) {
  using std::chrono::days;
  using std::chrono::sys_days;
  const days day(floor_multiple(moment.micros, kMicrosPerDay) / kMicrosPerDay);
  const std::chrono::year_month_day date{sys_days(day)};
  const std::int64_t month = int{date.year()} * kMonthsPerYear + unsigned{date.month()} - 1;
  const std::int64_t first = floor_multiple(month, months);
  const std::chrono::year_month_day start(
      std::chrono::year(static_cast<int>(first / kMonthsPerYear)),
      std::chrono::month(static_cast<unsigned>(first % kMonthsPerYear) + 1), std::chrono::day(1));
  return {sys_days(start).time_since_epoch().count() * kMicrosPerDay};
}

}  // namespace

Result<TimeWidth> TimeWidth::parse(std::string_view text) {
  const Error fault{
      ErrorCode::invalid_request,
      "A width of time is a whole number and a unit, of s, m, h, d, w, M (months) and y, "
      "such as \"15m\", and at most 100 years."};
  if (text.size() < 2) return fault;
  const auto* const unit = std::ranges::find(kTimeUnits, text.back(), &TimeUnit::name);
  std::int64_t count = 0;
  const char* const end = text.data() + text.size() - 1;
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  if (unit == std::end(kTimeUnits) || error != std::errc() || rest != end) return fault;
  if (count < 1 || count > unit->most) return fault;
  TimeWidth width;
  width.micros_ = count * unit->micros;
  width.months_ = count * unit->months;
  width.from_monday_ = unit->name == 'w';
  return width;
}

Timestamp TimeWidth::start_of(Timestamp moment) const {
  const std::int64_t origin = from_monday_ ? kMonday : 0;
  const Timestamp start = months_ > 0
                              ? start_of_months(moment, months_)
                              : Timestamp{floor_multiple(moment.micros - origin, micros_) + origin};
  return std::max(start, kEarliestTimestamp);
}

std::optional<Value> group_key(const GroupBy& by, const Value& value) {
  if (!value.is_scalar()) return std::nullopt;
  if (const auto* numbers = std::get_if<NumberWidth>(&by.every)) {
    const bool is_number = value.value_class() == ValueClass::number;
    return is_number ? std::optional(numbers->start_of(value)) : std::nullopt;
  }
  if (const auto* times = std::get_if<TimeWidth>(&by.every)) {
    const Timestamp* const moment = value.as_timestamp();
    return moment ? std::optional<Value>(times->start_of(*moment)) : std::nullopt;
  }
  return value;
}

}  // namespace dropzone
