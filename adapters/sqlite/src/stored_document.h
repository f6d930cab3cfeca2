#pragma once

#include <span>
#include <string>
#include <string_view>

#include <dropzone/field_source.h>

namespace dropzone::sqlite {

/// A transformed object as the store keeps it: canonical JSON text, of which single values are read
/// without the rest being decoded. The text and the pointers must outlive it.
class StoredDocument final : public FieldSource {
 public:
  /// The strings at these RFC 6901 pointers are timestamps.
  StoredDocument(std::string_view json, std::span<const std::string> timestamps)
      : json_(json), timestamps_(timestamps) {}

  /// Objects, and arrays inside arrays, are shown empty. Null also where the text is no canonical
  /// JSON: see malformed().
  [[nodiscard]] const Value* find(const FieldPath& field) const override;

  /// Whether a look-up met text that to_json() cannot have written, so the store is damaged.
  [[nodiscard]] bool malformed() const noexcept { return malformed_; }

 private:
  std::string_view json_;
  std::span<const std::string> timestamps_;
  mutable Value value_;
  mutable bool malformed_ = false;
};

}  // namespace dropzone::sqlite
