// Definitions with one mistake in them: none crashes the server, and each that is refused says
// where the mistake is.
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/kind/pipeline.h>
#include <dropzone/value/json_pointer.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/limits.h>

#include "files.h"
#include "steps_manual.h"

namespace dropzone {
namespace {

/// A list of steps with one mistake.
struct Mutant {
  Value steps;
  bool misspelt = false;  ///< The name of a step, of a parameter or of a member next to a step.
};

/// Makes all mutants of a list of steps.
class Mutation {
 public:
  explicit Mutation(Value steps) : steps_(std::move(steps)) { visit(steps_, 0); }

  [[nodiscard]] const std::vector<Mutant>& mutants() const noexcept { return mutants_; }

 private:
  /// Changes each value inside this one in turn, and puts it back.
  void visit(Value& value, std::size_t level) {
    if (Object* object = value.as_object()) {
      visit_members(*object, level);
    } else if (Array* array = value.as_array()) {
      for (std::size_t i = 0; i < array->size(); ++i) {
        visit((*array)[i], level + 1);
        replace((*array)[i]);
      }
    }
  }

  void visit_members(Object& object, std::size_t level) {
    for (std::size_t i = 0; i < object.size(); ++i) {
      visit(object.members()[i].value, level + 1);
      replace(object.members()[i].value);
      misspell(object.members()[i].name, level);
      Object without = object;
      without.members().erase(without.members().begin() + static_cast<std::ptrdiff_t>(i));
      std::swap(object, without);
      keep();
      std::swap(object, without);
    }
  }

  void replace(Value& value) {
    const Value others[] = {Value(),
                            Value(true),
                            Value(-1),
                            Value(1e300),
                            Value(""),
                            Value("/~2"),
                            Value("_id"),
                            Value(std::string(kMaxPathBytes + 1, 'a')),
                            Value(Array()),
                            Value(Object()),
                            Value(Array{value}),
                            Value(Object{{"field", value}}),
                            Value(Array(kMaxStepFields + 1, Value("a")))};
    for (const Value& other : others) {
      Value before = std::exchange(value, other);
      keep();
      value = std::move(before);
    }
  }

  void misspell(std::string& name, std::size_t level) {
    if (name.empty()) return;
    const std::string before = name;
    name.back() = name.back() == 'x' ? 'z' : 'x';
    // The list, the step's object, its parameters: what is deeper may be names of one's own.
    constexpr std::size_t kStep = 1;
    constexpr std::size_t kParameters = 2;
    keep(level == kStep || level == kParameters);
    name = before;
  }

  void keep(bool misspelt = false) { mutants_.push_back({steps_, misspelt}); }

  Value steps_;
  std::vector<Mutant> mutants_;
};

Value as_list(const Value& steps) { return steps.as_array() ? steps : Value(Array{steps}); }

/// Whether the pointer leads to a value of the definition, or to where one is missing.
bool leads_into(const Value& definition, std::string_view pointer) {
  const Value* at = &definition;
  while (!pointer.empty()) {
    if (pointer.front() != '/') return false;
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    const std::string token(pointer.substr(1, end - 1));
    pointer.remove_prefix(end);
    const Value* next = nullptr;
    if (const Object* object = at->as_object()) {
      for (const Member& member : object->members()) {
        if (pointer_to({}, member.name) == '/' + token) next = &member.value;
      }
    } else if (const Array* array = at->as_array()) {
      const std::size_t index = token.find_first_not_of("0123456789") == token.npos
                                    ? std::strtoul(token.c_str(), nullptr, 10)
                                    : array->size();
      if (index < array->size()) next = &(*array)[index];
    }
    if (!next) return pointer.empty();
    at = next;
  }
  return true;
}

void check_mutant(const Mutant& mutant, const Object& record, const StepRegistry& registry) {
  const auto pipeline = Pipeline::parse(mutant.steps, registry);
  if (pipeline) {
    CHECK_FALSE(mutant.misspelt);
    static_cast<void>(pipeline->apply(record));
    return;
  }
  const Error& error = pipeline.error();
  INFO(to_json(mutant.steps).substr(0, 500));
  INFO(error.pointer << ": " << error.detail);
  CHECK(error.code == ErrorCode::invalid_configuration);
  CHECK_FALSE(error.detail.empty());
  CHECK(error.pointer.starts_with('/'));
  CHECK(leads_into(mutant.steps, error.pointer));
  if (mutant.misspelt) CHECK(error.detail.find("Did you mean \"") != std::string::npos);
}

}  // namespace

TEST_CASE("a mistake in a step's definition is refused with its place and the nearest name") {
  const auto registry = all_steps();
  for (const std::string_view name : registry.names()) {
    INFO(name);
    std::size_t tried = 0;
    for (const ManualExample& example : examples_in(section_of(name).text)) {
      if (!shows(example, name)) continue;
      const Mutation mutation(as_list(example.steps));
      for (const Mutant& mutant : mutation.mutants()) {
        check_mutant(mutant, *example.record.as_object(), registry);
      }
      tried += mutation.mutants().size();
    }
    CHECK(tried >= 15);
  }
}

}  // namespace dropzone
