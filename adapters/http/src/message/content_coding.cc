#include "message/content_coding.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "message/gzip.h"
#include "message/response_head.h"

namespace dropzone::http {
namespace {

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view next_piece(std::string_view& rest, char separator) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto piece = trim(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return piece;
}

// The weight of "gzip;q=0.5" in thousandths; -1 where it is malformed.
int weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto parameter = next_piece(parameters, ';');
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
    const auto text = parameter.substr(2);
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return -1;
    if (text.size() > 1 && text[1] != '.') return -1;
    int weight = (text[0] - '0') * 1000;
    int unit = 100;
    for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
      if (c < '0' || c > '9') return -1;
      weight += (c - '0') * unit;
      unit /= 10;
    }
    return weight <= 1000 ? weight : -1;
  }
  return 1000;
}

bool is_compressible_type(std::string_view type) {
  type = trim(type.substr(0, type.find(';')));
  constexpr std::array<std::string_view, 8> known = {
      "application/json", "application/x-ndjson",    "application/jsonl",
      "application/yaml", "application/javascript",  "application/xml",
      "image/svg+xml",    "application/openapi+yaml"};
  return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml") ||
         type.ends_with("+yaml") || std::find(known.begin(), known.end(), type) != known.end();
}

bool may_be_compressed(const Response& response, std::size_t threshold) {
  if (is_bodiless(response.status) || response.status == 206) return false;
  if (!response.stream.pull && response.body.size() < threshold) return false;
  bool compressible = false;
  for (const auto [name, value] : response.headers) {
    if (equals_ignoring_case(name, "Content-Type")) compressible = is_compressible_type(value);
    if (equals_ignoring_case(name, "Content-Encoding")) return false;
    if (equals_ignoring_case(name, "ETag") && !value.starts_with("W/")) return false;
    if (equals_ignoring_case(name, "Cache-Control") &&
        value.find("no-transform") != std::string_view::npos) {
      return false;
    }
  }
  return compressible;
}

// A pull that compresses what another one makes.
class CompressedPull {
 public:
  explicit CompressedPull(BodyStream::Pull pull)
      : pull_(std::move(pull)), encoder_(std::make_shared<GzipEncoder>()) {}

  Result<bool> operator()(std::string& chunk) {
    std::string plain;
    auto more = pull_(plain);
    if (!more) return more;
    encoder_->write(plain, chunk);
    if (!*more) encoder_->finish(chunk);
    return more;
  }

 private:
  BodyStream::Pull pull_;
  std::shared_ptr<GzipEncoder> encoder_;  // shared, for std::function wants to copy
};

}  // namespace

bool accepts_gzip(const Headers& request_headers) {
  int gzip = -1;
  int identity = -1;
  int any = -1;
  for (const auto [name, value] : request_headers) {
    if (!equals_ignoring_case(name, "Accept-Encoding")) continue;
    auto rest = value;
    while (!rest.empty()) {
      auto parameters = next_piece(rest, ',');
      const auto coding = next_piece(parameters, ';');
      const int weight = weight_of(parameters);
      if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) {
        gzip = weight;
      } else if (equals_ignoring_case(coding, "identity")) {
        identity = weight;
      } else if (coding == "*") {
        any = weight;
      }
    }
  }
  if (gzip < 0) gzip = any;
  return gzip > 0 && gzip >= identity;
}

void apply_content_coding(Response& response, bool client_accepts_gzip, std::size_t threshold) {
  if (!may_be_compressed(response, threshold)) return;
  response.headers.add("Vary", "Accept-Encoding");
  if (!client_accepts_gzip) return;
  response.headers.add("Content-Encoding", "gzip");
  if (response.stream.pull) {
    response.stream.pull = CompressedPull(std::move(response.stream.pull));
    return;
  }
  std::string compressed;
  compressed.reserve(response.body.size() / 4);
  GzipEncoder encoder;
  encoder.write(response.body, compressed);
  encoder.finish(compressed);
  response.body = std::move(compressed);
}

}  // namespace dropzone::http
