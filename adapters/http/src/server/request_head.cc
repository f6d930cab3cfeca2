#include "server/request_head.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include <dropzone/text/trimmed.h>

namespace dropzone::http {
namespace {

constexpr std::array<bool, 256> token_characters() {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr auto kTokenCharacters = token_characters();

Error malformed(std::string detail) {
  return {ErrorCode::invalid_request, std::move(detail), {}, {}};
}

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

// Calls `visit` with each element of a comma-separated list that is not empty.
template <typename Visit>
void for_each_element(std::string_view list, Visit visit) {
  for (;;) {
    const auto comma = list.find(',');
    const auto element = trimmed(list.substr(0, comma));
    if (!element.empty()) visit(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

Result<void> parse_version(std::string_view version, Request& request) {
  const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") &&
                           is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
  if (!well_formed) return malformed("The request line has no HTTP version.");
  if (version[5] != '1') {
    return Error{ErrorCode::http_version_not_supported,
                 "Only HTTP/1.0 and HTTP/1.1 are spoken here.",
                 {},
                 {}};
  }
  request.http_minor_version = version[7] == '0' ? 0 : 1;
  return {};
}

bool is_host(std::string_view value) noexcept {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~%!$&'()*+;=:[]").find(c) != std::string_view::npos;
  });
}

Result<std::uint64_t> parse_content_length(std::string_view value) {
  if (value.empty() || !std::all_of(value.begin(), value.end(), is_digit)) {
    return malformed("Content-Length is not one number.");
  }
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t length = 0;
  for (const char c : value) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (length > (most - digit) / 10) return most;
    length = length * 10 + digit;
  }
  return length;
}

Result<void> check_transfer_encoding(std::string_view value) {
  if (equals_ignoring_case(value, "chunked")) return {};
  int chunked = 0;
  bool last_is_chunked = false;
  for_each_element(value, [&](std::string_view coding) {
    last_is_chunked = equals_ignoring_case(coding, "chunked");
    if (last_is_chunked) ++chunked;
  });
  if (chunked == 1 && last_is_chunked) {
    return Error{
        ErrorCode::not_implemented, "The only transfer coding known here is chunked.", {}, {}};
  }
  return malformed("Transfer-Encoding does not end in one chunked, so the body has no end.");
}

// What the fields that matter to framing said, gathered in one pass.
struct FramingFields {
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
  bool host_valid = true;
  bool close = false;
  bool keep_alive = false;
  std::string_view length;
  std::string_view coding;
  std::string_view expect;
};

FramingFields gather(const Headers& headers) {
  FramingFields found;
  for (const auto [name, value] : headers) {
    switch (name.size()) {
      case 4:
        if (!equals_ignoring_case(name, "Host")) break;
        ++found.hosts;
        found.host_valid = is_host(value);
        break;
      case 6:
        if (equals_ignoring_case(name, "Expect")) found.expect = value;
        break;
      case 10:
        if (!equals_ignoring_case(name, "Connection")) break;
        for_each_element(value, [&](std::string_view option) {
          found.close |= equals_ignoring_case(option, "close");
          found.keep_alive |= equals_ignoring_case(option, "keep-alive");
        });
        break;
      case 14:
        if (!equals_ignoring_case(name, "Content-Length")) break;
        ++found.lengths;
        found.length = value;
        break;
      case 17:
        if (!equals_ignoring_case(name, "Transfer-Encoding")) break;
        ++found.codings;
        found.coding = value;
        break;
      default: break;
    }
  }
  return found;
}

}  // namespace

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return kTokenCharacters[static_cast<unsigned char>(c)];
  });
}

Result<void> parse_request_line(std::string_view line, Request& request) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return malformed("The request line is not METHOD TARGET VERSION.");
  }
  const auto method = line.substr(0, first);
  if (!is_token(method)) return malformed("The method is not a token.");
  const auto target = line.substr(first + 1, last - first - 1);
  if (target.empty() || target.find(' ') != std::string_view::npos) {
    return malformed("The request line has stray spaces.");
  }
  request.method_text = method;
  request.method = method_of(method);
  request.target = target;
  return parse_version(line.substr(last + 1), request);
}

Result<void> parse_field_line(std::string_view line, Headers& headers) {
  if (is_blank(line.front())) return malformed("A header is folded over two lines.");
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("A header has no colon.");
  const auto name = line.substr(0, colon);
  if (!is_token(name)) return malformed("The name of a header is not a token.");
  const auto value = trimmed(line.substr(colon + 1));
  if (headers.add_valid(name, value)) return {};
  return malformed("The value of a header has a control character.");
}

Result<Framing> decide_framing(const Request& request) {
  const auto fields = gather(request.headers);
  const bool modern = request.http_minor_version >= 1;
  if (fields.hosts > 1 || (modern && fields.hosts == 0) || !fields.host_valid) {
    return malformed("The request needs one valid Host header.");
  }
  if (fields.lengths > 1) return malformed("There are several Content-Length headers.");
  if (fields.codings > 1) return malformed("There are several Transfer-Encoding headers.");
  if (fields.codings == 1 && fields.lengths == 1) {
    return malformed("Content-Length and Transfer-Encoding exclude each other.");
  }
  if (fields.codings == 1 && !modern) return malformed("HTTP/1.0 has no Transfer-Encoding.");

  Framing framing;
  framing.keep_alive = !fields.close && (modern || fields.keep_alive);
  if (fields.codings == 1) {
    if (auto known = check_transfer_encoding(fields.coding); !known) return known.error();
    framing.chunked = true;
  } else if (fields.lengths == 1) {
    auto length = parse_content_length(fields.length);
    if (!length) return length.error();
    framing.content_length = *length;
  }
  if (modern && !fields.expect.empty()) {
    if (!equals_ignoring_case(fields.expect, "100-continue")) {
      return Error{
          ErrorCode::expectation_failed, "The only expectation met here is 100-continue.", {}, {}};
    }
    framing.expects_continue = framing.chunked || framing.content_length > 0;
  }
  return framing;
}

}  // namespace dropzone::http
