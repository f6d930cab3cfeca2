#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include <dropzone/value/field_source.h>

namespace dropzone::sqlite {

/// A transformed object as the store keeps it: canonical JSON text, of which single values are read
/// without the rest being decoded. The text and the pointers must outlive it.
class StoredDocument final : public FieldSource {
 public:
  /// The strings at these RFC 6901 pointers are timestamps.
  StoredDocument(std::string_view json, std::span<const std::string> timestamps)
      : json_(json), timestamps_(timestamps) {}

  /// The times of its `_meta`, which are found in it from then on.
  void set_times(Timestamp created_at, Timestamp updated_at) noexcept {
    created_at_ = created_at;
    updated_at_ = updated_at;
  }

  /// Objects, and arrays inside arrays, are shown empty. Null also if the text is not canonical
  /// JSON: see malformed().
  [[nodiscard]] const Value* find(const FieldPath& field) const override;
  [[nodiscard]] std::size_t work_of_find() const noexcept override {
    return 1 + json_.size() / 128;
  }

  /// Whether a look-up met text that to_json() cannot have written, so the store is damaged.
  [[nodiscard]] bool malformed() const noexcept { return malformed_; }

 private:
  /// The members of an object within the text, by name.
  using Members = std::unordered_map<std::string, std::string_view>;

  /// The text of a member of the object whose text this is.
  [[nodiscard]] std::optional<std::string_view> member_of(std::string_view object,
                                                          std::string_view name) const;

  std::string_view json_;
  std::span<const std::string> timestamps_;
  Timestamp created_at_;
  Timestamp updated_at_;
  mutable std::size_t looks_ = 0;
  /// Of the large objects in which many members were looked for, by where they begin.
  mutable std::optional<std::unordered_map<const char*, Members>> known_;
  mutable Value value_;
  mutable bool malformed_ = false;
};

}  // namespace dropzone::sqlite
