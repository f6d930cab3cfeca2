#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rest/route.h"

namespace dropzone::http {

/// Finds the route of a request by method and path. Immutable once built.
class Router {
 public:
  explicit Router(std::vector<Route> routes);

  struct Match {
    const Route* route = nullptr;       ///< Null if no route has this path and method.
    std::vector<std::string> captures;  ///< The segments that stand for `{…}`.
    std::string allow;                  ///< The methods that the path has; empty: no such path.
  };
  /// HEAD finds the route of GET if it has none of its own.
  [[nodiscard]] Match find(const Request& request) const;

  /// The pattern that a path without a route most likely meant, or an empty view: one that begins
  /// with it, else the nearest by its letters.
  [[nodiscard]] std::string_view nearest_pattern(const Request& request) const;

 private:
  struct Entry {
    Route route;
    std::vector<std::string_view> segments;
  };

  /// Whether a pattern without variables is this path: it is that pattern's alone then, as OpenAPI
  /// has it, whatever its methods are.
  [[nodiscard]] bool names_path(const std::vector<std::string>& path) const;

  std::vector<Entry> entries_;
};

}  // namespace dropzone::http
