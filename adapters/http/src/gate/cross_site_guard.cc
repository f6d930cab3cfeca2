#include <dropzone/http/gate/cross_site_guard.h>

#include <algorithm>
#include <utility>

#include <dropzone/http/message/headers.h>
#include <dropzone/text/trimmed.h>

namespace dropzone::http {
namespace {

bool is_safe(Method method) {
  return method == Method::get || method == Method::head || method == Method::options;
}

/// The host of an origin or of a Host field, without the port that the scheme has anyway.
std::string_view without_port(std::string_view host, std::string_view port) {
  if (host.ends_with(port)) host.remove_suffix(port.size());
  return host;
}

/// Of a list the last one: a proxy appends.
std::string_view last_of(std::string_view list) {
  return trimmed(list.substr(list.rfind(',') + 1));
}

}  // namespace

std::optional<Error> CrossSiteGuard::refusal(const Request& request) const {
  if (is_safe(request.method)) return std::nullopt;
  const auto origins = request.headers.find_all("Origin");
  const auto sites = request.headers.find_all("Sec-Fetch-Site");
  const bool foreign = std::ranges::any_of(
      sites, [](std::string_view site) { return site == "cross-site" || site == "same-site"; });
  const bool named =
      std::ranges::all_of(origins, [&](std::string_view origin) { return allows(origin); });
  const bool known = std::ranges::all_of(
      origins, [&](std::string_view origin) { return allows(origin) || is_own(origin, request); });
  if (known && (!foreign || (named && !origins.empty()))) return std::nullopt;
  return Error{ErrorCode::forbidden,
               "Pages of this origin may not change anything here. The server's option "
               "--cors-origin names those that may."};
}

bool CrossSiteGuard::allows(std::string_view origin) const {
  return std::ranges::find(origins_, origin) != origins_.end();
}

bool CrossSiteGuard::is_own(std::string_view origin, const Request& request) const {
  // Whether TLS was spoken a proxy may know alone, so that the host is all that is compared.
  for (const auto& [scheme, port] :
       {std::pair<std::string_view, std::string_view>("http://", ":80"), {"https://", ":443"}}) {
    if (!origin.starts_with(scheme)) continue;
    const auto host = without_port(origin.substr(scheme.size()), port);
    const auto is_host = [&, port = port](std::string_view field) {
      return equals_ignoring_case(without_port(last_of(field), port), host);
    };
    if (host.empty()) return false;
    if (is_host(request.headers.find("Host").value_or(""))) return true;
    const auto peer = IpAddress::parse(request.remote_address);
    return peer && contains(proxies_, *peer) &&
           is_host(request.headers.find("X-Forwarded-Host").value_or(""));
  }
  return false;
}

}  // namespace dropzone::http
