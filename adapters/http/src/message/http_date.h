#pragma once

#include <ctime>
#include <string>
#include <string_view>

namespace dropzone::http {

/// The text of the Date header (IMF-fixdate), made once a second. Not thread-safe.
class HttpDate {
 public:
  [[nodiscard]] std::string_view now();

 private:
  std::time_t second_ = -1;
  std::string text_;
};

}  // namespace dropzone::http
