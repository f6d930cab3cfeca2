#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <dropzone/kind/field_step.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/extent.h>
#include <dropzone/value/json_pointer.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/number_text.h"
#include "kind/steps/scalar_text.h"

namespace dropzone {
namespace {

constexpr std::array<std::string_view, 5> kTypes = {"integer", "number", "boolean", "string",
                                                    "timestamp"};
constexpr std::array<std::string_view, 3> kEmptyWords = {"reject", "null", "missing"};

enum class ConvertTo : std::uint8_t { integer, number, boolean, string, timestamp };
enum class IfEmpty : std::uint8_t { convert, reject, null, missing };

struct ConvertParameters {
  ConvertTo type = ConvertTo::integer;
  IfEmpty if_empty = IfEmpty::convert;
  NumberFormat format;
  std::vector<std::string> truths = {"true"};
  std::vector<std::string> falsehoods = {"false"};
};

class Convert final : public FieldStep {
 public:
  Convert(FieldTargets targets, ConvertParameters parameters)
      : FieldStep(std::move(targets)), parameters_(std::move(parameters)) {}

  std::string_view name() const noexcept override { return "convert"; }

 private:
  Result<std::optional<Value>> make(const Value& value, const Target& target,
                                    const StepContext& context) const override {
    const std::string* text = value.as_string();
    const std::size_t bytes = parameters_.type == ConvertTo::string && text ? text->size() : 0;
    const Extent extent{.depth = 0, .bytes = sizeof(Value) + heap_bytes(bytes)};
    if (auto made = context.allowance.make(target.to, extent); !made) {
      return std::move(made).error();
    }
    if (text && text->empty() && parameters_.if_empty != IfEmpty::convert) {
      if (parameters_.if_empty == IfEmpty::null) return std::optional<Value>(Value());
      if (parameters_.if_empty == IfEmpty::missing) return std::optional<Value>();
      return refused(target, {ErrorCode::type_mismatch, "The text is empty."});
    }
    auto converted = text ? of_text(*text, value) : of_other(value);
    if (!converted) return refused(target, std::move(converted).error());
    return std::optional<Value>(*std::move(converted));
  }

  [[nodiscard]] Made makes() const noexcept override {
    constexpr std::array kMade = {FieldType::number, FieldType::number, FieldType::boolean,
                                  FieldType::string, FieldType::timestamp};
    const FieldType type = kMade[static_cast<std::size_t>(parameters_.type)];
    return {.type = parameters_.if_empty == IfEmpty::null ? FieldType::any : type,
            .may_be_missing = parameters_.if_empty == IfEmpty::missing};
  }

  // What the errors of the functions below do not know.
  static Error refused(const Target& target, Error error) {
    error.pointer = pointer_to(target.from);
    error.detail += " It is at " + error.pointer + '.';
    return error;
  }

  [[nodiscard]] Result<Value> of_text(const std::string& text, const Value& value) const {
    switch (parameters_.type) {
      case ConvertTo::integer: return parse_integer(text, parameters_.format);
      case ConvertTo::number: return parse_number(text, parameters_.format);
      case ConvertTo::boolean: return boolean_of(value);
      case ConvertTo::timestamp: {
        auto timestamp = parse_timestamp(text);
        if (!timestamp) return std::move(timestamp).error();
        return Value(*timestamp);
      }
      case ConvertTo::string: break;
    }
    return value;
  }

  [[nodiscard]] Result<Value> of_other(const Value& value) const {
    const bool is_number = value.value_class() == ValueClass::number;
    switch (parameters_.type) {
      case ConvertTo::integer:
        if (is_number && !value.as_double()) return value;
        break;
      case ConvertTo::number:
        if (is_number) return value;
        break;
      case ConvertTo::boolean: return boolean_of(value);
      case ConvertTo::timestamp:
        if (value.as_timestamp()) return value;
        break;
      case ConvertTo::string:
        if (auto text = scalar_text(value)) return Value(*std::move(text));
        break;
    }
    return cannot_be(value);
  }

  [[nodiscard]] Result<Value> boolean_of(const Value& value) const {
    if (value.as_boolean()) return value;
    if (const auto text = scalar_text(value)) {
      if (std::ranges::find(parameters_.truths, *text) != parameters_.truths.end())
        return Value(true);
      const auto& falsehoods = parameters_.falsehoods;
      if (std::ranges::find(falsehoods, *text) != falsehoods.end()) return Value(false);
    }
    if (value.as_string()) {
      return Error{ErrorCode::type_mismatch,
                   "The text is neither one of \"true\" nor one of \"false\"."};
    }
    return cannot_be(value);
  }

  [[nodiscard]] Error cannot_be(const Value& value) const {
    const std::string found =
        value.as_double() && parameters_.type == ConvertTo::integer
            ? "A number that is not an integer of 64 bits"
            : "The value, " + with_article(class_name(value.value_class())) + ',';
    return {ErrorCode::type_mismatch,
            found + " cannot be converted to " +
                with_article(kTypes[static_cast<std::size_t>(parameters_.type)]) + '.'};
  }

  ConvertParameters parameters_;
};

/// Whether it is one character of UTF-8, and cannot be mistaken for a digit, a sign or an exponent.
bool can_separate(std::string_view text) {
  const auto begins_character = [](char byte) { return (byte & 0xC0) != 0x80; };
  return std::ranges::count_if(text, begins_character) == 1 &&
         text.find_first_of("0123456789-+eE") == std::string_view::npos;
}

NumberFormat read_number_format(StepParameters& parameters, ConvertTo type) {
  NumberFormat format;
  for (const std::string_view name : {"decimal", "group"}) {
    auto given = parameters.optional_text(name);
    if (!given) continue;
    if (type != ConvertTo::integer && type != ConvertTo::number) {
      parameters.refuse(name, in_quotes(name) + " is for the types \"integer\" and \"number\".");
    } else if (!can_separate(*given)) {
      parameters.refuse(
          name,
          in_quotes(name) + " must be one character that is neither a digit, a sign nor \"e\".");
    }
    (name == "group" ? format.group : format.decimal) = *std::move(given);
  }
  if (format.group == format.decimal) {
    parameters.refuse("group", "\"group\" and \"decimal\" must be different.");
  }
  return format;
}

void read_boolean_texts(StepParameters& parameters, ConvertParameters& read) {
  for (const std::string_view name : {"true", "false"}) {
    auto texts = parameters.optional_texts(name);
    if (texts.empty()) continue;
    if (read.type != ConvertTo::boolean) {
      parameters.refuse(name, in_quotes(name) + " is for the type \"boolean\".");
    }
    (name == "true" ? read.truths : read.falsehoods) = std::move(texts);
  }
  const auto both = std::ranges::find_first_of(read.truths, read.falsehoods);
  if (both != read.truths.end()) {
    parameters.refuse("true", "The text " + in_quotes(*both) + " cannot be both true and false.");
  }
}

}  // namespace

Result<std::unique_ptr<Step>> make_convert(const Value& definition) {
  StepParameters parameters(definition, {"field", "fields", "to", "ignore_missing", "type", "empty",
                                         "decimal", "group", "true", "false"});
  FieldTargets targets = parameters.targets();
  ConvertParameters read;
  read.type = static_cast<ConvertTo>(parameters.choice("type", kTypes));
  if (parameters.find("empty")) {
    constexpr std::array kMeanings = {IfEmpty::reject, IfEmpty::null, IfEmpty::missing};
    read.if_empty = kMeanings[parameters.choice("empty", kEmptyWords)];
  }
  read.format = read_number_format(parameters, read.type);
  read_boolean_texts(parameters, read);
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Convert>(std::move(targets), std::move(read));
}

}  // namespace dropzone
