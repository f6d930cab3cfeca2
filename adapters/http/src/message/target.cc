#include "message/target.h"

#include <algorithm>

#include <dropzone/text/ascii.h>

namespace dropzone::http {
namespace {

constexpr std::size_t kUsualParameters = 4;  // At most.

// To the end whatever it finds, so that the compiler looks at many characters at a time.
bool may_be_target(std::string_view text) noexcept {
  unsigned char odd = 0;
  for (const char c : text) {
    odd = static_cast<unsigned char>(odd | (c > ' ' && c < 0x7f && c != '#' ? 0 : 1));
  }
  return odd == 0;
}

// Cuts an absolute-form target down to its origin-form. False if it has no http scheme or host.
bool strip_authority(std::string_view& target) {
  const auto scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return false;
  const auto scheme = target.substr(0, scheme_end);
  if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) return false;
  target.remove_prefix(scheme_end + 3);
  const auto host_end = std::min(target.find_first_of("/?"), target.size());
  const auto host = target.substr(0, host_end);
  if (host.empty() || host.find('@') != std::string_view::npos) return false;
  target.remove_prefix(host_end);
  return true;
}

bool parse_segments(std::string_view raw_path, std::vector<std::string>& segments) {
  auto rest = raw_path.substr(1);
  if (rest.empty()) return true;
  for (;;) {
    const auto slash = rest.find('/');
    auto segment = percent_decode(rest.substr(0, slash), false);
    if (!segment) return false;
    segments.push_back(std::move(*segment));
    if (slash == std::string_view::npos) return true;
    rest.remove_prefix(slash + 1);
  }
}

bool parse_query(std::string_view raw_query, std::vector<QueryParameter>& query) {
  if (!raw_query.empty()) query.reserve(kUsualParameters);
  while (!raw_query.empty()) {
    const auto end = std::min(raw_query.find('&'), raw_query.size());
    const auto pair = raw_query.substr(0, end);
    raw_query.remove_prefix(std::min(end + 1, raw_query.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) return false;
    query.push_back({std::move(*name), std::move(*value)});
  }
  return true;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  const bool plain = text.find('%') == text.npos && (!plus_is_space || text.find('+') == text.npos);
  if (plain) return std::string(text);
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      decoded.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      decoded.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return decoded;
}

bool parse_target(Request& request) {
  std::string_view target = request.target;
  if (!may_be_target(target)) return false;
  if (target == "*") {
    request.raw_path = request.path = "*";
    return request.method == Method::options;
  }
  if (!target.starts_with('/') && !strip_authority(target)) return false;

  const auto question = std::min(target.find('?'), target.size());
  request.raw_path = target.substr(0, question);
  if (request.raw_path.empty()) request.raw_path = "/";
  auto path = percent_decode(request.raw_path, false);
  if (!path) return false;
  request.path = std::move(*path);
  return parse_segments(request.raw_path, request.segments) &&
         parse_query(target.substr(std::min(question + 1, target.size())), request.query);
}

}  // namespace dropzone::http
