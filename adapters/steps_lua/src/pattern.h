#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <lua.hpp>

namespace dropzone::lua {

/// Matches texts against a Lua pattern. Unlike Lua's own matcher, it counts what it does as
/// instructions: a pattern may try more ways than any script has time for. Reads both texts where
/// they are; they have to stay on the stack.
class Pattern {
 public:
  /// With `anchors`, a `^` that comes first holds a match to where it begins; else it is a
  /// character.
  Pattern(lua_State* state, std::string_view text, std::string_view pattern, bool anchors = true);

  /// Whether it matches at one place alone.
  [[nodiscard]] bool is_anchored() const noexcept { return anchored_; }
  /// The end of a match that begins there, or null. May raise errors.
  const char* match_at(const char* start);
  [[nodiscard]] int captures() const noexcept { return level_; }
  /// Pushes a capture, or the whole match as the first one if there are none.
  void push_capture(int index, const char* start, const char* end);
  /// Pushes all captures, or the whole match if there are none (and `whole`). How many.
  int push_captures(const char* start, const char* end, bool whole);

 private:
  static constexpr int kMaxCaptures = 32;
  static constexpr int kMaxDepth = 200;
  static constexpr std::ptrdiff_t kOpen = -1;
  static constexpr std::ptrdiff_t kPosition = -2;

  struct Capture {
    const char* start;
    std::ptrdiff_t length;
  };

  const char* match(const char* text, const char* pattern);
  const char* match_item(const char*& text, const char*& pattern);
  const char* match_many(const char* text, const char* item, const char* item_end);
  const char* match_few(const char* text, const char* item, const char* item_end);
  const char* match_balanced(const char* text, const char* pattern);
  const char* match_again(const char* text, char digit);
  bool is_frontier(const char* text, const char* set, const char* set_end);
  const char* open_capture(const char* text, const char* pattern, std::ptrdiff_t length);
  const char* close_capture(const char* text, const char* pattern);
  [[nodiscard]] bool fits(const char* text, const char* item, const char* item_end);
  const char* end_of_item(const char* item);
  void count() {
    if (++steps_ == kStepsOfAnInstruction) charge_step();
  }
  void charge_step();
  /// Precondition: 0 <= index < kMaxCaptures.
  Capture& captured(int index) noexcept { return captured_[static_cast<std::size_t>(index)]; }

  static constexpr int kStepsOfAnInstruction = 4;

  lua_State* state_;
  const char* begin_;
  const char* end_;
  const char* pattern_;
  const char* pattern_end_;
  bool anchored_;
  int level_ = 0;
  int depth_ = 0;
  int steps_ = 0;
  std::array<Capture, kMaxCaptures> captured_{};
};

}  // namespace dropzone::lua
