#include <utility>

#include <dropzone/kind/field_step.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/kind/time_steps.h>
#include <dropzone/value/json_pointer.h>

#include "kind/time/time_format.h"

namespace dropzone {
namespace {

class FormatTime final : public FieldStep {
 public:
  /// A null zone is UTC.
  FormatTime(FieldTargets targets, TimeFormat format, std::shared_ptr<const TimeZone> zone)
      : FieldStep(std::move(targets)), format_(std::move(format)), zone_(std::move(zone)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "format_time"; }

 private:
  Result<std::optional<Value>> make(const Value& value, const Target& target,
                                    const StepContext& context) const override {
    const Timestamp* timestamp = value.as_timestamp();
    if (!timestamp) return type_mismatch(pointer_to(target.from), "timestamp", value);
    auto written = write(*timestamp);
    if (!written) {
      written.error().pointer = pointer_to(target.from);
      return std::move(written).error();
    }
    if (auto made = context.allowance.make(target.to, extent_of(*written)); !made) {
      return std::move(made).error();
    }
    return std::optional<Value>(*std::move(written));
  }

  [[nodiscard]] Made makes() const noexcept override {
    return {.type = format_.unit() ? FieldType::number : FieldType::string};
  }

  [[nodiscard]] Result<Value> write(Timestamp timestamp) const {
    if (const UnixUnit* unit = format_.unit()) {
      auto number = write_unix_time(timestamp, *unit);
      if (!number) return std::move(number).error();
      return Value(*number);
    }
    if (format_.is_rfc3339()) return Value(format_timestamp(timestamp));
    const Moment moment{std::chrono::microseconds(timestamp.micros)};
    const auto offset = zone_ ? zone_->offset_at(moment) : std::optional(std::chrono::seconds(0));
    if (!offset) return refused(timestamp, "nothing is known of the zone's clocks then");
    const LocalTime local{moment.time_since_epoch() + *offset};
    if (!is_within_years(local)) {
      return refused(timestamp, "in the time zone it is outside the years 0001 to 9999");
    }
    if (format_.pattern()->has_offset() && offset->count() % 60 != 0) {
      return refused(timestamp, "the zone's offset from UTC had seconds then, which %z cannot say");
    }
    std::string text;
    format_.pattern()->write(text, local, *offset);
    return Value(std::move(text));
  }

  static bool is_within_years(LocalTime local) {
    const std::int64_t micros = local.time_since_epoch().count();
    return micros >= kEarliestTimestamp.micros && micros <= kLatestTimestamp.micros;
  }

  static Error refused(Timestamp timestamp, std::string_view why) {
    return {ErrorCode::invalid_time,
            format_timestamp(timestamp) + " cannot be written: " + std::string(why) + "."};
  }

  TimeFormat format_;
  std::shared_ptr<const TimeZone> zone_;
};

Result<std::unique_ptr<Step>> make_format_time(const Value& definition,
                                               const TimeZoneFinder& zones) {
  StepParameters parameters(definition,
                            {"field", "to", "fields", "format", "timezone", "ignore_missing"});
  FieldTargets targets = parameters.targets();
  auto format = TimeFormat::parse(parameters.text("format"));
  if (!format) parameters.refuse("format", format.error().detail);
  std::shared_ptr<const TimeZone> zone;
  if (const auto zone_name = parameters.optional_text("timezone")) {
    auto found = zones(*zone_name);
    if (!found) parameters.refuse("timezone", found.error().detail);
    if (found) zone = *std::move(found);
    if (format && format->unit()) {
      parameters.refuse("timezone", "A Unix time is the same in every time zone.");
    }
  }
  if (parameters.fault()) return *parameters.fault();
  // The one form of RFC 3339 that says an offset.
  if (zone && format->is_rfc3339()) format = TimeFormat::parse("%FT%T%:z");
  return std::make_unique<FormatTime>(std::move(targets), *std::move(format), std::move(zone));
}

}  // namespace

StepFactory format_time_step(TimeZoneFinder zones) {
  return [zones = std::move(zones)](const Value& definition) {
    return make_format_time(definition, zones);
  };
}

}  // namespace dropzone
