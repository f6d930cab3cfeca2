#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <dropzone/text/in_quotes.h>
#include <dropzone/value/extent.h>
#include <dropzone/value/json_pointer.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/text_step.h"

namespace dropzone {
namespace {

struct KeyValueFormat {
  std::string pairs = " ";  ///< What is between two pairs.
  std::string key = "=";    ///< What is between a key and its value.
};

/// Reads pairs from a text's start to its end.
class PairReader {
 public:
  PairReader(std::string_view text, const KeyValueFormat& format, Allowance& allowance)
      : rest_(text), format_(format), allowance_(allowance) {}

  Result<Object> read() {
    while (skip_separators(), !rest_.empty()) {
      if (auto pair = read_pair(); !pair) return std::move(pair).error();
    }
    return std::move(object_);
  }

 private:
  static Error malformed(std::string detail) { return {ErrorCode::step_failed, std::move(detail)}; }

  void skip_separators() {
    while (rest_.starts_with(format_.pairs)) rest_.remove_prefix(format_.pairs.size());
  }

  Result<void> read_pair() {
    const std::size_t end = rest_.find(format_.key);
    if (end == std::string_view::npos || end > rest_.find(format_.pairs)) {
      return malformed("A pair has no " + in_quotes(format_.key) + " between key and value.");
    }
    const std::string_view key = rest_.substr(0, end);
    rest_.remove_prefix(end + format_.key.size());
    if (key.empty()) return malformed("A pair has no key.");
    auto value = rest_.starts_with('"') ? read_quoted() : std::optional(read_plain());
    if (!value) return malformed("A quoted value does not end with its quote.");
    const std::size_t bytes = sizeof(Member) + 2 * key.size() + heap_bytes(value->size());
    if (auto made = allowance_.make({.depth = 0, .bytes = bytes}); !made) return made;
    if (allowance_.is_over(1)) return *allowance_.exhausted();
    if (!keys_.insert(key).second) {
      return malformed("The key " + in_quotes(key) + " is there twice.");
    }
    object_.append(std::string(key), *std::move(value));
    return {};
  }

  std::string read_plain() {
    const std::string_view value = rest_.substr(0, rest_.find(format_.pairs));
    rest_.remove_prefix(value.size());
    return std::string(value);
  }

  /// Between quotes; a backslash makes the character after it an ordinary one.
  std::optional<std::string> read_quoted() {
    std::string value;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        const bool at_end = rest_.empty() || rest_.starts_with(format_.pairs);
        return at_end ? std::optional(std::move(value)) : std::nullopt;
      }
      if (rest_[i] == '\\' && ++i == rest_.size()) break;
      value += rest_[i];
    }
    return std::nullopt;
  }

  std::string_view rest_;
  const KeyValueFormat& format_;
  Allowance& allowance_;
  std::unordered_set<std::string_view> keys_;
  Object object_;
};

class ParseKeyValue final : public TextStep {
 public:
  ParseKeyValue(FieldTargets targets, KeyValueFormat format)
      : TextStep(std::move(targets)), format_(std::move(format)) {}

  std::string_view name() const noexcept override { return "parse_key_value"; }

 private:
  Result<Value> make_of(const std::string& text, const Target& target,
                        const StepContext& context) const override {
    const Extent empty{.depth = 1, .bytes = sizeof(Value)};
    if (auto made = context.allowance.make(target.to, empty); !made) {
      return std::move(made).error();
    }
    auto object = PairReader(text, format_, context.allowance).read();
    if (object) return Value(*std::move(object));
    Error error = std::move(object).error();
    if (!context.allowance.exhausted()) error.pointer = pointer_to(target.from);
    return error;
  }

  [[nodiscard]] Made makes() const noexcept override { return {.type = FieldType::object}; }

  KeyValueFormat format_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_parse_key_value(const Value& definition) {
  StepParameters parameters(
      definition, {"field", "fields", "to", "ignore_missing", "pair_separator", "key_separator"});
  FieldTargets targets = parameters.targets();
  KeyValueFormat format;
  if (auto given = parameters.optional_text("pair_separator")) format.pairs = *std::move(given);
  if (auto given = parameters.optional_text("key_separator")) format.key = *std::move(given);
  if (format.pairs.empty()) parameters.refuse("pair_separator", "It must not be empty.");
  if (format.key.empty()) parameters.refuse("key_separator", "It must not be empty.");
  if (format.key == format.pairs) {
    parameters.refuse("key_separator", "The two separators must be different.");
  }
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<ParseKeyValue>(std::move(targets), std::move(format));
}

}  // namespace dropzone
