#include "kind/time/time_pattern.h"

#include <algorithm>
#include <array>

#include <dropzone/text/in_quotes.h>

#include "kind/time/time_directives.h"

namespace dropzone {
namespace {

constexpr std::size_t kLongestPattern = 200;

struct Letter {
  char letter;
  std::string_view meaning;
};

constexpr std::array<Letter, 5> kShortHands{
    {{'F', "%Y-%m-%d"}, {'T', "%H:%M:%S"}, {'R', "%H:%M"}, {'D', "%m/%d/%y"}, {'h', "%b"}}};

constexpr std::array<Letter, 4> kExplained{
    {{'Z',
      "A zone's abbreviation does not say which zone is meant; write it out as text, and name "
      "the zone in \"timezone\"."},
     {'s', "Use the format \"unix\"."},
     {'f', "%S has the fraction of the second in it."},
     {'N', "%S has the fraction of the second in it."}}};

template <std::size_t N>
const Letter* find_letter(const std::array<Letter, N>& letters, char letter) {
  const auto found = std::ranges::find(letters, letter, &Letter::letter);
  return found == letters.end() ? nullptr : &*found;
}

const TimePattern::Directive* find_directive(std::string_view text) {
  const auto directives = time_directives();
  const auto found = std::ranges::find_if(
      directives, [&](const auto& directive) { return text.starts_with(directive.letters); });
  return found == directives.end() ? nullptr : &*found;
}

Error unknown_directive(std::string_view text) {
  if (text.empty()) return {ErrorCode::invalid_configuration, "A pattern cannot end with a %."};
  if (const Letter* explained = find_letter(kExplained, text.front())) {
    return {ErrorCode::invalid_configuration, "There is no %" + std::string(1, text.front()) +
                                                  " here. " + std::string(explained->meaning)};
  }
  std::string known;
  for (const auto& directive : time_directives()) known += " %" + std::string(directive.letters);
  std::string what(text.substr(0, 1));
  if (static_cast<unsigned char>(what[0]) >= 0x80) what = "…";
  return {ErrorCode::invalid_configuration,
          "There is no %" + what + "; there are" + known + " %F %T %R %D %%."};
}

}  // namespace

Result<TimePattern> TimePattern::parse(std::string_view text) {
  if (text.size() > kLongestPattern) {
    return Error{ErrorCode::invalid_configuration,
                 "A pattern may have " + std::to_string(kLongestPattern) + " bytes."};
  }
  TimePattern pattern;
  pattern.text_ = text;
  if (auto added = pattern.add(text); !added) return std::move(added).error();
  return pattern;
}

Result<void> TimePattern::add(std::string_view text) {
  while (!text.empty()) {
    const std::size_t percent = std::min(text.find('%'), text.size());
    add_literal(text.substr(0, percent));
    text.remove_prefix(percent);
    if (text.empty()) break;
    text.remove_prefix(1);
    if (const Directive* directive = find_directive(text)) {
      parts_.push_back({.directive = directive});
      text.remove_prefix(directive->letters.size());
      continue;
    }
    const Letter* short_hand = text.empty() ? nullptr : find_letter(kShortHands, text.front());
    if (text.starts_with('%')) {
      add_literal("%");
    } else if (!short_hand) {
      return unknown_directive(text);
    } else if (auto added = add(short_hand->meaning); !added) {
      return added;
    }
    text.remove_prefix(1);
  }
  return {};
}

void TimePattern::add_literal(std::string_view literal) {
  if (literal.empty()) return;
  if (parts_.empty() || parts_.back().directive) parts_.emplace_back();
  parts_.back().literal += literal;
}

// One of the directives whose last letters these are.
bool TimePattern::has(std::string_view letters) const noexcept {
  return std::ranges::any_of(parts_, [&](const Part& part) {
    return part.directive && letters.find(part.directive->letters.back()) != letters.npos;
  });
}

bool TimePattern::has_offset() const noexcept { return has("z"); }

std::string TimePattern::unreadable() const {
  for (const std::string_view group : {"Yy", "mBb", "de", "j", "aA", "HI", "p", "M", "S", "z"}) {
    const auto is_one = [&](const Part& part) {
      return part.directive && group.find(part.directive->letters.back()) != group.npos;
    };
    if (std::ranges::count_if(parts_, is_one) < 2) continue;
    const auto first = std::ranges::find_if(parts_, is_one);
    return "It says " + std::string(first->directive->meaning) + " twice.";
  }
  const bool has_day = has("j") || (has("mBb") && has("de"));
  if (!has("Yy") || !has_day) return "It does not say the year, the month and the day.";
  if (has("de") && !has("mBb")) return "It says the day, but not the month.";
  if (has("mBb") && !has("de")) return "It says the month, but not the day.";
  if (has("I") != has("p")) return "%I and %p are not clear without each other.";
  if (has("M") && !has("HI")) return "It says the minute, but not the hour.";
  if (has("S") && !has("M")) return "It says the second, but not the minute.";
  return {};
}

Result<TimePattern::Reading> TimePattern::read(std::string_view text) const {
  const auto refuse = [&](std::string_view why) {
    return Error{ErrorCode::invalid_time, in_quotes(text) + " does not fit the pattern " +
                                              in_quotes(text_) + ": " + std::string(why) + "."};
  };
  std::string_view rest = text;
  const auto lacks = [&](std::string_view what, std::size_t left) {
    return refuse(std::string(what) + " is not at byte " + std::to_string(text.size() - left + 1));
  };
  CivilTime fields;
  for (const Part& part : parts_) {
    const std::size_t left = rest.size();
    if (!part.directive) {
      if (!rest.starts_with(part.literal)) return lacks(in_quotes(part.literal), left);
      rest.remove_prefix(part.literal.size());
    } else if (!part.directive->read(rest, fields)) {
      return lacks(part.directive->meaning, left);
    }
  }
  if (!rest.empty()) return lacks("the end of the text", rest.size());
  Reading reading{.offset = fields.offset};
  const std::string_view fault = local_time(fields, reading.time);
  if (!fault.empty()) return refuse(fault);
  return reading;
}

void TimePattern::write(std::string& out, LocalTime time, std::chrono::seconds offset) const {
  const CivilTime fields = civil_time(time, offset);
  for (const Part& part : parts_) {
    if (part.directive) {
      part.directive->write(out, fields);
    } else {
      out += part.literal;
    }
  }
}

}  // namespace dropzone
