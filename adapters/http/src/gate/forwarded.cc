#include <dropzone/http/gate/client_address_filter.h>

#include <algorithm>
#include <string>

#include <dropzone/text/trimmed.h>

namespace dropzone::http {
namespace {

/// An address with or without a port: "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80".
std::optional<IpAddress> address_of(std::string_view text) {
  if (text.size() > 1 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  if (text.starts_with('[')) return IpAddress::parse(text.substr(0, text.find(']') + 1));
  const bool has_port = std::ranges::count(text, ':') == 1;
  return IpAddress::parse(has_port ? text.substr(0, text.find(':')) : text);
}

/// The node of RFC 7239's `for=` in one element, or nothing.
std::string_view node_of(std::string_view element) {
  while (!element.empty()) {
    const auto part = trimmed(element.substr(0, element.find(';')));
    element.remove_prefix(std::min(element.size(), element.find(';') == element.npos
                                                       ? element.size()
                                                       : element.find(';') + 1));
    const auto equals = std::min(part.find('='), part.size());
    if (equals_ignoring_case(part.substr(0, equals), "for")) {
      return part.substr(std::min(equals + 1, part.size()));
    }
  }
  return {};
}

/// What the proxies wrote, the last one last.
std::vector<std::string_view> hops_of(const Request& request, ForwardedHeader header) {
  const bool standard = header == ForwardedHeader::forwarded;
  std::vector<std::string_view> hops;
  for (std::string_view list :
       request.headers.find_all(standard ? "Forwarded" : "X-Forwarded-For")) {
    for (bool more = true; more;) {
      const auto comma = list.find(',');
      const auto element = trimmed(list.substr(0, comma));
      hops.push_back(standard ? node_of(element) : element);
      more = comma != list.npos;
      if (more) list.remove_prefix(comma + 1);
    }
  }
  return hops;
}

}  // namespace

IpAddress client_of(const Request& request, const IpAddress& peer, const AddressRules& rules) {
  IpAddress client = peer;
  if (!contains(rules.proxies, client)) return client;
  auto hops = hops_of(request, rules.header);
  while (!hops.empty() && contains(rules.proxies, client)) {
    const auto before = address_of(hops.back());
    if (!before) break;
    client = *before;
    hops.pop_back();
  }
  return client;
}

}  // namespace dropzone::http
