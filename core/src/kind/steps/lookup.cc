#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include <dropzone/kind/field_step.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/extent.h>
#include <dropzone/value/json_pointer.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/scalar_text.h"

namespace dropzone {
namespace {

/// A value of the table, measured once.
struct Entry {
  explicit Entry(Value looked_up) : value(std::move(looked_up)), extent(extent_of(value)) {}
  Value value;
  Extent extent;
};

using Table = std::map<std::string, Entry, std::less<>>;

class Lookup final : public FieldStep {
 public:
  Lookup(FieldTargets targets, Table table, std::optional<Entry> otherwise)
      : FieldStep(std::move(targets)),
        table_(std::move(table)),
        otherwise_(std::move(otherwise)),
        type_(common_type()) {}

  std::string_view name() const noexcept override { return "lookup"; }

 private:
  Result<std::optional<Value>> make(const Value& value, const Target& target,
                                    const StepContext& context) const override {
    const Entry* entry = find(value);
    if (!entry) return is_not_in_table(value, target);
    if (auto made = context.allowance.make(target.to, entry->extent); !made) {
      return std::move(made).error();
    }
    return std::optional<Value>(entry->value);
  }

  [[nodiscard]] Made makes() const noexcept override { return {.type = type_}; }

  [[nodiscard]] const Entry* find(const Value& value) const {
    const Entry* const otherwise = otherwise_ ? &*otherwise_ : nullptr;
    const std::string* string = value.as_string();
    const auto text = string ? std::optional<std::string>() : scalar_text(value);
    if (!string && !text) return otherwise;
    const auto found = table_.find(string ? *string : *text);
    return found == table_.end() ? otherwise : &found->second;
  }

  static Error is_not_in_table(const Value& value, const Target& target) {
    std::string pointer = pointer_to(target.from);
    return {ErrorCode::step_failed,
            "The value at " + pointer + ", " + with_article(class_name(value.value_class())) +
                ", is not in the step's table, which has no default.",
            std::move(pointer)};
  }

  [[nodiscard]] FieldType common_type() const {
    const FieldType first = type_of(otherwise_ ? otherwise_->value : table_.begin()->second.value);
    const auto is_other = [&](const auto& row) { return type_of(row.second.value) != first; };
    return std::ranges::any_of(table_, is_other) ? FieldType::any : first;
  }

  Table table_;
  std::optional<Entry> otherwise_;
  FieldType type_;
};

Table read_table(StepParameters& parameters) {
  Table table;
  const Value given = parameters.value("table");
  const Object* rows = given.as_object();
  if (!rows || rows->empty()) {
    parameters.refuse("table", "\"table\" must be an object of texts and what each stands for.");
    return table;
  }
  for (const Member& row : rows->members()) table.emplace(row.name, Entry(row.value));
  return table;
}

}  // namespace

Result<std::unique_ptr<Step>> make_lookup(const Value& definition) {
  StepParameters parameters(definition,
                            {"field", "fields", "to", "ignore_missing", "table", "default"});
  FieldTargets targets = parameters.targets();
  Table table = read_table(parameters);
  std::optional<Entry> otherwise;
  if (const Value* given = parameters.find("default")) otherwise.emplace(*given);
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Lookup>(std::move(targets), std::move(table), std::move(otherwise));
}

}  // namespace dropzone
