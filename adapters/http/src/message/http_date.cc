#include "message/http_date.h"

#include <array>
#include <cstdio>

namespace dropzone::http {

std::string_view HttpDate::now() {
  const auto second = std::time(nullptr);
  if (second == second_) return text_;
  constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  ::gmtime_r(&second, &utc);
  std::array<char, 64> buffer;
  const int length =
      std::snprintf(buffer.data(), buffer.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                    days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                    months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                    utc.tm_min, utc.tm_sec);
  second_ = second;
  text_.assign(buffer.data(), static_cast<std::size_t>(length));
  return text_;
}

}  // namespace dropzone::http
