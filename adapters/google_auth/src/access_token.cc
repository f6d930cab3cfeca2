#include "access_token.h"
#include "json_members.h"

#include <algorithm>

#include <dropzone/call/waiting.h>
#include <dropzone/curl/http_client.h>

namespace dropzone::google_auth {
namespace {

using std::chrono::milliseconds;

constexpr int kAttempts = 3;
constexpr milliseconds kPause{200};
constexpr milliseconds kAttemptTimeout{10'000};
constexpr std::string_view kTokenEndpoint = "the token endpoint";

bool is_unreserved(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  for (const char character : text) {
    const auto c = static_cast<unsigned char>(character);
    if (is_unreserved(c)) {
      out += character;
    } else {
      out += '%';
      out += kHexDigits[c >> 4];
      out += kHexDigits[c & 0xf];
    }
  }
}

std::string encode_form(const FormFields& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    if (!body.empty()) body += '&';
    append_encoded(body, name);
    body += '=';
    append_encoded(body, value);
  }
  return body;
}

bool may_pass(const curl::HttpResponse& response) {
  return response.fault != curl::HttpFault::none || response.status == 429 ||
         response.status >= 500;
}

// OAuth's error code and description, which contain no secret.
std::string reason(const curl::HttpResponse& response) {
  const auto answer = parse_object(response.body);
  if (!answer) return "HTTP " + std::to_string(response.status);
  std::string text(text_member(*answer, "error"));
  const std::string_view description = text_member(*answer, "error_description");
  if (!description.empty()) text += (text.empty() ? "" : ": ") + std::string(description);
  if (const Object* const error = object_member(*answer, "error"); error && text.empty()) {
    text = text_member(*error, "message");
  }
  return text.empty() ? "HTTP " + std::to_string(response.status) : text;
}

Error refusal(const curl::HttpResponse& response, std::string_view what) {
  std::string detail = "No credentials: ";
  detail += what;
  if (response.fault != curl::HttpFault::none) {
    return {ErrorCode::unavailable, detail + " cannot be reached: " + response.fault_detail};
  }
  detail += " refuses: " + reason(response);
  return {may_pass(response) ? ErrorCode::unavailable : ErrorCode::invalid_configuration, detail};
}

}  // namespace

Result<std::string> request_text(curl::HttpClient& client, curl::HttpRequest request,
                                 std::string_view what) {
  const Deadline deadline = request.deadline;
  for (int attempt = 1;; ++attempt) {
    const auto now = std::chrono::steady_clock::now();
    request.deadline = std::min(deadline, now + kAttemptTimeout);
    curl::HttpResponse response = client.send(request);
    if (response.fault == curl::HttpFault::none && response.status == 200) {
      return std::move(response.body);
    }
    const milliseconds pause = kPause * attempt;
    const bool again = may_pass(response) && attempt < kAttempts &&
                       deadline - std::chrono::steady_clock::now() > pause;
    if (!again) return refusal(response, what);
    if (!sleep_unless_stopped(pause, request.stop)) return refusal(response, what);
  }
}

Result<AccessToken> read_token(std::string_view answer, std::string_view what) {
  const auto object = parse_object(answer);
  const std::string_view token = object ? text_member(*object, "access_token") : std::string_view();
  if (token.empty()) {
    return Error{ErrorCode::unavailable,
                 "No credentials: " + std::string(what) + " answers without a token."};
  }
  const auto seconds = integer_member(*object, "expires_in").value_or(0);
  return AccessToken{std::string(token),
                     std::chrono::steady_clock::now() + std::chrono::seconds(seconds)};
}

Result<AccessToken> request_token(curl::HttpClient& client, const std::string& url,
                                  const FormFields& fields, const CallOptions& call) {
  const std::string body = encode_form(fields);
  curl::HttpRequest request;
  request.url = url;
  request.headers = {"Content-Type: application/x-www-form-urlencoded"};
  request.body = body;
  request.deadline = call.deadline;
  request.stop = call.stop;
  auto answer = request_text(client, std::move(request), kTokenEndpoint);
  if (!answer) return answer.error();
  return read_token(*answer, kTokenEndpoint);
}

}  // namespace dropzone::google_auth
