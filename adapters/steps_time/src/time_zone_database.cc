#include <dropzone/steps_time/time_zone_database.h>

#include <date/tz.h>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/kind/time_steps.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>

namespace dropzone {
namespace {

using std::chrono::seconds;

// The list of a zone's changes ends in 2037, even if the rule goes on: what comes after the last
// change is not known unless that was earlier.
bool is_beyond(const date::sys_info& info) {
  constexpr date::sys_days kEndOfLists = date::year(2037) / 1 / 1;
  constexpr date::sys_days kForEver = date::year(20'000) / 1 / 1;
  return info.begin >= kEndOfLists && info.end >= kForEver;
}

class DatabaseTimeZone final : public TimeZone {
 public:
  explicit DatabaseTimeZone(const date::time_zone& zone) : zone_(zone) {}

  [[nodiscard]] std::optional<LocalOffsets> offsets_of(LocalTime time) const override {
    using Shown = LocalOffsets::Shown;
    const auto info =
        zone_.get_info(date::local_seconds(std::chrono::floor<seconds>(time.time_since_epoch())));
    if (info.result == date::local_info::unique) {
      if (is_beyond(info.first)) return std::nullopt;
      return LocalOffsets{Shown::once, info.first.offset, info.first.offset};
    }
    const auto [smaller, larger] = std::minmax(info.first.offset, info.second.offset);
    const bool twice = info.result == date::local_info::ambiguous;
    return LocalOffsets{twice ? Shown::twice : Shown::never, larger, smaller};
  }

  [[nodiscard]] std::optional<seconds> offset_at(Moment moment) const override {
    const auto info = zone_.get_info(std::chrono::floor<seconds>(moment));
    if (is_beyond(info)) return std::nullopt;
    return info.offset;
  }

 private:
  const date::time_zone& zone_;  // Of the database, which lives as long as the process.
};

// "localtime" depends on the machine, and "Factory" stands for a zone that was not chosen.
bool is_zone_name(std::string_view name) {
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' && name != "Factory";
}

Error no_such_zone(const date::tzdb& database, std::string_view name) {
  std::vector<std::string_view> names{"UTC"};
  for (const date::time_zone& zone : database.zones) {
    if (is_zone_name(zone.name())) names.push_back(zone.name());
  }
  return {ErrorCode::invalid_configuration,
          "There is no time zone " + in_quotes(name) + "." + did_you_mean(name, names) +
              " Zones are named as in the IANA database, such as \"Europe/Berlin\"; \"UTC\" and "
              "offsets such as \"+05:30\" are known, too."};
}

}  // namespace

Result<std::shared_ptr<const TimeZone>> find_time_zone(std::string_view name) {
  if (auto zone = fixed_time_zone(name)) return zone;
  try {
    const date::tzdb& database = date::get_tzdb();
    const auto zone = std::ranges::find(database.zones, name, &date::time_zone::name);
    if (zone == database.zones.end() || !is_zone_name(name)) return no_such_zone(database, name);
    // Its file is read when it is first asked for something.
    static_cast<void>(zone->get_info(date::sys_seconds()));
    return std::shared_ptr<const TimeZone>(std::make_shared<DatabaseTimeZone>(*zone));
  } catch (const std::exception& fault) {
    return Error{.code = ErrorCode::invalid_configuration,
                 .detail = "The time zone " + in_quotes(name) +
                           " cannot be read from this machine's time zone database. Is the "
                           "package tzdata installed?",
                 .cause = fault.what()};
  }
}

void add_time_steps(StepRegistry& registry) {
  registry.replace("parse_time", parse_time_step(find_time_zone));
  registry.replace("format_time", format_time_step(find_time_zone));
}

}  // namespace dropzone
