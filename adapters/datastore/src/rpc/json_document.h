#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <rapidjson/document.h>

namespace dropzone::datastore {

/// A value within a JsonDocument. Numbers are kept as their text, so none loses a digit.
using JsonNode = rapidjson::Value;

/// A parsed JSON text that owns all it shows. Movable.
class JsonDocument {
 public:
  JsonDocument() = default;

  /// Nothing if the text is not a JSON object, or nested more deeply than any answer is.
  static std::optional<JsonDocument> parse_object(std::string text);
  /// Nothing if the text is not JSON.
  static std::optional<JsonDocument> parse(std::string text);

  [[nodiscard]] const JsonNode& root() const noexcept;

 private:
  // The tree points into the text.
  struct State {
    std::string text;
    rapidjson::Document document;
  };
  std::unique_ptr<State> state_;
};

/// The object's member, or null if there is none or `node` is not an object.
[[nodiscard]] const JsonNode* member(const JsonNode& node, std::string_view name) noexcept;

/// The text of the object's member, or an empty one if there is none.
[[nodiscard]] std::string_view text_member(const JsonNode& node, std::string_view name) noexcept;

/// The text of a string or number, else an empty one.
[[nodiscard]] std::string_view text_of(const JsonNode& node) noexcept;

/// The integer of a string or number, as protocol buffers write 64-bit integers.
[[nodiscard]] std::optional<std::int64_t> integer_of(const JsonNode& node) noexcept;

}  // namespace dropzone::datastore
