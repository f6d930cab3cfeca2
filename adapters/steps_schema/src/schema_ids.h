#pragma once

#include <map>
#include <string>
#include <string_view>

#include <dropzone/value/value.h>

namespace dropzone {

/// Where the values in a schema's definition are, and what references to them are called. The
/// definition must outlive it.
class SchemaIds {
 public:
  explicit SchemaIds(const Value& definition);

  /// A value's JSON Pointer from the start of the definition. Precondition: it is part of it.
  [[nodiscard]] const std::string& pointer_of(const Value& value) const;

  /// What a "$ref" in a value leads to; null if that is not in the definition.
  [[nodiscard]] const Value* resolve(const Value& from, std::string_view reference) const;

 private:
  struct Place {
    std::string pointer;
    std::string base;  ///< The URI that references are relative to.
  };

  void walk(const Value& value, Place place);
  void walk_object(const Object& object, const Place& place);

  std::map<const Value*, Place> places_;
  std::map<std::string, const Value*, std::less<>> by_uri_;
};

}  // namespace dropzone
