#include <array>
#include <utility>
#include <vector>

#include <dropzone/kind/field_step.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/kind/time_steps.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/json_pointer.h>

#include "kind/time/time_format.h"

namespace dropzone {
namespace {

/// Which of two moments a local time means that the clocks show twice or never.
enum class Ambiguous : std::uint8_t { earlier, later, refuse };

struct ParseTimeOptions {
  std::vector<TimeFormat> formats;
  std::shared_ptr<const TimeZone> zone = {};
  std::string zone_name = {};
  Ambiguous ambiguous = Ambiguous::refuse;
};

class ParseTime final : public FieldStep {
 public:
  ParseTime(FieldTargets targets, ParseTimeOptions options)
      : FieldStep(std::move(targets)), options_(std::move(options)) {
    for (const TimeFormat& format : options_.formats) takes_numbers_ |= format.unit() != nullptr;
  }

  [[nodiscard]] std::string_view name() const noexcept override { return "parse_time"; }

 private:
  Result<std::optional<Value>> make(const Value& value, const Target& target,
                                    const StepContext& context) const override {
    auto timestamp = read(value, pointer_to(target.from));
    if (!timestamp) {
      timestamp.error().pointer = pointer_to(target.from);
      return std::move(timestamp).error();
    }
    if (auto made = context.allowance.make(target.to, {}); !made) return std::move(made).error();
    return std::optional<Value>(*timestamp);
  }

  [[nodiscard]] Made makes() const noexcept override { return {.type = FieldType::timestamp}; }

  Result<Timestamp> read(const Value& value, std::string pointer) const {
    if (!value.as_string() && !(takes_numbers_ && value.value_class() == ValueClass::number)) {
      return type_mismatch(std::move(pointer), takes_numbers_ ? "string or a number" : "string",
                           value);
    }
    if (options_.formats.size() == 1) return read_as(value, options_.formats.front()).result;
    for (const TimeFormat& format : options_.formats) {
      if (Outcome outcome = read_as(value, format); outcome.fits) return std::move(outcome).result;
    }
    return fits_none(value);
  }

  struct Outcome {
    bool fits;  ///< The value is written in this way. It may be refused nevertheless.
    Result<Timestamp> result;
  };

  [[nodiscard]] Outcome read_as(const Value& value, const TimeFormat& format) const {
    if (const UnixUnit* unit = format.unit()) {
      auto time = read_unix_time(value, *unit);
      return {time.has_value(), std::move(time)};
    }
    const std::string* text = value.as_string();
    if (!text) return {false, type_mismatch({}, "string", value)};
    if (!format.pattern()) {
      auto time = parse_timestamp(*text);
      return {time.has_value(), std::move(time)};
    }
    auto reading = format.pattern()->read(*text);
    if (!reading) return {false, std::move(reading).error()};
    return {true, moment_of(*text, *reading)};
  }

  [[nodiscard]] Result<Timestamp> moment_of(std::string_view text,
                                            const TimePattern::Reading& reading) const {
    auto offset = reading.offset ? Result<std::chrono::seconds>(*reading.offset)
                                 : offset_of(text, reading.time);
    if (!offset) return std::move(offset).error();
    const Timestamp moment{(reading.time.time_since_epoch() - *offset).count()};
    if (moment < kEarliestTimestamp || moment > kLatestTimestamp) {
      return refused(text, "in UTC it is outside the years 0001 to 9999");
    }
    return moment;
  }

  [[nodiscard]] Result<std::chrono::seconds> offset_of(std::string_view text,
                                                       LocalTime time) const {
    using Shown = TimeZone::LocalOffsets::Shown;
    const auto offsets = options_.zone->offsets_of(time);
    if (!offsets) {
      return refused(text, "nothing is known of the clocks in " + options_.zone_name + " then");
    }
    if (offsets->shown != Shown::once && options_.ambiguous == Ambiguous::refuse) {
      return refused(
          text, std::string("the clocks in ") + options_.zone_name +
                    (offsets->shown == Shown::twice ? " showed it twice" : " never showed it") +
                    "; \"ambiguous\" can say which moment is meant");
    }
    return options_.ambiguous == Ambiguous::later ? offsets->later : offsets->earlier;
  }

  static Error refused(std::string_view text, std::string_view why) {
    return {ErrorCode::invalid_time, in_quotes(text) + " is not a time: " + std::string(why) + "."};
  }

  [[nodiscard]] Error fits_none(const Value& value) const {
    std::string formats;
    for (const TimeFormat& format : options_.formats) {
      formats += (formats.empty() ? "" : ", ") + in_quotes(format.name());
    }
    const std::string* text = value.as_string();
    return {ErrorCode::invalid_time, (text ? in_quotes(*text) : "The number") +
                                         " fits none of the formats " + formats + "."};
  }

  ParseTimeOptions options_;
  bool takes_numbers_ = false;
};

void read_formats(StepParameters& parameters, ParseTimeOptions& options) {
  const std::vector<std::string> names = parameters.optional_texts("formats");
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto format = TimeFormat::parse(names[i]);
    std::string fault = format ? std::string() : format.error().detail;
    if (format && format->pattern()) fault = format->pattern()->unreadable();
    if (!fault.empty()) {
      parameters.refuse_at(pointer_to("/formats", i), std::move(fault));
      return;
    }
    options.formats.push_back(*std::move(format));
  }
  if (options.formats.empty()) options.formats.emplace_back();
}

// A pattern without an offset needs a zone, and a zone needs such a pattern.
void check_zone(StepParameters& parameters, const ParseTimeOptions& options) {
  bool needed = false;
  for (std::size_t i = 0; i < options.formats.size(); ++i) {
    const TimePattern* pattern = options.formats[i].pattern();
    if (!pattern || pattern->has_offset()) continue;
    needed = true;
    if (options.zone) continue;
    parameters.refuse_at(pointer_to("/formats", i),
                         "The pattern has no offset from UTC (%z): say in \"timezone\" where the "
                         "clocks are, such as \"UTC\", \"+05:30\" or \"Europe/Berlin\".");
  }
  if (options.zone && !needed) {
    parameters.refuse("timezone",
                      "\"timezone\" is for patterns without an offset; none of the "
                      "formats is one.");
  }
  if (!options.zone && options.ambiguous != Ambiguous::refuse) {
    parameters.refuse("ambiguous", "\"ambiguous\" is for a \"timezone\".");
  }
}

Result<std::unique_ptr<Step>> make_parse_time(const Value& definition,
                                              const TimeZoneFinder& zones) {
  constexpr std::array<std::string_view, 2> kWhich{"earlier", "later"};
  StepParameters parameters(
      definition, {"field", "to", "fields", "formats", "timezone", "ambiguous", "ignore_missing"});
  FieldTargets targets = parameters.targets();
  ParseTimeOptions options;
  read_formats(parameters, options);
  if (const auto zone_name = parameters.optional_text("timezone")) {
    options.zone_name = *zone_name;
    auto zone = zones(*zone_name);
    if (!zone) parameters.refuse("timezone", zone.error().detail);
    if (zone) options.zone = *std::move(zone);
  }
  if (parameters.find("ambiguous")) {
    options.ambiguous = static_cast<Ambiguous>(parameters.choice("ambiguous", kWhich));
  }
  if (!parameters.fault()) check_zone(parameters, options);
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<ParseTime>(std::move(targets), std::move(options));
}

}  // namespace

StepFactory parse_time_step(TimeZoneFinder zones) {
  return [zones = std::move(zones)](const Value& definition) {
    return make_parse_time(definition, zones);
  };
}

}  // namespace dropzone
