#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/result.h>
#include <dropzone/steps_re2/pattern.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// One schema: what it asks of a value. Schemas refer to each other, also in circles.
struct SchemaNode {
  using Ref = const SchemaNode*;  ///< Null if the keyword is not there.

  enum Type : unsigned {
    null = 1,
    boolean = 2,
    integer = 4,
    number = 8,
    string = 16,
    array = 32,
    object = 64,
  };

  struct Dependency {
    std::string name;
    std::vector<std::string> required;
    Ref schema = nullptr;
  };
  struct PatternProperty {
    Pattern pattern;
    Ref schema;
  };

  bool is_false = false;  ///< The schema "false": no value fits.
  Ref reference = nullptr;

  unsigned types = 0;         ///< 0 is any.
  std::vector<Value> values;  ///< Of "enum" or "const"; with has_values.
  bool has_values = false;

  std::optional<Value> minimum, maximum, above, below, multiple_of;
  std::optional<std::uint64_t> min_length, max_length, min_items, max_items, min_properties,
      max_properties;
  std::optional<Pattern> pattern;

  Ref items = nullptr;
  std::vector<Ref> tuple;
  Ref additional_items = nullptr;
  Ref contains = nullptr;
  bool unique_items = false;

  std::vector<std::pair<std::string, Ref>> properties;  ///< By name.
  std::vector<PatternProperty> pattern_properties;
  Ref additional_properties = nullptr;
  Ref property_names = nullptr;
  std::vector<std::string> required;
  std::vector<Dependency> dependencies;

  std::vector<Ref> all_of, any_of, one_of;
  Ref negated = nullptr;
  Ref condition = nullptr, then = nullptr, otherwise = nullptr;
};

/// A JSON Schema of draft 7. Immutable and thread-safe.
class Schema {
 public:
  /// `invalid_configuration` with a pointer from the schema's start: for keywords whose value is
  /// not allowed, for misspelt keywords, for references to other documents, and for those that
  /// refer to themselves without end.
  static Result<Schema> parse(const Value& definition);

  [[nodiscard]] const SchemaNode& root() const noexcept { return nodes_->front(); }

 private:
  explicit Schema(std::unique_ptr<const std::deque<SchemaNode>> nodes) : nodes_(std::move(nodes)) {}

  std::unique_ptr<const std::deque<SchemaNode>> nodes_;
};

/// The schemas that a node asks of the same value.
[[nodiscard]] std::vector<SchemaNode::Ref> schemas_of_same_value(const SchemaNode& node);

}  // namespace dropzone
