#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/kind/field_step.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/steps_crypto/crypto_steps.h>
#include <dropzone/text/hex.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

/// Bytes that are hashed in one of the units that Watch counts.
constexpr std::size_t kBytesPerWork = 32;
constexpr std::size_t kHexDigits = 64;

class Hash final : public FieldStep {
 public:
  /// Without a key it is the plain SHA-256.
  Hash(FieldTargets targets, std::optional<crypto::KeyedHash> keyed)
      : FieldStep(std::move(targets)), keyed_(std::move(keyed)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "hash"; }

 private:
  Result<std::optional<Value>> make(const Value& value, const Target& target,
                                    const StepContext& context) const override {
    const Extent extent{.depth = 0, .bytes = sizeof(Value) + heap_bytes(kHexDigits)};
    DROPZONE_CHECK(context.allowance.make(target.to, extent));
    if (const std::string* text = value.as_string()) return hash(*text, context.allowance);
    return hash(to_json(value), context.allowance);
  }

  [[nodiscard]] Made makes() const noexcept override { return {.type = FieldType::string}; }

  Result<std::optional<Value>> hash(std::string_view bytes, Allowance& allowance) const {
    if (allowance.is_over(bytes.size() / kBytesPerWork)) return deadline_exceeded();
    const Sha256 made = keyed_ ? (*keyed_)(bytes) : crypto::OpensslDigest().sha256(bytes);
    return std::optional<Value>(hex_of(made));
  }

  std::optional<crypto::KeyedHash> keyed_;
};

Result<std::unique_ptr<Step>> make_hash(const Value& definition, const StepKeys& keys) {
  constexpr std::array<std::string_view, 1> kAlgorithms{"sha256"};
  StepParameters parameters(definition,
                            {"field", "to", "fields", "algorithm", "key", "ignore_missing"});
  FieldTargets targets = parameters.targets();
  parameters.choice("algorithm", kAlgorithms, 0);
  std::optional<crypto::KeyedHash> keyed;
  if (const auto name = parameters.optional_text("key")) {
    const auto key = keys.find(*name);
    if (key == keys.end()) {
      std::vector<std::string_view> names;
      for (const auto& [known, secret] : keys) names.push_back(known);
      parameters.refuse("key", "There is no key " + in_quotes(*name) + "." +
                                   did_you_mean(*name, names) +
                                   " Keys are named in the file of the option --step-keys.");
    } else {
      keyed.emplace(key->second);
    }
  }
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Hash>(std::move(targets), std::move(keyed));
}

}  // namespace

void add_crypto_steps(StepRegistry& registry, StepKeys keys) {
  registry.add("hash", [keys = std::move(keys)](const Value& definition) {
    return make_hash(definition, keys);
  });
}

}  // namespace dropzone
