#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <dropzone/http/message/request.h>
#include <dropzone/result.h>

namespace dropzone::http {

/// What the body of a route is.
enum class BodyType : std::uint8_t {
  none,         ///< The route reads none.
  json,         ///< `application/json`, and any `+json` but a patch.
  records,      ///< The same, or NDJSON by any of its common names.
  ndjson,       ///< NDJSON alone.
  merge_patch,  ///< `application/merge-patch+json`, also under the name of JSON.
  form,
};

/// How a body that may be NDJSON is to be read.
enum class RecordForm : std::uint8_t { json, lines };

/// The types that a route with such a body takes, as Accept lists them.
[[nodiscard]] std::string_view accepted_types(BodyType type) noexcept;

/// The names of NDJSON, the one of our answers first.
[[nodiscard]] std::span<const std::string_view> ndjson_types() noexcept;

/// Whether the request's Content-Type is one that such a route takes; else
/// `unsupported_media_type`. A charset other than UTF-8 is refused too.
Result<void> check_body_type(const Request& request, BodyType type);

/// How to read the body of a request that BodyType::records accepts.
[[nodiscard]] RecordForm record_form(const Request& request);

}  // namespace dropzone::http
