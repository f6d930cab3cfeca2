#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <dropzone/value/field_path.h>

namespace dropzone::datastore {

// Our own properties, next to the transformed fields. Clients' records cannot have these names.
inline constexpr std::string_view kOriginalProperty = "_original";
inline constexpr std::string_view kMetaProperty = "_meta";
inline constexpr std::string_view kKeyProperty = "__key__";

// An entity with this one property stands for an array within an array, which Datastore lacks, and
// one with the other for a value that is nested too deep, as text.
inline constexpr std::string_view kArrayWrapper = "[]";
inline constexpr std::string_view kTextWrapper = "{}";

inline constexpr std::size_t kMaxNameBytes = 1'500;
inline constexpr std::size_t kMaxIndexedStringBytes = 1'500;

/// The property name for a member's name. Names that Datastore does not have (the empty one,
/// `__…__`), that mean something else there (dots) or that are ours are written with `%`; all
/// others stay.
[[nodiscard]] std::string property_name(std::string_view member_name, bool top_level);

/// The member name that a property name stands for.
[[nodiscard]] std::string member_name(std::string_view property_name);

/// How queries name the property of a field: "address.city".
[[nodiscard]] std::string property_path(const FieldPath& field);

/// How our indexes of field names show a field: its path, cut to what Datastore can index.
[[nodiscard]] std::string_view field_mark(std::string_view property_path);

}  // namespace dropzone::datastore
