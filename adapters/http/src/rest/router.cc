#include "rest/router.h"

#include <array>
#include <utility>

namespace dropzone::http {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 6> kMethodNames{{
    {Method::get, "GET"},
    {Method::head, "HEAD"},
    {Method::post, "POST"},
    {Method::put, "PUT"},
    {Method::patch, "PATCH"},
    {Method::delete_, "DELETE"},
}};

std::vector<std::string_view> split(std::string_view pattern) {
  std::vector<std::string_view> segments;
  pattern.remove_prefix(1);
  while (!pattern.empty()) {
    const std::size_t slash = pattern.find('/');
    segments.push_back(pattern.substr(0, slash));
    pattern.remove_prefix(slash == std::string_view::npos ? pattern.size() : slash + 1);
  }
  return segments;
}

bool is_variable(std::string_view segment) { return segment.starts_with('{'); }

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!is_variable(pattern[i]) && pattern[i] != path[i]) return false;
  }
  return true;
}

std::string names_of(const std::vector<Method>& methods) {
  std::string names;
  for (const auto& [method, name] : kMethodNames) {
    for (const Method has : methods) {
      if (has != method && !(method == Method::head && has == Method::get)) continue;
      if (!names.empty()) names += ", ";
      names += name;
      break;
    }
  }
  return names.empty() ? names : names + ", OPTIONS";
}

}  // namespace

Router::Router(std::vector<Route> routes) {
  entries_.reserve(routes.size());
  for (Route& route : routes) {
    entries_.push_back({std::move(route), {}});
    entries_.back().segments = split(entries_.back().route.pattern);
  }
}

Router::Match Router::find(const Request& request) const {
  const Method method = request.method == Method::head ? Method::get : request.method;
  std::vector<Method> methods;
  for (const Entry& entry : entries_) {
    if (!fits(entry.segments, request.segments)) continue;
    if (entry.route.method != method) {
      methods.push_back(entry.route.method);
      continue;
    }
    Match match{.route = &entry.route, .captures = {}, .allow = {}};
    for (std::size_t i = 0; i < entry.segments.size(); ++i) {
      if (is_variable(entry.segments[i])) match.captures.push_back(request.segments[i]);
    }
    return match;
  }
  return {.route = nullptr, .captures = {}, .allow = names_of(methods)};
}

}  // namespace dropzone::http
