#include <dropzone/kind/kind.h>

#include <algorithm>
#include <utility>

#include <dropzone/kind/refusal.h>
#include <dropzone/value/json_pointer.h>

#include "kind/steps/field_set.h"

namespace dropzone {
namespace {

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_name_character(char c) noexcept {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

bool is_kind_name(std::string_view name) noexcept {
  constexpr std::size_t kLongest = 100;
  return !name.empty() && name.size() <= kLongest && is_letter(name.front()) &&
         std::ranges::all_of(name, is_name_character);
}

Kind::Kind(std::string name, std::int64_t version)
    : name_(std::move(name)),
      version_(version),
      pipeline_name_(name_ + '@' + std::to_string(version)),
      definition_(Object()),
      pipeline_definition_(Array()) {}

bool Kind::transforms_like(const Kind& other) const {
  return pipeline_definition_ == other.pipeline_definition_ && fields_ == other.fields_ &&
         id_rule_ == other.id_rule_;
}

Result<Object> Kind::transform(Object object) const {
  Allowance allowance{RecordLimits{}};
  return transform(std::move(object), allowance);
}

Result<Object> Kind::transform(Object object, const StepContext& context,
                               const Pipeline::Trace& trace) const {
  auto transformed = pipeline_.apply(std::move(object), context, trace);
  if (!transformed) return transformed;
  if (!declared_) return transformed;
  const std::vector<const Value*> values = declared_->find_in(std::as_const(*transformed));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const FieldType type = declared_types_[i];
    if (!values[i] || is_of_type(*values[i], type)) continue;
    Error error = type_mismatch(pointer_to(declared_->fields()[i]), type_name(type), *values[i]);
    if (type == FieldType::timestamp) {
      error.detail += " The step parse_time makes timestamps of text.";
    }
    show_values(error, *transformed);
    return error;
  }
  return transformed;
}

}  // namespace dropzone
