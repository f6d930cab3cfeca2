#include <dropzone/kind/step_parameters.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <utility>

#include <dropzone/kind/refusal.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/value/json_pointer.h>
#include <dropzone/value/limits.h>

namespace dropzone {
namespace {

std::string must_be(std::string_view what, std::string_view expected, const Value& found) {
  return in_quotes(what) + " must be " + std::string(expected) + ", not " +
         with_article(class_name(found.value_class())) + ".";
}

}  // namespace

bool is_reserved_field(const FieldPath& field) noexcept {
  return field.reserved() != FieldPath::Reserved::none;
}

StepParameters::StepParameters(const Value& definition,
                               std::initializer_list<std::string_view> names)
    : object_(definition.as_object()) {
  if (!object_) {
    refuse_at({}, "A step's parameters must be an object, not " +
                      with_article(class_name(definition.value_class())) + ".");
    return;
  }
  for (const Member& member : object_->members()) {
    if (std::ranges::find(names, member.name) != names.end()) continue;
    refuse(member.name, "The step has no parameter " + in_quotes(member.name) + "." +
                            did_you_mean_one_of(member.name, std::span(names.begin(), names.size()),
                                                "parameters"));
    return;
  }
}

FieldPath StepParameters::field(std::string_view name) {
  const Value* given = require(name);
  return given ? field_at(pointer_to({}, name), *given) : FieldPath();
}

std::optional<FieldPath> StepParameters::optional_field(std::string_view name) {
  const Value* given = find(name);
  if (!given) return std::nullopt;
  return field_at(pointer_to({}, name), *given);
}

std::vector<FieldPath> StepParameters::fields(std::string_view name) {
  const Value* given = require(name);
  if (!given) return {};
  const Array* names = given->as_array();
  if (!names || names->empty()) {
    refuse(name, in_quotes(name) + " must be a list of one or more field names.");
    return {};
  }
  if (names->size() > kMaxStepFields) {
    refuse(name,
           in_quotes(name) + " may list at most " + std::to_string(kMaxStepFields) + " fields.");
    return {};
  }
  std::vector<FieldPath> fields;
  std::set<FieldPath> seen;
  for (std::size_t i = 0; i < names->size() && !fault_; ++i) {
    std::string pointer = pointer_to(pointer_to({}, name), i);
    FieldPath field = field_at(pointer, (*names)[i]);
    if (!seen.insert(field).second) {
      refuse_at(std::move(pointer), "The field " + in_quotes(field.name()) + " is named twice.");
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

FieldTargets StepParameters::targets() {
  FieldTargets read;
  read.ignore_missing = flag("ignore_missing");
  if (!find("fields")) {
    FieldPath from = field("field");
    FieldPath to = optional_field("to").value_or(from);
    read.targets.push_back({std::move(from), std::move(to)});
    return read;
  }
  for (const std::string_view other : {"field", "to"}) {
    if (find(other)) refuse(other, in_quotes(other) + " cannot be combined with \"fields\".");
  }
  std::vector<FieldPath> several = fields("fields");
  if (const auto nested = find_nested(several)) {
    refuse("fields", "The field " + in_quotes(nested->inner.name()) + " is inside " +
                         in_quotes(nested->outer.name()) + ".");
  }
  for (FieldPath& one : several) read.targets.push_back({one, one});
  return read;
}

bool StepParameters::flag(std::string_view name) {
  const Value* given = find(name);
  if (!given) return false;
  const bool* flag = given->as_boolean();
  if (!flag) refuse(name, must_be(name, "true or false", *given));
  return flag && *flag;
}

std::string StepParameters::text(std::string_view name) { return text_of(name, require(name)); }

std::optional<std::string> StepParameters::optional_text(std::string_view name) {
  const Value* given = find(name);
  if (!given) return std::nullopt;
  return text_of(name, given);
}

std::string StepParameters::text_of(std::string_view name, const Value* given) {
  if (!given) return {};
  if (const std::string* text = given->as_string()) return *text;
  refuse(name, must_be(name, "a string", *given));
  return {};
}

std::int64_t StepParameters::integer(std::string_view name, std::int64_t least, std::int64_t most,
                                     std::int64_t otherwise) {
  const Value* given = find(name);
  if (!given) return otherwise;
  const std::int64_t* integer = given->as_integer();
  if (integer && *integer >= least && *integer <= most) return *integer;
  refuse(name, in_quotes(name) + " must be an integer from " + std::to_string(least) + " to " +
                   std::to_string(most) + ".");
  return otherwise;
}

std::size_t StepParameters::choice(std::string_view name, std::span<const std::string_view> words,
                                   std::optional<std::size_t> otherwise) {
  const Value* given = otherwise ? find(name) : require(name);
  if (!given) return otherwise.value_or(0);
  const std::string word = text_of(name, given);
  const auto found = std::ranges::find(words, word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  refuse(name, in_quotes(name) + " cannot be " + in_quotes(word) + '.' +
                   did_you_mean_one_of(word, words, "words"));
  return 0;
}

std::vector<std::string> StepParameters::optional_texts(std::string_view name) {
  const Value* given = find(name);
  if (!given) return {};
  const Array* list = given->as_array();
  if (!list || list->empty() || list->size() > kMaxStepFields) {
    refuse(name, in_quotes(name) + " must be a list of one to " + std::to_string(kMaxStepFields) +
                     " texts.");
    return {};
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string* text = (*list)[i].as_string();
    if (!text) refuse_at(pointer_to(pointer_to({}, name), i), "It must be a string.");
    texts.push_back(text ? *text : std::string());
  }
  return texts;
}

Value StepParameters::value(std::string_view name) {
  const Value* given = require(name);
  return given ? *given : Value();
}

void StepParameters::refuse(std::string_view name, std::string detail) {
  refuse_at(pointer_to({}, name), std::move(detail));
}

const Value* StepParameters::find(std::string_view name) const {
  return object_ ? object_->find(name) : nullptr;
}

const Value* StepParameters::require(std::string_view name) {
  const Value* given = find(name);
  if (!given) refuse(name, "The step needs the parameter " + in_quotes(name) + ".");
  return given;
}

FieldPath StepParameters::field_at(std::string pointer, const Value& value) {
  const std::string* name = value.as_string();
  if (!name) {
    refuse_at(std::move(pointer), "A field name must be a string, not " +
                                      with_article(class_name(value.value_class())) + ".");
    return {};
  }
  auto field = FieldPath::parse(*name);
  if (!field) {
    refuse_at(std::move(pointer), std::move(field.error().detail));
    return {};
  }
  if (is_reserved_field(*field)) {
    refuse_at(std::move(pointer), "The field " + in_quotes(*name) +
                                      " is the server's own; no step can see or make it.");
  }
  return *std::move(field);
}

void StepParameters::refuse_at(std::string pointer, std::string detail) {
  if (!fault_) fault_ = {ErrorCode::invalid_configuration, std::move(detail), std::move(pointer)};
}

std::optional<NestedFields> find_nested(std::vector<FieldPath> fields) {
  // Right after a field come those that are inside it.
  std::ranges::sort(fields);
  const auto is_inside = [](const FieldPath& outer, const FieldPath& inner) {
    return inner.parts().size() > outer.parts().size() &&
           std::equal(outer.parts().begin(), outer.parts().end(), inner.parts().begin());
  };
  const auto outer = std::ranges::adjacent_find(fields, is_inside);
  if (outer == fields.end()) return std::nullopt;
  return NestedFields{*outer, *std::next(outer)};
}

}  // namespace dropzone
