#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// The path of a field in a record: "mean", or "address.city" for a member of an object. A name
/// that begins with a slash is a JSON Pointer (RFC 6901), so that every member can be named:
/// "/http.status", "/address/city". Does not reach into arrays. Two paths are equal if they lead to
/// the same place, however they are written. `_id` alone means the record's id.
class FieldPath {
 public:
  /// Members that the server adds to a record.
  enum class Reserved : std::uint8_t {
    none,        ///< Neither of them.
    id,          ///< `_id`.
    created_at,  ///< `_meta.createdAt`.
    updated_at,  ///< `_meta.updatedAt`.
    other,       ///< Another one, or something inside one.
  };

  /// Refuses (`invalid_request`) an empty text, empty parts between dots, a pointer with a `~` that
  /// escapes nothing, and more than kMaxPathBytes and kMaxPathParts.
  static Result<FieldPath> parse(std::string_view text);

  /// As it was written.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::vector<std::string>& parts() const noexcept { return parts_; }
  [[nodiscard]] Reserved reserved() const noexcept { return reserved_; }
  [[nodiscard]] bool is_id() const noexcept { return reserved_ == Reserved::id; }
  /// Whether it is one of the times in `_meta`.
  [[nodiscard]] bool is_meta_time() const noexcept {
    return reserved_ == Reserved::created_at || reserved_ == Reserved::updated_at;
  }

  /// The value at this path, or null if something on the way is missing or not an object.
  [[nodiscard]] const Value* find_in(const Object& object) const noexcept;

  friend bool operator==(const FieldPath& a, const FieldPath& b) { return a.parts_ == b.parts_; }
  /// A field comes right before those that are inside it.
  friend auto operator<=>(const FieldPath& a, const FieldPath& b) { return a.parts_ <=> b.parts_; }

 private:
  std::string name_;
  std::vector<std::string> parts_;
  Reserved reserved_ = Reserved::none;
};

/// How a field is written: with dots if it can be, else as a JSON Pointer.
[[nodiscard]] std::string field_name(const std::vector<std::string>& parts);

}  // namespace dropzone
