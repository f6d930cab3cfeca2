#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// Where a field is in a record: "mean", or "address.city" for a member of an object. Does not
/// reach into arrays. `_id` alone means the record's id.
class FieldPath {
 public:
  /// Refuses (`invalid_request`) an empty text, empty parts, and more than kMaxPathBytes and
  /// kMaxPathParts.
  static Result<FieldPath> parse(std::string_view dotted);

  [[nodiscard]] const std::string& dotted() const noexcept { return dotted_; }
  [[nodiscard]] const std::vector<std::string>& parts() const noexcept { return parts_; }
  [[nodiscard]] bool is_id() const noexcept { return dotted_ == "_id"; }

  /// The value at this path, or null if something on the way is missing or no object.
  [[nodiscard]] const Value* find_in(const Object& object) const noexcept;

  friend bool operator==(const FieldPath& a, const FieldPath& b) { return a.dotted_ == b.dotted_; }
  friend auto operator<=>(const FieldPath& a, const FieldPath& b) {
    return a.dotted_ <=> b.dotted_;
  }

 private:
  std::string dotted_;
  std::vector<std::string> parts_;
};

}  // namespace dropzone
