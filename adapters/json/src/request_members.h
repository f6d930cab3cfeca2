#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/error.h>
#include <dropzone/json/decode_limits.h>
#include <dropzone/json/original_form.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/value/field_path.h>
#include <dropzone/value/value.h>

namespace dropzone::json {

inline constexpr std::size_t kMaxSortKeys = 20;
inline constexpr std::size_t kMaxFields = 1'000;

/// The object that a request's body must be, of at most kMaxRequestValues values.
Result<Object> decode_request(std::string_view body, std::size_t max_depth, MemoryAccount* memory);

/// Reads an object of a request member by member. What is missing has its default; the first fault
/// is kept, with a pointer from the body's start.
class RequestMembers {
 public:
  /// The object must outlive it. `pointer` is where it stands in the body.
  explicit RequestMembers(const Object& object, std::string pointer = {})
      : object_(object), pointer_(std::move(pointer)) {}

  /// Members of other names are `unknown_member`.
  void allow(std::span<const std::string_view> names);

  [[nodiscard]] const Value* find(std::string_view name) const { return object_.find(name); }
  std::optional<std::string> string(std::string_view name);
  bool flag(std::string_view name);
  /// true, false or "text".
  OriginalForm original(std::string_view name);
  /// A whole number of at least 1.
  std::optional<std::size_t> positive(std::string_view name);
  /// `maxPerSecond`, of jobs: so many records.
  std::optional<std::int64_t> rate();
  /// A list that is not empty, if it is there at all.
  std::vector<std::string> strings(std::string_view name);
  /// The same as fields; one that is named twice is there once.
  std::vector<FieldPath> fields(std::string_view name, std::size_t most = kMaxFields);
  /// Names of fields, with a minus if the order is descending.
  std::vector<SortKey> sort_keys(std::string_view name);

  /// Makes this the fault, unless there is one.
  void refuse(std::string_view name, std::string detail,
              ErrorCode code = ErrorCode::invalid_request);
  [[nodiscard]] const std::optional<Error>& fault() const noexcept { return fault_; }

 private:
  FieldPath field(std::string_view name, std::size_t index, std::string_view dotted);
  void refuse_at(std::string pointer, std::string detail, ErrorCode code);

  const Object& object_;
  std::string pointer_;
  std::optional<Error> fault_;
};

}  // namespace dropzone::json
