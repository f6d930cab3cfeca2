#include "rest/body_type.h"

#include <algorithm>
#include <array>
#include <string>

#include <dropzone/text/ascii.h>
#include <dropzone/text/trimmed.h>

namespace dropzone::http {
namespace {

constexpr std::array<std::string_view, 11> kNdjson = {
    "application/x-ndjson",   "application/ndjson",    "application/jsonl",
    "application/x-jsonl",    "application/jsonlines", "application/x-jsonlines",
    "application/json-lines", "application/ldjson",    "application/x-ldjson",
    "application/json-seq",   "text/x-ndjson"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

/// A request's Content-Type, in its parts.
struct ContentType {
  explicit ContentType(const Request& request) {
    const auto header = request.headers.find("Content-Type");
    present = header.has_value();
    const std::string_view value = header.value_or("");
    const auto semicolon = std::min(value.find(';'), value.size());
    type = lower(trimmed(value.substr(0, semicolon)));
    parameters = lower(value.substr(semicolon));
  }

  /// Whether it names a charset that is not UTF-8.
  [[nodiscard]] bool has_other_charset() const {
    const auto at = parameters.find("charset=");
    if (at == parameters.npos) return false;
    std::string_view charset = std::string_view(parameters).substr(at + 8);
    charset = trimmed(charset.substr(0, charset.find(';')));
    return charset != "utf-8" && charset != "\"utf-8\"";
  }

  bool present = false;
  std::string type;        ///< In lower case.
  std::string parameters;  ///< In lower case, from the first semicolon on.
};

bool is_patch(std::string_view type) {
  return type == "application/merge-patch+json" || type == "application/json-patch+json";
}

/// RFC 6839: whatever ends in +json is JSON. A patch is, too, but it is not a record.
bool is_json(std::string_view type) {
  return type == "application/json" || type == "text/json" ||
         (type.ends_with("+json") && type.find('/') < type.size() - 6 && !is_patch(type));
}

bool is_ndjson(std::string_view type) { return std::ranges::find(kNdjson, type) != kNdjson.end(); }

bool takes(BodyType body, std::string_view type) {
  switch (body) {
    case BodyType::none: return false;
    case BodyType::json: return is_json(type);
    case BodyType::records: return is_json(type) || is_ndjson(type);
    case BodyType::ndjson: return is_ndjson(type);
    case BodyType::merge_patch:
      return type == "application/merge-patch+json" || type == "application/json" ||
             type == "text/json";
    case BodyType::form: return type == "application/x-www-form-urlencoded";
  }
  return false;
}

}  // namespace

std::string_view accepted_types(BodyType type) noexcept {
  switch (type) {
    case BodyType::none: return {};
    case BodyType::json: return "application/json";
    case BodyType::records: return "application/json, application/x-ndjson, application/jsonl";
    case BodyType::ndjson: return "application/x-ndjson, application/jsonl";
    case BodyType::merge_patch: return "application/merge-patch+json, application/json";
    case BodyType::form: return "application/x-www-form-urlencoded";
  }
  return {};
}

std::span<const std::string_view> ndjson_types() noexcept { return kNdjson; }

Result<void> check_body_type(const Request& request, BodyType type) {
  const ContentType sent(request);
  const bool other_charset = sent.has_other_charset();
  if (takes(type, sent.type) && !other_charset) return {};
  std::string fault = "There is no Content-Type";
  if (other_charset) {
    fault = "The body must be UTF-8";
  } else if (sent.present) {
    fault = "The Content-Type is \"" + sent.type + '"';
  }
  return Error{ErrorCode::unsupported_media_type,
               fault + "; send one of: " + std::string(accepted_types(type)) + "."};
}

RecordForm record_form(const Request& request) {
  return is_ndjson(ContentType(request).type) ? RecordForm::lines : RecordForm::json;
}

}  // namespace dropzone::http
