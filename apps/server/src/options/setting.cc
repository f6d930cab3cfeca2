#include "options/setting.h"

#include <cstddef>

#include <dropzone/text/ascii.h>

namespace dropzone::server {
namespace {

constexpr std::size_t kLongestQuotation = 120;

}  // namespace

Error fault(std::string_view where, std::string_view what) {
  std::string line(where);
  line.append(": ").append(what);
  for (char& c : line) {
    if (is_control(c)) c = ' ';
  }
  return {ErrorCode::invalid_configuration, std::move(line)};
}

std::string in_quotes(std::string_view text) {
  std::string quotation = "\"";
  quotation += text.substr(0, kLongestQuotation);
  if (text.size() > kLongestQuotation) quotation += "…";
  quotation += '"';
  return quotation;
}

}  // namespace dropzone::server
