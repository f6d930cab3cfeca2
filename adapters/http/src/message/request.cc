#include <dropzone/http/message/request.h>

#include <utility>

#include "message/target.h"

namespace dropzone::http {

Method method_of(std::string_view name) noexcept {
  constexpr std::pair<std::string_view, Method> known[] = {
      {"GET", Method::get},        {"HEAD", Method::head},   {"POST", Method::post},
      {"PUT", Method::put},        {"PATCH", Method::patch}, {"DELETE", Method::delete_},
      {"OPTIONS", Method::options}};
  for (const auto& [text, method] : known) {
    if (text == name) return method;
  }
  return Method::other;
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const auto& parameter : query) {
    if (parameter.name == name) return parameter.value;
  }
  return std::nullopt;
}

std::optional<Request> make_request(std::string_view method, std::string_view target,
                                    std::string body) {
  Request request;
  request.method = method_of(method);
  request.method_text = method;
  request.target = target;
  request.body = std::move(body);
  request.remote_address = "127.0.0.1";
  request.request_id = "test";
  request.received_at = std::chrono::steady_clock::now();
  if (!parse_target(request)) return std::nullopt;
  return request;
}

}  // namespace dropzone::http
