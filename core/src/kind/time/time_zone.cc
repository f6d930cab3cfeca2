#include <dropzone/kind/time_zone.h>

#include <dropzone/text/in_quotes.h>

#include "kind/time/offset_text.h"

namespace dropzone {
namespace {

class FixedTimeZone final : public TimeZone {
 public:
  explicit FixedTimeZone(std::chrono::seconds offset) : offset_(offset) {}

  [[nodiscard]] std::optional<LocalOffsets> offsets_of(LocalTime) const override {
    return LocalOffsets{LocalOffsets::Shown::once, offset_, offset_};
  }
  [[nodiscard]] std::optional<std::chrono::seconds> offset_at(Moment) const override {
    return offset_;
  }

 private:
  std::chrono::seconds offset_;
};

}  // namespace

std::shared_ptr<const TimeZone> fixed_time_zone(std::string_view name) {
  if (name == "UTC") return std::make_shared<FixedTimeZone>(std::chrono::seconds(0));
  if (!name.starts_with('+') && !name.starts_with('-')) return nullptr;
  const auto offset = take_offset(name);
  if (!offset || !name.empty()) return nullptr;
  return std::make_shared<FixedTimeZone>(*offset);
}

Result<std::shared_ptr<const TimeZone>> find_fixed_time_zone(std::string_view name) {
  if (auto zone = fixed_time_zone(name)) return zone;
  return Error{ErrorCode::invalid_configuration,
               "There is no time zone " + in_quotes(name) +
                   "; there are \"UTC\" and offsets such as \"+05:30\" here."};
}

}  // namespace dropzone
