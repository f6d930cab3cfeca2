#include <dropzone/kind/pipeline_parser.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <dropzone/kind/query_checks.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/query/filter_parser.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/value/json_pointer.h>

#include "kind/definition_fault.h"
#include "kind/step_guard.h"

namespace dropzone {
namespace {

/// What a step's object may have besides the step itself.
constexpr std::array<std::string_view, 3> kGuardMembers = {"if", "onError", "description"};

/// Levels of lists of steps inside steps.
constexpr std::size_t kMaxNestedLists = 8;

bool is_guard_member(const Member& member) {
  return std::ranges::find(kGuardMembers, member.name) != kGuardMembers.end();
}

/// The one member that is the step.
Result<const Member*> find_step(const Object& definition, const StepRegistry& registry) {
  const Member* step = nullptr;
  for (const Member& member : definition.members()) {
    if (is_guard_member(member)) continue;
    if (!step) {
      step = &member;
      continue;
    }
    const bool is_first = registry.contains(step->name);
    if (is_first == registry.contains(member.name)) {
      return invalid_definition({}, "A step's object must have one step; this one has " +
                                        in_quotes(step->name) + " and " + in_quotes(member.name) +
                                        ".");
    }
    const std::string& unknown = is_first ? member.name : step->name;
    return invalid_definition(pointer_to({}, unknown), "A step's object has no member " +
                                                           in_quotes(unknown) + "." +
                                                           did_you_mean(unknown, kGuardMembers));
  }
  if (step) return step;
  return invalid_definition({},
                            "A step must be an object of its name and its parameters, such as "
                            "{\"remove\": {\"fields\": [\"a\"]}}; \"if\", \"onError\" and "
                            "\"description\" may be next to them.");
}

Result<void> check_description(const Object& definition) {
  const Value* description = definition.find("description");
  if (!description || description->as_string()) return {};
  return invalid_definition("/description",
                            "\"description\" must be a string, not " +
                                with_article(class_name(description->value_class())) + ".");
}

/// The step's `if`, its operands typed by what is known of the fields.
Result<std::optional<Filter>> parse_condition(const Object& definition, const KnownFields& known) {
  const Value* value = definition.find("if");
  if (!value) return std::optional<Filter>();
  FilterParser parser;
  std::optional<Filter> filter = parser.parse(*value);
  std::optional<Error> fault = parser.fault();
  if (!fault) {
    if (auto typed = apply_field_types(*filter, known); !typed) fault = std::move(typed).error();
  }
  if (!fault) return filter;
  fault->code = ErrorCode::invalid_configuration;
  return within("/if", *std::move(fault));
}

}  // namespace

Result<Pipeline> PipelineParser::parse(const Value& definition, KnownFields& known) {
  const Array* list = definition.as_array();
  if (!list) {
    return invalid_definition({}, "A pipeline must be a list of steps, not " +
                                      with_article(class_name(definition.value_class())) + ".");
  }
  if (depth_ == kMaxNestedLists) {
    return invalid_definition({}, "Steps may be inside others at most " +
                                      std::to_string(kMaxNestedLists) + " levels deep.");
  }
  ++depth_;
  auto pipeline = parse_list(*list, known);
  --depth_;
  return pipeline;
}

Result<Pipeline> PipelineParser::parse_list(const Array& list, KnownFields& known) {
  Pipeline pipeline;
  for (const Value& element : list) {
    const std::string pointer = pointer_to({}, pipeline.steps_.size());
    if (++steps_ > max_steps_) {
      return invalid_definition(pointer,
                                "There are more than " + std::to_string(max_steps_) + " steps.");
    }
    auto step = parse_step(element, known);
    if (!step) return within(pointer, std::move(step).error());
    pipeline.steps_.push_back(*std::move(step));
  }
  return pipeline;
}

Result<Pipeline::GuardedStep> PipelineParser::parse_step(const Value& definition,
                                                         KnownFields& known) {
  const Object* object = definition.as_object();
  static const Object kNothing;
  const auto member = find_step(object ? *object : kNothing, registry_);
  if (!member) return member.error();
  if (auto fine = check_description(*object); !fine) return std::move(fine).error();
  auto step = registry_.make((*member)->name, (*member)->value, *this);
  if (!step) return within(pointer_to({}, (*member)->name), std::move(step).error());
  auto guard = parse_guard(*object, **step, known);
  if (!guard) return std::move(guard).error();
  if (!*guard) (*step)->infer(known);
  return Pipeline::GuardedStep{*std::move(step), *std::move(guard)};
}

Result<std::unique_ptr<const StepGuard>> PipelineParser::parse_guard(const Object& definition,
                                                                     const Step& step,
                                                                     KnownFields& known) {
  auto condition = parse_condition(definition, known);
  if (!condition) return std::move(condition).error();
  std::optional<Pipeline> handler;
  if (const Value* on_error = definition.find("onError")) {
    const std::string* word = on_error->as_string();
    if (word && *word == "skip") {
      handler.emplace();
    } else if (on_error->as_array()) {
      KnownFields before = known;
      auto steps = parse(*on_error, before);
      if (!steps) return within("/onError", std::move(steps).error());
      handler = *std::move(steps);
    } else if (!word || *word != "reject") {
      return invalid_definition("/onError",
                                "\"onError\" must be \"reject\", \"skip\" or a list of steps.");
    }
  }
  if (!*condition && !handler) return std::unique_ptr<const StepGuard>();
  auto guard = std::make_unique<const StepGuard>(*std::move(condition), std::move(handler));
  guard->infer(step, known);
  return guard;
}

}  // namespace dropzone
