#include "rest/idempotency.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include <dropzone/json/decode_value.h>
#include <dropzone/text/hex.h>

namespace dropzone::http {
namespace {

constexpr std::size_t kMaxKey = 255;

Error invalid_key(std::string_view why) {
  return {ErrorCode::invalid_request,
          std::string(kIdempotencyKeyHeader) + " " + std::string(why) +
              ". It is a string in quotes of 1 to 255 printable ASCII characters, such as a UUID: "
              "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"."};
}

constexpr bool is_printable(char c) noexcept { return c >= ' ' && c <= '~'; }

// RFC 9651, a String: a backslash stands before a quote or a backslash.
std::optional<std::string> unquoted(std::string_view text) {
  std::string key;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') return std::nullopt;
    if (c == '\\') {
      if (++i == text.size() || (text[i] != '"' && text[i] != '\\')) return std::nullopt;
      c = text[i];
    }
    key += c;
  }
  return key;
}

}  // namespace

Result<std::optional<std::string>> idempotency_key_text(const Request& request) {
  const auto values = request.headers.find_all(kIdempotencyKeyHeader);
  if (values.empty()) return std::optional<std::string>();
  if (values.size() > 1) return invalid_key("is there more than once");
  const std::string_view value = values.front();
  if (!std::ranges::all_of(value, is_printable)) return invalid_key("is not printable ASCII");
  std::optional<std::string> key(value);
  if (value.starts_with('"')) {
    const bool ends = value.size() > 1 && value.ends_with('"');
    key = ends ? unquoted(value.substr(1, value.size() - 2)) : std::nullopt;
  } else if (value.find_first_of(" \",;\\") != value.npos) {
    key = std::nullopt;
  }
  if (!key) return invalid_key("cannot be read");
  if (key->empty()) return invalid_key("is empty");
  if (key->size() > kMaxKey) return invalid_key("is too long");
  return key;
}

Result<std::optional<IdempotencyKey>> idempotency_key_of(const Request& request,
                                                         const std::vector<std::string_view>& parts,
                                                         const Digest* digest) {
  DROPZONE_TRY(auto text, idempotency_key_text(request));
  if (!text) return std::optional<IdempotencyKey>();
  if (!digest) {
    return Error{ErrorCode::invalid_request,
                 "This server cannot recognise repetitions; leave out Idempotency-Key."};
  }
  std::string all;
  for (const std::string_view part : parts) {
    all.append(std::to_string(part.size())).append(":").append(part);
  }
  all += hex_of(digest->sha256(request.body));
  return std::optional(IdempotencyKey{*std::move(text), digest->sha256(all)});
}

IdempotentStore::Ports idempotency_ports(const Api::Services& services) {
  IdempotentStore::Ports ports{.zone = services.zone, .decode = json::decode_definition};
  if (!services.deployments) return ports;
  ports.past_kind = [&deployments = *services.deployments, &steps = services.steps](
                        std::string_view kind, std::int64_t version,
                        const CallOptions& options) -> Result<std::shared_ptr<const Kind>> {
    DROPZONE_TRY(const KindVersion found, deployments.version(kind, version, options));
    DROPZONE_TRY(const Value definition, json::decode_definition(found.definition));
    DROPZONE_TRY(Kind parsed, Kind::parse(definition, steps));
    return std::shared_ptr<const Kind>(std::make_shared<Kind>(std::move(parsed)));
  };
  return ports;
}

}  // namespace dropzone::http
