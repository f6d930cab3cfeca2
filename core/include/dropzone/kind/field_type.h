#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <dropzone/value/value.h>

namespace dropzone {

/// The type that a field has, as declared or known, in a kind's transformed records.
enum class FieldType : std::uint8_t {
  any,
  null,
  timestamp,
  boolean,
  string,
  number,
  array,
  object
};

/// The names of all types, in their order.
[[nodiscard]] std::span<const std::string_view> type_names() noexcept;
[[nodiscard]] std::string_view type_name(FieldType type) noexcept;
[[nodiscard]] std::optional<FieldType> find_type(std::string_view name) noexcept;
/// Whether a value is of the type; every value is of type `any`.
[[nodiscard]] bool is_of_type(const Value& value, FieldType type) noexcept;
/// The type that is the value's class.
[[nodiscard]] FieldType type_of(const Value& value) noexcept;

}  // namespace dropzone
