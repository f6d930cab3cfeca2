#include "rest/refusals.h"

#include <string>
#include <string_view>

#include <dropzone/http/message/problem.h>
#include <dropzone/text/ascii.h>

#include "rest/answers.h"
#include "rest/body_type.h"
#include "rest/unpack.h"

namespace dropzone::http {
namespace {

bool has_token(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const auto authorization = request.headers.find("Authorization").value_or("");
  return equals_ignoring_case(authorization.substr(0, kBearer.size()), kBearer);
}

/// Whether a script of a page asks, by what browsers say of each request (Fetch Metadata). For a
/// challenge of the Basic scheme the browser would open its own dialogue and let the script wait.
bool is_asked_by_script(const Request& request) {
  const auto mode = request.headers.find("Sec-Fetch-Mode");
  return mode && *mode != "navigate";
}

/// As RFC 6750 has it, what was wrong is said only when a token was sent.
void challenge(Headers& headers, int status, const Request& request) {
  const std::string bearer = "Bearer realm=\"Data Dropzone\"";
  if (status == 401) {
    if (!is_asked_by_script(request)) {
      headers.set("WWW-Authenticate", "Basic realm=\"Data Dropzone\", charset=\"UTF-8\"");
    }
    headers.add("WWW-Authenticate",
                has_token(request) ? bearer + ", error=\"invalid_token\"" : bearer);
  } else if (status == 403 && has_token(request)) {
    headers.set("WWW-Authenticate", bearer + ", error=\"insufficient_scope\"");
  }
}

/// What the route would have taken, for a client that can send it.
void name_what_is_taken(Headers& headers, ErrorCode code, const Route* route) {
  if (code == ErrorCode::unsupported_encoding) {
    headers.set("Accept-Encoding", kPackings);
  } else if (code == ErrorCode::unsupported_media_type && route) {
    headers.set("Accept", accepted_types(route->body));
    if (route->method == Method::patch) headers.set("Accept-Patch", accepted_types(route->body));
  }
}

}  // namespace

Error not_acceptable(std::span<const std::string_view> types) {
  return {ErrorCode::not_acceptable,
          "The answer would be " + std::string(types.front()) +
              ", which the request's Accept does not take; add that type to it, or */*."};
}

Response problem_of(std::span<const Error> faults, const Request& request, const Route* route,
                    std::string_view members) {
  const Error& error = faults.front();
  Response response =
      problem_response(error, request.request_id, request.raw_path,
                       faults.size() > 1 ? errors_member(faults) : std::string(members));
  challenge(response.headers, response.status, request);
  name_what_is_taken(response.headers, error.code, route);
  return response;
}

Response problem_of(const Error& error, const Request& request) {
  return problem_of(std::span(&error, 1), request);
}

Error unanswerable(const Route* route) {
  const Permission permission = route ? route->permission : Permission::open;
  if (permission != Permission::write && permission != Permission::remove &&
      permission != Permission::admin) {
    return {ErrorCode::overloaded,
            "There is no memory for the answer just now; repeat the request a little later."};
  }
  return {ErrorCode::outcome_unknown,
          "The request was carried out, but there is no memory for its response. Look "
          "at the records, or ask for a shorter answer next time."};
}

Error overloaded() {
  return {ErrorCode::overloaded, "All workers are busy; repeat the request a little later."};
}

}  // namespace dropzone::http
