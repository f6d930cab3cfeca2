#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/call/memory_meter.h>
#include <dropzone/json/decode_limits.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/value/extent.h>
#include <dropzone/value/value.h>

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
  /// What is built is added to the meter, if there is one, which must outlive it; if that has no
  /// room, this is the fault.
  ValueBuilder(const DecodeLimits& limits, Duplicates duplicates,
               MemoryMeter* meter = nullptr) noexcept
      : max_depth_(limits.max_depth),
        max_values_(limits.max_values),
        duplicates_(duplicates),
        meter_(meter) {}

  void null() { put_scalar(Value::Null()); }
  void boolean(bool value) { put_scalar(value); }
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
  /// The integers that were rounded since it was last asked.
  [[nodiscard]] RoundedIntegers take_rounded() noexcept { return std::exchange(rounded_, {}); }

 private:
  /// An object or array that has not ended. Its members or elements are the topmost ones.
  struct Level {
    bool is_object = false;
    std::size_t first = 0;
  };

  void open(bool is_object);
  void note_rounded();
  /// Whether one more value, which takes so many bytes besides itself, is within the limits.
  bool count(std::size_t bytes);
  bool add(std::size_t bytes);
  template <typename Content>
  void put_scalar(Content&& content);
  template <typename Content>
  void put(Content&& content);
  /// Makes room on a stack, whose growth is added to the meter.
  template <typename Item>
  void grow(std::vector<Item>& stack, std::size_t& known);
  void grow_members();
  /// What is inside the innermost array or object, taken off its stack.
  template <typename Item>
  std::vector<Item> take_from(std::vector<Item>& stack, std::size_t first);
  void check_duplicates(std::size_t first);
  void resolve_duplicates(std::size_t first);
  /// Why members may not share this name in the innermost object, if so.
  [[nodiscard]] std::optional<Error> check_duplicate(const std::string& name) const;
  /// The pointer of the member or element under way at that depth.
  [[nodiscard]] std::string pointer(std::size_t depth) const;

  std::size_t max_depth_;
  std::size_t max_values_;
  Duplicates duplicates_;
  MemoryMeter* meter_;
  std::size_t values_ = 0;
  // What the meter knows of: the largest capacities, and the longest string, which the reader
  // decodes into a buffer of its own.
  std::size_t known_elements_ = 0;
  std::size_t known_members_ = 0;
  std::size_t longest_string_ = 0;
  std::vector<Level> levels_;
  std::vector<Value> elements_;
  std::vector<Member> members_;  ///< The last of an open object lacks its value.
  RoundedIntegers rounded_;
  std::optional<Value> root_;
  std::optional<Error> fault_;
};

inline bool ValueBuilder::add(std::size_t bytes) {
  if (!meter_ || meter_->add(bytes)) return true;
  refuse(*meter_->fault());
  return false;
}

template <typename Content>
void ValueBuilder::put_scalar(Content&& content) {
  if (!fault_ && count(0)) put(std::forward<Content>(content));
}

template <typename Content>
void ValueBuilder::put(Content&& content) {
  if (levels_.empty()) {
    root_.emplace(std::forward<Content>(content));
  } else if (levels_.back().is_object) {
    members_.back().value = Value(std::forward<Content>(content));
  } else {
    elements_.emplace_back(std::forward<Content>(content));
  }
}

inline void ValueBuilder::key(std::string_view name) {
  if (fault_ || !add(sizeof(Member) + heap_bytes(name.size()))) return;
  if (members_.size() == members_.capacity()) grow_members();
  if (!fault_) members_.push_back({std::string(name), Value()});
}

}  // namespace dropzone::json
