#include "rest/router.h"

#include <algorithm>
#include <array>
#include <utility>

#include <dropzone/text/nearest_name.h>

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

bool has_variable(const std::vector<std::string_view>& pattern) {
  return std::any_of(pattern.begin(), pattern.end(), is_variable);
}

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!is_variable(pattern[i]) && pattern[i] != path[i]) return false;
  }
  return true;
}

/// The pattern with the path's segments in the place of its variables; empty if that cannot be.
std::string filled(const std::vector<std::string_view>& pattern,
                   const std::vector<std::string>& path) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    text += '/';
    if (!is_variable(pattern[i])) {
      text += pattern[i];
    } else if (i < path.size()) {
      text += path[i];
    } else {
      return {};
    }
  }
  return text;
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
    if (has_variable(entry.segments) && names_path(request.segments)) continue;
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

bool Router::names_path(const std::vector<std::string>& path) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return !has_variable(entry.segments) && fits(entry.segments, path);
  });
}

std::string_view Router::nearest_pattern(const Request& request) const {
  // Comparing takes the product of the lengths; longer names are not typing errors.
  constexpr std::size_t kLongestPath = 100;
  const std::string_view path = request.path;
  if (path.size() <= 1 || path.size() > kLongestPath) return {};
  for (const Entry& entry : entries_) {
    const std::string_view pattern = entry.route.pattern;
    if (pattern.size() > path.size() && pattern.starts_with(path) && pattern[path.size()] == '/') {
      return pattern;
    }
  }
  std::vector<std::string> texts;
  texts.reserve(entries_.size());
  for (const Entry& entry : entries_) texts.push_back(filled(entry.segments, request.segments));
  const std::vector<std::string_view> candidates(texts.begin(), texts.end());
  const std::string_view nearest = nearest_name(path, candidates);
  for (std::size_t i = 0; i < candidates.size() && !nearest.empty(); ++i) {
    if (candidates[i] == nearest) return entries_[i].route.pattern;
  }
  return {};
}

}  // namespace dropzone::http
