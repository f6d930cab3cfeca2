#include "pattern.h"

#include <cstring>

#include "machine.h"

namespace dropzone::lua {
namespace {

constexpr bool is_between(char c, char first, char last) noexcept {
  return first <= c && c <= last;
}
constexpr bool is_upper(char c) noexcept { return is_between(c, 'A', 'Z'); }
constexpr bool is_lower(char c) noexcept { return is_between(c, 'a', 'z'); }
constexpr bool is_digit(char c) noexcept { return is_between(c, '0', '9'); }
constexpr bool is_letter(char c) noexcept { return is_upper(c) || is_lower(c); }
constexpr bool is_visible(char c) noexcept { return is_between(c, '!', '~'); }

// Whether a character is of a class, such as 'd' for digits, or of none of these: then it is the
// letter itself. ASCII alone, whatever the locale.
bool is_of_class(char c, char letter) noexcept {
  bool is = false;
  switch (letter | 0x20) {
    case 'a': is = is_letter(c); break;
    case 'c': is = is_between(c, '\0', '\x1f') || c == '\x7f'; break;
    case 'd': is = is_digit(c); break;
    case 'g': is = is_visible(c); break;
    case 'l': is = is_lower(c); break;
    case 'p': is = is_visible(c) && !is_letter(c) && !is_digit(c); break;
    case 's': is = c == ' ' || is_between(c, '\t', '\r'); break;
    case 'u': is = is_upper(c); break;
    case 'w': is = is_letter(c) || is_digit(c); break;
    case 'x': is = is_digit(c) || is_between(static_cast<char>(c | 0x20), 'a', 'f'); break;
    case 'z': is = c == '\0'; break;
    default: return letter == c;
  }
  return is_upper(letter) ? !is : is;
}

// The set is what is between its brackets, well-formed; the end is its closing bracket.
bool is_in_set(char c, const char* set, const char* end) noexcept {
  const bool negated = *set == '^';
  if (negated) ++set;
  const auto byte = static_cast<unsigned char>(c);
  for (; set < end; ++set) {
    if (*set == '%') {
      if (is_of_class(c, *++set)) return !negated;
    } else if (set + 2 < end && set[1] == '-') {
      const auto first = static_cast<unsigned char>(*set);
      set += 2;
      if (first <= byte && byte <= static_cast<unsigned char>(*set)) return !negated;
    } else if (*set == c) {
      return !negated;
    }
  }
  return negated;
}

}  // namespace

Pattern::Pattern(lua_State* state, std::string_view text, std::string_view pattern, bool anchors)
    : state_(state),
      begin_(text.data()),
      end_(text.data() + text.size()),
      pattern_(pattern.data()),
      pattern_end_(pattern.data() + pattern.size()),
      anchored_(anchors && !pattern.empty() && pattern.front() == '^') {
  if (anchored_) ++pattern_;
}

void Pattern::charge_step() {
  steps_ = 0;
  charge(state_, 1);
}

const char* Pattern::match_at(const char* start) {
  level_ = 0;
  depth_ = 0;
  return match(start, pattern_);
}

const char* Pattern::match(const char* text, const char* pattern) {
  if (++depth_ > kMaxDepth) luaL_error(state_, "pattern too complex");
  const char* end = nullptr;
  // An item that consumes text and leaves one way only goes on in this loop.
  while (text && pattern) {
    count();
    if (pattern == pattern_end_) {
      end = text;
      break;
    }
    end = match_item(text, pattern);
  }
  --depth_;
  return pattern ? (text ? end : nullptr) : end;
}

// Matches one item. Either moves text and pattern behind it (text becomes null if it does not
// match), or matches all the rest: then pattern becomes null, and the end is returned.
const char* Pattern::match_item(const char*& text, const char*& pattern) {
  const char* const item = pattern;
  const bool last = item + 1 == pattern_end_;
  if (*item == '(' || *item == ')' || (*item == '$' && last)) {
    pattern = nullptr;
    if (*item == '$') return text == end_ ? text : nullptr;
    if (*item == ')') return close_capture(text, item + 1);
    if (!last && item[1] == ')') return open_capture(text, item + 2, kPosition);
    return open_capture(text, item + 1, kOpen);
  }
  if (*item == '%' && !last) {
    if (item[1] == 'b') {
      text = match_balanced(text, item + 2);
      pattern = item + 4;
      return nullptr;
    }
    if (item[1] == 'f') {
      const char* set = item + 2;
      if (set >= pattern_end_ || *set != '[')
        luaL_error(state_, "missing '[' after '%%f' in pattern");
      const char* set_end = end_of_item(set);
      if (!is_frontier(text, set + 1, set_end - 1)) text = nullptr;
      pattern = set_end;
      return nullptr;
    }
    if (is_digit(item[1])) {
      text = match_again(text, item[1]);
      pattern = item + 2;
      return nullptr;
    }
  }
  const char* const item_end = end_of_item(item);
  const char repeat = item_end < pattern_end_ ? *item_end : '\0';
  const bool here = repeat != '*' && repeat != '-' && fits(text, item, item_end);
  if (repeat == '*' || repeat == '-' || repeat == '+') {
    pattern = nullptr;
    if (repeat == '-') return match_few(text, item, item_end);
    if (repeat == '+' && !here) return nullptr;
    return match_many(repeat == '+' ? text + 1 : text, item, item_end);
  }
  if (repeat == '?') {
    if (here) {
      if (const char* end = match(text + 1, item_end + 1)) {
        pattern = nullptr;
        return end;
      }
    }
    pattern = item_end + 1;
    return nullptr;
  }
  text = here ? text + 1 : nullptr;
  pattern = item_end;
  return nullptr;
}

const char* Pattern::match_many(const char* text, const char* item, const char* item_end) {
  const char* last = text;
  while (fits(last, item, item_end)) {
    count();
    ++last;
  }
  for (;; --last) {
    if (const char* end = match(last, item_end + 1)) return end;
    if (last == text) return nullptr;
  }
}

const char* Pattern::match_few(const char* text, const char* item, const char* item_end) {
  while (true) {
    if (const char* end = match(text, item_end + 1)) return end;
    if (!fits(text, item, item_end)) return nullptr;
    ++text;
  }
}

const char* Pattern::match_balanced(const char* text, const char* pattern) {
  if (pattern_end_ - pattern < 2) luaL_error(state_, "missing arguments to '%%b' in pattern");
  if (text == end_ || *text != pattern[0]) return nullptr;
  std::size_t open = 1;
  for (++text; text < end_; ++text) {
    count();
    if (*text == pattern[1]) {
      if (--open == 0) return text + 1;
    } else if (*text == pattern[0]) {
      ++open;
    }
  }
  return nullptr;
}

const char* Pattern::match_again(const char* text, char digit) {
  const int index = digit - '1';
  if (index < 0 || index >= level_ || captured(index).length == kOpen) {
    luaL_error(state_, "invalid capture index %%%d in pattern", index + 1);
  }
  const Capture& capture = captured(index);
  if (capture.length == kPosition) return nullptr;  // A position has no text to be met again.
  const auto length = static_cast<std::size_t>(capture.length);
  charge(state_, length / 8);
  const bool same = static_cast<std::size_t>(end_ - text) >= length &&
                    std::memcmp(capture.start, text, length) == 0;
  return same ? text + length : nullptr;
}

bool Pattern::is_frontier(const char* text, const char* set, const char* set_end) {
  const char before = text == begin_ ? '\0' : text[-1];
  const char here = text == end_ ? '\0' : *text;
  return !is_in_set(before, set, set_end) && is_in_set(here, set, set_end);
}

const char* Pattern::open_capture(const char* text, const char* pattern, std::ptrdiff_t length) {
  if (level_ >= kMaxCaptures) luaL_error(state_, "too many captures");
  captured(level_) = {text, length};
  ++level_;
  const char* end = match(text, pattern);
  if (!end) --level_;
  return end;
}

const char* Pattern::close_capture(const char* text, const char* pattern) {
  int index = level_ - 1;
  while (index >= 0 && captured(index).length != kOpen) --index;
  if (index < 0) luaL_error(state_, "invalid pattern capture");
  captured(index).length = text - captured(index).start;
  const char* end = match(text, pattern);
  if (!end) captured(index).length = kOpen;
  return end;
}

bool Pattern::fits(const char* text, const char* item, const char* item_end) {
  if (text == end_) return false;
  switch (*item) {
    case '.': return true;
    case '%': return is_of_class(*text, item[1]);
    case '[': {
      // A long set costs what its length does.
      if (item_end - item > 32) charge(state_, static_cast<std::size_t>(item_end - item) / 32);
      return is_in_set(*text, item + 1, item_end - 1);
    }
    default: return *item == *text;
  }
}

const char* Pattern::end_of_item(const char* item) {
  const char first = *item++;
  if (first == '%') {
    if (item == pattern_end_) luaL_error(state_, "malformed pattern (ends with '%%')");
    return item + 1;
  }
  if (first != '[') return item;
  if (item < pattern_end_ && *item == '^') ++item;
  do {  // A bracket that comes first is a character of the set.
    if (item == pattern_end_) luaL_error(state_, "malformed pattern (missing ']')");
    if (*item++ == '%') {
      if (item == pattern_end_) luaL_error(state_, "malformed pattern (missing ']')");
      ++item;
    }
  } while (item == pattern_end_ || *item != ']');
  return item + 1;
}

void Pattern::push_capture(int index, const char* start, const char* end) {
  if (index >= level_) {
    if (index != 0) luaL_error(state_, "invalid capture index %%%d", index + 1);
    lua_pushlstring(state_, start, static_cast<std::size_t>(end - start));
    return;
  }
  const Capture& capture = captured(index);
  if (capture.length == kPosition) {
    lua_pushinteger(state_, capture.start - begin_ + 1);
  } else if (capture.length == kOpen) {
    luaL_error(state_, "unfinished capture");
  } else {
    lua_pushlstring(state_, capture.start, static_cast<std::size_t>(capture.length));
  }
}

int Pattern::push_captures(const char* start, const char* end, bool whole) {
  const int count = level_ == 0 && whole ? 1 : level_;
  luaL_checkstack(state_, count, "too many captures");
  for (int i = 0; i < count; ++i) push_capture(i, start, end);
  return count;
}

}  // namespace dropzone::lua
