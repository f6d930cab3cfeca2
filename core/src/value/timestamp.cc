#include <dropzone/value/timestamp.h>

#include <array>
#include <chrono>
#include <optional>

namespace dropzone {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::size_t kFractionDigits = 6;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Reads a text from its front. What is not there as expected leaves it in place.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  // A number of exactly so many digits.
  std::optional<int> number(std::size_t digits) noexcept {
    if (rest_.size() < digits) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!is_digit(rest_[i])) return std::nullopt;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }

  bool skip(char expected) noexcept {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // One or more digits of a second's fraction, as microseconds; finer ones are cut off.
  std::optional<int> fraction() noexcept {
    std::size_t digits = 0;
    int micros = 0;
    for (; digits < rest_.size() && is_digit(rest_[digits]); ++digits) {
      if (digits < kFractionDigits) micros = micros * 10 + (rest_[digits] - '0');
    }
    if (digits == 0) return std::nullopt;
    rest_.remove_prefix(digits);
    for (; digits < kFractionDigits; ++digits) micros *= 10;
    return micros;
  }

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// A date-time as it is spelled, not yet checked.
struct Fields {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
  int offset_sign = 0;
  int offset_hour = 0;
  int offset_minute = 0;
};

bool read(Reader& reader, std::size_t digits, int& field) noexcept {
  const std::optional<int> number = reader.number(digits);
  field = number.value_or(0);
  return number.has_value();
}

bool read_offset(Reader& reader, Fields& fields) noexcept {
  if (reader.skip('Z') || reader.skip('z')) return true;
  if (reader.skip('+')) {
    fields.offset_sign = 1;
  } else if (reader.skip('-')) {
    fields.offset_sign = -1;
  } else {
    return false;
  }
  if (!read(reader, 2, fields.offset_hour)) return false;
  reader.skip(':');
  return read(reader, 2, fields.offset_minute);
}

bool read_fraction(Reader& reader, Fields& fields) noexcept {
  if (!reader.skip('.')) return true;
  const std::optional<int> micros = reader.fraction();
  fields.micros = micros.value_or(0);
  return micros.has_value();
}

std::optional<Fields> read_fields(std::string_view text) noexcept {
  Reader reader(text);
  Fields fields;
  const bool complete =
      read(reader, 4, fields.year) && reader.skip('-') && read(reader, 2, fields.month) &&
      reader.skip('-') && read(reader, 2, fields.day) && (reader.skip('T') || reader.skip('t')) &&
      read(reader, 2, fields.hour) && reader.skip(':') && read(reader, 2, fields.minute) &&
      reader.skip(':') && read(reader, 2, fields.second) && read_fraction(reader, fields) &&
      read_offset(reader, fields) && reader.at_end();
  return complete ? std::optional(fields) : std::nullopt;
}

std::chrono::year_month_day date_of(const Fields& fields) noexcept {
  return {std::chrono::year(fields.year), std::chrono::month(static_cast<unsigned>(fields.month)),
          std::chrono::day(static_cast<unsigned>(fields.day))};
}

// The rule that the fields break, or nothing.
std::string_view fault_of(const Fields& fields) noexcept {
  if (fields.year == 0) return "the year must be 0001 to 9999";
  if (fields.month < 1 || fields.month > 12) return "the month must be 01 to 12";
  if (!date_of(fields).ok()) return "the month does not have this day";
  if (fields.hour > 23) return "the hour must be 00 to 23";
  if (fields.minute > 59) return "the minute must be 00 to 59";
  if (fields.second > 59) return "the second must be 00 to 59";
  if (fields.offset_hour > 23 || fields.offset_minute > 59) {
    return "the offset must be within -23:59 and +23:59";
  }
  return {};
}

Timestamp moment_of(const Fields& fields) noexcept {
  const std::int64_t days = std::chrono::sys_days(date_of(fields)).time_since_epoch().count();
  const std::int64_t minutes =
      fields.hour * 60 + fields.minute -
      fields.offset_sign * (fields.offset_hour * 60 + fields.offset_minute);
  const std::int64_t seconds = days * kSecondsPerDay + minutes * 60 + fields.second;
  return {seconds * kMicrosPerSecond + fields.micros};
}

// The text in quotes; of a long one, and of what could break a line or an encoding, only the fact.
std::string quoted(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '"'; };
  if (text.size() > kLongest) return "The text";
  for (const char c : text) {
    if (!is_plain(c)) return "The text";
  }
  return '"' + std::string(text) + '"';
}

Error invalid_time(std::string_view text, std::string_view reason) {
  return {ErrorCode::invalid_time,
          quoted(text) + " is not an RFC 3339 date-time: " + std::string(reason) + ".",
          {},
          {}};
}

// Writes a number at a place, with leading zeros.
void put(char* at, std::size_t digits, std::int64_t number) noexcept {
  for (std::size_t i = digits; i-- > 0; number /= 10) at[i] = static_cast<char>('0' + number % 10);
}

}  // namespace

Result<Timestamp> parse_timestamp(std::string_view text) {
  const std::optional<Fields> fields = read_fields(text);
  if (!fields) return invalid_time(text, "it must look like 2019-05-01T06:00:00-04:00");
  if (const std::string_view fault = fault_of(*fields); !fault.empty()) {
    return invalid_time(text, fault);
  }
  const Timestamp moment = moment_of(*fields);
  if (moment < kEarliestTimestamp || moment > kLatestTimestamp) {
    return invalid_time(text, "in UTC it is outside the years 0001 to 9999");
  }
  return moment;
}

void append_timestamp(std::string& out, Timestamp timestamp) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::microseconds> time{
      std::chrono::microseconds(timestamp.micros)};
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::int64_t of_day = (time - day).count();
  const std::int64_t second = of_day / kMicrosPerSecond;
  const std::int64_t micros = of_day % kMicrosPerSecond;

  std::array<char, 28> text{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0', '0', ':',
                            '0', '0', ':', '0', '0', '.', '0', '0', '0', '0', '0', '0', 'Z'};
  put(&text[0], 4, static_cast<int>(date.year()));
  put(&text[5], 2, static_cast<unsigned>(date.month()));
  put(&text[8], 2, static_cast<unsigned>(date.day()));
  put(&text[11], 2, second / 3'600);
  put(&text[14], 2, second / 60 % 60);
  put(&text[17], 2, second % 60);
  put(&text[20], kFractionDigits, micros);
  std::size_t end = 26;
  if (micros == 0) {
    end = 19;
  } else if (micros % 1'000 == 0) {
    end = 23;
  }
  text[end] = 'Z';
  out.append(text.data(), end + 1);
}

std::string format_timestamp(Timestamp timestamp) {
  std::string text;
  append_timestamp(text, timestamp);
  return text;
}

}  // namespace dropzone
