#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/steps_re2/pattern.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/json_pointer.h>

#include "step_factories.h"

namespace dropzone {
namespace {

/// A named group, and the field that gets what it matches.
struct GroupField {
  std::size_t group;
  FieldPath to;
};

struct ExtractOptions {
  FieldPath field;
  std::optional<FieldPath> to;
  bool ignore_missing;
  bool ignore_no_match;
};

class Extract final : public Step {
 public:
  Extract(ExtractOptions options, Pattern pattern, std::vector<GroupField> groups)
      : options_(std::move(options)), pattern_(std::move(pattern)), groups_(std::move(groups)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "extract"; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    const Value* value = options_.field.find_in(object);
    if (!value) return options_.ignore_missing ? Result<void>() : missing_field(options_.field);
    const std::string* text = value->as_string();
    if (!text) return type_mismatch(pointer_to(options_.field), "string", *value);
    std::array<std::string_view, Pattern::kMaxGroups + 1> matched;
    const std::span groups(matched.data(), pattern_.group_count() + 1);
    const auto found = pattern_.search(*text, 0, groups, context.allowance);
    if (!found) return at_field(found.error());
    if (*found) return set_groups(object, groups, context.allowance);
    return options_.ignore_no_match ? Result<void>() : no_match();
  }

  void infer(KnownFields& known) const override {
    for (const GroupField& group : groups_) known.may_set(group.to);
  }

 private:
  Result<void> set_groups(Object& object, std::span<const std::string_view> matched,
                          Allowance& allowance) const {
    // The text may be in a field that a group replaces, so the values are made first.
    std::vector<std::pair<const FieldPath*, std::string>> values;
    for (const GroupField& group : groups_) {
      if (!matched[group.group].data()) continue;
      const Extent extent{.depth = 0,
                          .bytes = sizeof(Value) + heap_bytes(matched[group.group].size())};
      if (auto made = allowance.make(group.to, extent); !made) return made;
      values.emplace_back(&group.to, matched[group.group]);
    }
    for (auto& [field, value] : values) {
      if (auto set = set_field(object, *field, std::move(value)); !set) return set;
    }
    return {};
  }

  [[nodiscard]] Error at_field(Error error) const {
    error.pointer = pointer_to(options_.field);
    return error;
  }
  [[nodiscard]] Error no_match() const {
    return {ErrorCode::step_failed,
            "The text in " + in_quotes(options_.field.name()) + " does not match the pattern.",
            pointer_to(options_.field)};
  }

  ExtractOptions options_;
  Pattern pattern_;
  std::vector<GroupField> groups_;
};

// A group's name is a member's name: of the record, or of the object at `to`.
Result<std::vector<GroupField>> fields_of(const Pattern& pattern,
                                          const std::optional<FieldPath>& to) {
  std::vector<GroupField> fields;
  for (const auto& [name, group] : pattern.named_groups()) {
    auto field = FieldPath::parse(to ? pointer_to(pointer_to(*to), name) : name);
    if (!field) return std::move(field).error();
    if (is_reserved_field(*field)) {
      return Error{
          ErrorCode::invalid_configuration,
          "The field " + in_quotes(name) + " is the server's own; give the group another name."};
    }
    fields.push_back({static_cast<std::size_t>(group), *std::move(field)});
  }
  if (fields.empty()) {
    return Error{ErrorCode::invalid_configuration,
                 "The pattern has no named group, such as (?P<level>[A-Z]+), to make a field of."};
  }
  // In the order of the pattern, which is that of the record then.
  std::ranges::sort(fields, {}, &GroupField::group);
  return fields;
}

}  // namespace

Result<std::unique_ptr<Step>> make_extract(const Value& definition) {
  StepParameters parameters(definition,
                            {"field", "pattern", "to", "ignore_missing", "ignore_no_match"});
  ExtractOptions options{.field = parameters.field("field"),
                         .to = parameters.optional_field("to"),
                         .ignore_missing = parameters.flag("ignore_missing"),
                         .ignore_no_match = parameters.flag("ignore_no_match")};
  const std::string text = parameters.text("pattern");
  if (parameters.fault()) return *parameters.fault();
  auto pattern = Pattern::compile(text);
  if (!pattern) {
    parameters.refuse("pattern", pattern.error().detail);
    return *parameters.fault();
  }
  auto fields = fields_of(*pattern, options.to);
  if (!fields) {
    parameters.refuse("pattern", fields.error().detail);
    return *parameters.fault();
  }
  return std::make_unique<Extract>(std::move(options), *std::move(pattern), *std::move(fields));
}

}  // namespace dropzone
