#include <string>
#include <string_view>
#include <utility>

#include <dropzone/http/rest/embedded_assets.h>

#include "rest/routes.h"

namespace dropzone::http {
namespace {

/// A page's links go on from its path without a slash, whatever path a proxy has before it.
Response to_the_page(std::string_view name) {
  Response response;
  response.status = 308;
  response.headers.set("Location", "../" + std::string(name));
  return response;
}

Result<Response> page(Call& call) {
  if (call.request.path == "/swagger/") return to_the_page("swagger");
  if (call.request.path == "/console/") return to_the_page("console");
  if (const Asset* asset = find_asset(call.request.path)) {
    return asset_response(*asset, call.request);
  }
  return Error{ErrorCode::not_found, "There is no such page; \"/swagger\" lists what there is."};
}

}  // namespace

std::vector<Route> page_routes(RouteContext) {
  std::vector<Route> routes;
  for (const std::string_view pattern :
       {"/", "/favicon.ico", "/swagger", "/swagger/{file}", "/console", "/console/{file}",
        "/openapi.yaml", "/openapi.json", "/openapi-3.2.json"}) {
    routes.push_back({.method = Method::get,
                      .pattern = pattern,
                      .permission = Permission::open,
                      .execution = Execution::on_io_thread,
                      .parameters = {},
                      .answer = page,
                      .produces = {}});
  }
  return routes;
}

}  // namespace dropzone::http
