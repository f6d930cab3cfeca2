#include <dropzone/http/gate/base_path.h>

#include <algorithm>
#include <utility>

namespace dropzone::http {
namespace {

constexpr std::string_view kUnreserved =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

bool is_plain(std::string_view segment) {
  return !segment.empty() && segment != "." && segment != ".." &&
         segment.find_first_not_of(kUnreserved) == segment.npos;
}

/// Leads to the same path with a slash at its end, from which the links of a page go on.
Response to_folder(const std::string& last_segment) {
  Response response;
  response.status = 308;
  response.headers.set("Location", last_segment + "/");
  return response;
}

}  // namespace

Result<std::vector<std::string>> BasePathHandler::parse(std::string_view path) {
  std::vector<std::string> segments;
  for (std::string_view rest = path; !rest.empty() && rest != "/";) {
    const auto end = std::min(rest.find('/', 1), rest.size());
    if (!rest.starts_with('/') || !is_plain(rest.substr(1, end - 1))) {
      return Error{ErrorCode::invalid_configuration,
                   "\"" + std::string(path) +
                       "\" is not a base path; give one such as /dropzone, of letters, digits, "
                       "hyphens, dots and underscores between slashes."};
    }
    segments.emplace_back(rest.substr(1, end - 1));
    rest.remove_prefix(end);
  }
  return segments;
}

void BasePathHandler::handle(Request&& request, Responder&& respond) {
  auto& segments = request.segments;
  const auto own = std::ssize(prefix_);
  if (prefix_.empty() || std::ssize(segments) < own ||
      !std::equal(prefix_.begin(), prefix_.end(), segments.begin())) {
    inner_.handle(std::move(request), std::move(respond));
    return;
  }
  if (segments.size() == prefix_.size()) {
    respond(to_folder(prefix_.back()));
    return;
  }
  std::size_t bytes = 0;
  for (const std::string& segment : prefix_) bytes += 1 + segment.size();
  request.path.erase(0, bytes);
  segments.erase(segments.begin(), segments.begin() + own);
  if (request.path == "/") segments.clear();
  inner_.handle(std::move(request), std::move(respond));
}

}  // namespace dropzone::http
