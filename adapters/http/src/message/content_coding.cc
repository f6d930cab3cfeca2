#include "message/content_coding.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "message/field_list.h"
#include "message/gzip.h"
#include "message/response_head.h"

namespace dropzone::http {
namespace {

bool is_compressible_type(std::string_view type) {
  type = trimmed(type.substr(0, type.find(';')));
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
