#include "kind/time/time_directives.h"

#include <array>

#include <dropzone/text/ascii.h>
#include <dropzone/value/timestamp.h>

#include "kind/time/offset_text.h"

namespace dropzone {
namespace {

namespace chrono = std::chrono;

using TimeNames = std::span<const std::string_view>;

constexpr std::array<std::string_view, 12> kMonthNames{
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDayNames{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 2> kHalfNames{"AM", "PM"};
constexpr std::size_t kShortName = 3;

char lower_letter(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool take_time_word(std::string_view& text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (lower_letter(text[i]) != lower_letter(word[i])) return false;
  }
  text.remove_prefix(word.size());
  return true;
}

/// A whole name, or its first three letters.
bool take_time_name(std::string_view& text, TimeNames names, std::optional<int>& into) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!take_time_word(text, names[i]) && !take_time_word(text, names[i].substr(0, kShortName)))
      continue;
    into = static_cast<int>(i);
    return true;
  }
  return false;
}

template <typename Field>
bool take_digits(std::string_view& text, std::size_t least, std::size_t most, Field& into) {
  const auto number = take_number(text, least, most);
  if (number) into = *number;
  return number.has_value();
}

bool take_month_name(std::string_view& text, CivilTime& into) {
  if (!take_time_name(text, kMonthNames, into.month)) return false;
  ++*into.month;
  return true;
}

// As POSIX has it: 69 to 99 are 1969 to 1999.
bool take_short_year(std::string_view& text, CivilTime& into) {
  if (!take_digits(text, 2, 2, into.year)) return false;
  *into.year += *into.year < 69 ? 2000 : 1900;
  return true;
}

// With a fraction, of which what is finer than microseconds is cut off.
bool take_second(std::string_view& text, CivilTime& into) {
  constexpr std::size_t kMicroDigits = 6;
  if (!take_digits(text, 1, 2, into.second)) return false;
  const bool has_fraction =
      text.size() > 1 && (text[0] == '.' || text[0] == ',') && text[1] >= '0' && text[1] <= '9';
  if (!has_fraction) return true;
  text.remove_prefix(1);
  std::size_t digits = 0;
  for (into.micros = 0; digits < text.size() && text[digits] >= '0' && text[digits] <= '9';
       ++digits) {
    if (digits < kMicroDigits) into.micros = into.micros * 10 + (text[digits] - '0');
  }
  text.remove_prefix(digits);
  for (; digits < kMicroDigits; ++digits) into.micros *= 10;
  return true;
}

// With the fewest digits of a fraction that lose nothing: 0, 3 or 6.
void put_second(std::string& out, const CivilTime& from) {
  append_number(out, from.second, 2);
  if (from.micros == 0) return;
  out += '.';
  if (from.micros % 1'000 == 0) {
    append_number(out, from.micros / 1'000, 3);
  } else {
    append_number(out, from.micros, 6);
  }
}

bool take_zone_offset(std::string_view& text, CivilTime& into) {
  into.offset = take_offset(text);
  return into.offset.has_value();
}

bool take_space_padded_day(std::string_view& text, CivilTime& into) {
  if (text.starts_with(' ')) text.remove_prefix(1);
  return take_digits(text, 1, 2, into.day);
}

void put_space_padded_day(std::string& out, const CivilTime& from) {
  if (*from.day < 10) out += ' ';
  append_number(out, *from.day, 1);
}

std::string_view time_name(TimeNames names, const std::optional<int>& index) {
  return names[static_cast<std::size_t>(*index)];
}

using TimeText = std::string_view;

constexpr std::array<TimePattern::Directive, 17> kDirectives{{
    {"Y", "the year in four digits",
     [](TimeText& t, CivilTime& c) { return take_digits(t, 4, 4, c.year); },
     [](std::string& o, const CivilTime& c) { append_number(o, *c.year, 4); }},
    {"y", "the year in two digits", take_short_year,
     [](std::string& o, const CivilTime& c) { append_number(o, *c.year % 100, 2); }},
    {"m", "the month's number",
     [](TimeText& t, CivilTime& c) { return take_digits(t, 1, 2, c.month); },
     [](std::string& o, const CivilTime& c) { append_number(o, *c.month, 2); }},
    {"B", "the month's name", take_month_name,
     [](std::string& o, const CivilTime& c) { o += kMonthNames[std::size_t(*c.month) - 1]; }},
    {"b", "the month's name", take_month_name,
     [](std::string& o, const CivilTime& c) {
       o += kMonthNames[std::size_t(*c.month) - 1].substr(0, kShortName);
     }},
    {"d", "the day of the month",
     [](TimeText& t, CivilTime& c) { return take_digits(t, 1, 2, c.day); },
     [](std::string& o, const CivilTime& c) { append_number(o, *c.day, 2); }},
    {"e", "the day of the month", take_space_padded_day, put_space_padded_day},
    {"j", "the day of the year in three digits",
     [](TimeText& t, CivilTime& c) { return take_digits(t, 3, 3, c.day_of_year); },
     [](std::string& o, const CivilTime& c) { append_number(o, *c.day_of_year, 3); }},
    {"A", "the weekday's name",
     [](TimeText& t, CivilTime& c) { return take_time_name(t, kDayNames, c.weekday); },
     [](std::string& o, const CivilTime& c) { o += time_name(kDayNames, c.weekday); }},
    {"a", "the weekday's name",
     [](TimeText& t, CivilTime& c) { return take_time_name(t, kDayNames, c.weekday); },
     [](std::string& o, const CivilTime& c) {
       o += time_name(kDayNames, c.weekday).substr(0, kShortName);
     }},
    {"H", "the hour", [](TimeText& t, CivilTime& c) { return take_digits(t, 1, 2, c.hour); },
     [](std::string& o, const CivilTime& c) { append_number(o, c.hour, 2); }},
    {"I", "the hour from 1 to 12",
     [](TimeText& t, CivilTime& c) { return take_digits(t, 1, 2, c.hour_of_half); },
     [](std::string& o, const CivilTime& c) { append_number(o, *c.hour_of_half, 2); }},
    {"p", "AM or PM",
     [](TimeText& t, CivilTime& c) { return take_time_name(t, kHalfNames, c.half); },
     [](std::string& o, const CivilTime& c) { o += time_name(kHalfNames, c.half); }},
    {"M", "the minute", [](TimeText& t, CivilTime& c) { return take_digits(t, 1, 2, c.minute); },
     [](std::string& o, const CivilTime& c) { append_number(o, c.minute, 2); }},
    {"S", "the second", take_second, put_second},
    {"z", "the offset from UTC", take_zone_offset,
     [](std::string& o, const CivilTime& c) { append_offset(o, *c.offset, false); }},
    {":z", "the offset from UTC", take_zone_offset,
     [](std::string& o, const CivilTime& c) { append_offset(o, *c.offset, true); }},
}};

}  // namespace

std::span<const TimePattern::Directive> time_directives() noexcept { return kDirectives; }

CivilTime civil_time(LocalTime time, chrono::seconds offset) {
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(day);
  const auto of_day = chrono::duration_cast<chrono::microseconds>(time - day).count();
  const auto seconds = static_cast<int>(of_day / kMicrosPerSecond);
  CivilTime fields;
  fields.year = int(date.year());
  fields.month = static_cast<int>(unsigned(date.month()));
  fields.day = static_cast<int>(unsigned(date.day()));
  fields.day_of_year =
      static_cast<int>((day - chrono::local_days(date.year() / chrono::January / 1)).count()) + 1;
  fields.weekday = static_cast<int>(chrono::weekday(day).c_encoding());
  fields.hour = seconds / 3'600;
  fields.half = fields.hour / 12;
  fields.hour_of_half = (fields.hour + 11) % 12 + 1;
  fields.minute = seconds / 60 % 60;
  fields.second = seconds % 60;
  fields.micros = static_cast<int>(of_day % kMicrosPerSecond);
  fields.offset = offset;
  return fields;
}

namespace {

using TimeFault = std::string_view;

// By day of the year, or by month and day; both must agree.
TimeFault civil_date(const CivilTime& fields, chrono::local_days& day) {
  const chrono::year in(*fields.year);
  if (*fields.year == 0) return "the year must be 0001 to 9999";
  if (fields.day_of_year) {
    if (*fields.day_of_year < 1 || *fields.day_of_year > (in.is_leap() ? 366 : 365)) {
      return "the year does not have this day";
    }
    day = chrono::local_days(in / chrono::January / 1) + chrono::days(*fields.day_of_year - 1);
  }
  if (fields.month) {
    const chrono::year_month_day date(in, chrono::month(static_cast<unsigned>(*fields.month)),
                                      chrono::day(static_cast<unsigned>(fields.day.value_or(1))));
    if (!date.month().ok()) return "the month must be 1 to 12";
    if (!date.ok()) return "the month does not have this day";
    if (fields.day_of_year && chrono::local_days(date) != day) {
      return "the days contradict each other";
    }
    day = chrono::local_days(date);
  }
  if (fields.weekday && *fields.weekday != static_cast<int>(chrono::weekday(day).c_encoding())) {
    return "the day is another weekday";
  }
  return {};
}

}  // namespace

std::string_view local_time(const CivilTime& fields, LocalTime& time) {
  chrono::local_days day;
  if (const TimeFault fault = civil_date(fields, day); !fault.empty()) return fault;
  int hour = fields.hour;
  if (fields.hour_of_half) {
    if (*fields.hour_of_half < 1 || *fields.hour_of_half > 12) return "the hour must be 1 to 12";
    hour = *fields.hour_of_half % 12 + 12 * fields.half.value_or(0);
  }
  if (hour > 23) return "the hour must be 00 to 23";
  if (fields.minute > 59) return "the minute must be 00 to 59";
  if (fields.second > 59) return "the second must be 00 to 59";
  time = day + chrono::hours(hour) + chrono::minutes(fields.minute) +
         chrono::seconds(fields.second) + chrono::microseconds(fields.micros);
  return {};
}

}  // namespace dropzone
