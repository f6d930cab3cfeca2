#include <dropzone/steps_lua/lua_step.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/kind/step_parameters.h>
#include <dropzone/mutex.h>

#include "machine.h"

namespace dropzone {
namespace {

constexpr std::size_t kMaxIdleMachines = 16;
constexpr std::int64_t kMinInstructions = 1'000;
constexpr std::int64_t kMaxInstructions = 10'000'000;
constexpr std::int64_t kMinMemoryBytes = std::int64_t{128} << 10;
constexpr std::int64_t kMaxMemoryBytes = std::int64_t{64} << 20;

class Lua final : public Step {
 public:
  Lua(std::string source, const lua::ScriptLimits& limits, std::unique_ptr<lua::Machine> first)
      : source_(std::move(source)), limits_(limits) {
    idle_.push_back(std::move(first));
  }

  std::string_view name() const noexcept override { return "lua"; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    auto machine = take();
    if (!machine) return std::move(machine).error();
    auto outcome = (*machine)->run(object, context);
    if ((*machine)->tidy_up()) put_back(*std::move(machine));
    return outcome;
  }

 private:
  Result<std::unique_ptr<lua::Machine>> take() const {
    {
      const MutexLock lock(mutex_);
      if (!idle_.empty()) {
        auto machine = std::move(idle_.back());
        idle_.pop_back();
        return machine;
      }
    }
    auto made = lua::Machine::make(source_, limits_);
    if (made) return made;
    // The script did compile before.
    return Error{ErrorCode::overloaded, "There is no memory for one more interpreter of Lua."};
  }

  void put_back(std::unique_ptr<lua::Machine> machine) const {
    const MutexLock lock(mutex_);
    if (idle_.size() < kMaxIdleMachines) idle_.push_back(std::move(machine));
  }

  const std::string source_;
  const lua::ScriptLimits limits_;
  mutable Mutex mutex_;
  mutable std::vector<std::unique_ptr<lua::Machine>> idle_ DROPZONE_GUARDED_BY(mutex_);
};

// A text, or a list of its lines.
std::optional<std::string> text_of_script(const Value& source) {
  if (const auto* text = source.as_string()) return *text;
  const Array* lines = source.as_array();
  if (!lines || lines->empty()) return std::nullopt;
  std::string joined;
  for (const Value& line : *lines) {
    const auto* text = line.as_string();
    if (!text) return std::nullopt;
    joined += *text + "\n";
  }
  return joined;
}

}  // namespace

Result<std::unique_ptr<Step>> make_lua(const Value& definition) {
  StepParameters parameters(definition, {"source", "max_instructions", "max_memory_bytes"});
  const auto source = text_of_script(parameters.value("source"));
  if (!source && !parameters.fault()) {
    parameters.refuse("source", "The script must be text, or a list of lines.");
  }
  lua::ScriptLimits limits;
  limits.instructions = parameters.integer("max_instructions", kMinInstructions, kMaxInstructions,
                                           limits.instructions);
  limits.memory_bytes = static_cast<std::size_t>(
      parameters.integer("max_memory_bytes", kMinMemoryBytes, kMaxMemoryBytes,
                         static_cast<std::int64_t>(limits.memory_bytes)));
  if (parameters.fault()) return *parameters.fault();
  auto machine = lua::Machine::make(*source, limits);
  if (!machine) {
    Error fault = std::move(machine).error();
    fault.pointer = "/source";
    return fault;
  }
  return std::make_unique<Lua>(*source, limits, *std::move(machine));
}

}  // namespace dropzone
