#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <dropzone/http/rest/embedded_assets.h>
#include <dropzone/value/json_text.h>

#include "rest/answers.h"
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

/// Scheme, host and port of a URL.
std::string_view origin_of(std::string_view url) {
  const std::size_t host = url.find("://") + 3;
  return url.substr(0, std::min(url.find('/', host), url.size()));
}

/// The console may ask the provider too, if there is one to sign in at.
Result<Response> console_page(const ConsoleSignIn& sign_in, const Call& call) {
  auto response = asset_response(*find_asset("/console"), call.request);
  if (!response || sign_in.client.empty()) return response;
  constexpr std::string_view kOwn = "connect-src 'self'";
  std::string policy(kContentSecurityPolicy);
  const std::size_t end = policy.find(kOwn) + kOwn.size();
  policy.insert(end, " " + std::string(origin_of(sign_in.issuer)));
  response->headers.set("Content-Security-Policy", policy);
  return response;
}

/// What the console must know to offer signing in at the provider.
Response sign_in_response(const ConsoleSignIn& sign_in) {
  Object object;
  if (!sign_in.client.empty()) {
    object.append("issuer", sign_in.issuer);
    object.append("client", sign_in.client);
    object.append("scope", sign_in.scope);
  }
  return json_response(to_json(object));
}

Result<Response> page(const ConsoleSignIn& sign_in, const Call& call) {
  const std::string& path = call.request.path;
  if (path == "/swagger/") return to_the_page("swagger");
  if (path == "/console/") return to_the_page("console");
  if (path == "/console") return console_page(sign_in, call);
  if (path == "/console/sign-in.json") return sign_in_response(sign_in);
  if (const Asset* asset = find_asset(path)) return asset_response(*asset, call.request);
  return Error{ErrorCode::not_found, "There is no such page; \"/swagger\" lists what there is."};
}

}  // namespace

std::vector<Route> page_routes(RouteContext context) {
  std::vector<Route> routes;
  for (const std::string_view pattern :
       {"/", "/favicon.ico", "/swagger", "/swagger/{file}", "/console", "/console/{file}",
        "/openapi.yaml", "/openapi.json", "/openapi-3.2.json"}) {
    routes.push_back(
        {.method = Method::get,
         .pattern = pattern,
         .permission = Permission::open,
         .execution = Execution::on_io_thread,
         .parameters = {},
         .answer = [&sign_in = context.options.console](Call& call) { return page(sign_in, call); },
         .produces = {}});
  }
  return routes;
}

}  // namespace dropzone::http
