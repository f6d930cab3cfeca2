#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/error.h>
#include <dropzone/value/value.h>

#include "schema.h"
#include "schema_ids.h"

namespace dropzone {

/// Makes the nodes of a schema's definition, each when something first refers to it. The first
/// fault is kept, and ends it.
class SchemaParser {
 public:
  explicit SchemaParser(const Value& definition) : ids_(definition) {}

  /// Reads the schema at a value, and all that it refers to.
  void read(const Value& definition);

  [[nodiscard]] const std::optional<Error>& fault() const noexcept { return fault_; }
  [[nodiscard]] std::deque<SchemaNode>& nodes() noexcept { return nodes_; }
  [[nodiscard]] const Value& definition_of(SchemaNode::Ref node) const {
    return *definitions_.at(node);
  }

  void refuse(const Value& at, std::string detail);

  // Readers of a keyword's value.
  SchemaNode::Ref schema(const Value& value);
  std::vector<SchemaNode::Ref> schemas(const Value& value);
  std::vector<std::string> names(const Value& value);
  std::optional<std::uint64_t> count(const Value& value);
  std::optional<Value> number(const Value& value);
  std::optional<Pattern> pattern(const Value& at, const std::string& text);
  const Object& object(const Value& value);
  bool flag(const Value& value);
  unsigned types(const Value& value);

 private:
  void read_node(SchemaNode& node, const Value& definition);
  void read_reference(SchemaNode& node, const Value& definition, const Value& reference);
  void read_keyword(SchemaNode& node, const Member& keyword);

  SchemaIds ids_;
  std::deque<SchemaNode> nodes_;
  std::map<const Value*, SchemaNode*> by_definition_;
  std::map<SchemaNode::Ref, const Value*> definitions_;
  std::vector<const Value*> to_read_;
  std::size_t patterns_ = 0;
  std::optional<Error> fault_;
};

}  // namespace dropzone
