#include <dropzone/value/extent.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/text_step.h"

namespace dropzone {
namespace {

// Of the text, for a unit of work.
constexpr std::size_t kBytesByUnit = 16;

/// Calls with each part of a text between separators, until one is refused.
template <typename Use>
Result<void> for_each_part(std::string_view text, std::string_view separator, const Use& use) {
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find(separator, at);
    if (auto used = use(text.substr(at, end - at)); !used) return used;
    if (end == std::string_view::npos) return {};
    at = end + separator.size();
  }
}

class Split final : public TextStep {
 public:
  Split(FieldTargets targets, std::string separator, bool skip_empty)
      : TextStep(std::move(targets)), separator_(std::move(separator)), skip_empty_(skip_empty) {}

  std::string_view name() const noexcept override { return "split"; }

 private:
  Result<Value> make_of(const std::string& text, const Target& target,
                        const StepContext& context) const override {
    if (context.allowance.is_over(text.size() / kBytesByUnit)) return deadline_exceeded();
    Array parts;
    if (auto made = context.allowance.make(target.to, {.depth = 1, .bytes = sizeof(Value)});
        !made) {
      return std::move(made).error();
    }
    const auto split = for_each_part(text, separator_, [&](std::string_view part) -> Result<void> {
      if (part.empty() && skip_empty_) return {};
      const Extent extent{.depth = 0, .bytes = sizeof(Value) + heap_bytes(part.size())};
      if (auto made = context.allowance.make(extent); !made) return made;
      parts.emplace_back(part);
      return {};
    });
    if (!split) return split.error();
    return Value(std::move(parts));
  }

  [[nodiscard]] Made makes() const noexcept override { return {.type = FieldType::array}; }

  std::string separator_;
  bool skip_empty_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_split(const Value& definition) {
  StepParameters parameters(definition,
                            {"field", "fields", "to", "ignore_missing", "separator", "skip_empty"});
  FieldTargets targets = parameters.targets();
  std::string separator = parameters.text("separator");
  const bool skip_empty = parameters.flag("skip_empty");
  if (separator.empty()) parameters.refuse("separator", "\"separator\" must not be empty.");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Split>(std::move(targets), std::move(separator), skip_empty);
}

}  // namespace dropzone
