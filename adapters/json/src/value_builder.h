#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/result.h>
#include <dropzone/value.h>

namespace dropzone::json {

/// What becomes of a member whose name was there before in its object.
enum class Duplicates : std::uint8_t {
  last_wins,  ///< In the place of the first. Two members `_id` of the whole are `invalid_id`.
  refused,    ///< `invalid_request`.
};

/// Builds a value of the events of a reader. The first fault that it finds is kept with its
/// pointer; from then on events cost next to nothing. Can be used again after each finish().
class ValueBuilder {
 public:
  ValueBuilder(std::size_t max_depth, Duplicates duplicates) noexcept
      : max_depth_(max_depth), duplicates_(duplicates) {}

  void null() { put(Value::Null()); }
  void boolean(bool value) { put(value); }
  void number(std::string_view text);
  void string(std::string_view text);
  void key(std::string_view name);
  void start_object() { open(true); }
  void start_array() { open(false); }
  void end_object();
  void end_array();

  /// Makes this the fault, unless there is one.
  void refuse(Error error);

  /// The value, or the fault. Precondition: the events were those of one whole value.
  [[nodiscard]] Result<Value> finish();
  /// Forgets what was built so far.
  void clear() noexcept;

 private:
  /// An object or array that has not ended. Its members or elements are the topmost ones.
  struct Level {
    bool is_object = false;
    std::size_t first = 0;
  };

  void open(bool is_object);
  template <typename Content>
  void put(Content&& content);
  void check_duplicates(std::size_t first);
  void resolve_duplicates(std::size_t first);
  /// Why members may not share this name in the innermost object, if so.
  [[nodiscard]] std::optional<Error> check_duplicate(const std::string& name) const;
  /// The pointer of the member or element under way at that depth.
  [[nodiscard]] std::string pointer(std::size_t depth) const;

  std::size_t max_depth_;
  Duplicates duplicates_;
  std::vector<Level> levels_;
  std::vector<Value> elements_;
  std::vector<Member> members_;  ///< The last of an open object lacks its value.
  std::optional<Value> root_;
  std::optional<Error> fault_;
};

template <typename Content>
void ValueBuilder::put(Content&& content) {
  if (fault_) return;
  if (levels_.empty()) {
    root_.emplace(std::forward<Content>(content));
  } else if (levels_.back().is_object) {
    members_.back().value = Value(std::forward<Content>(content));
  } else {
    elements_.emplace_back(std::forward<Content>(content));
  }
}

inline void ValueBuilder::string(std::string_view text) {
  if (!fault_) put(text);
}

inline void ValueBuilder::key(std::string_view name) {
  if (!fault_) members_.push_back({std::string(name), Value()});
}

}  // namespace dropzone::json
