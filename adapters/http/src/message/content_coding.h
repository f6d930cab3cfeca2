#pragma once

#include <cstddef>

#include <dropzone/http/message/headers.h>
#include <dropzone/http/message/response.h>

namespace dropzone::http {

/// True if Accept-Encoding takes gzip and does not like identity better.
[[nodiscard]] bool accepts_gzip(const Headers& request_headers);

/// Compresses the body of `response`, streamed or not, if that is worth it and allowed: a type
/// that is text, at least `threshold` bytes, no Content-Encoding yet, no strong ETag (it names the
/// uncompressed bytes), no `Cache-Control: no-transform`. Sets Content-Encoding, and Vary also
/// if only this client's Accept-Encoding stood against it.
void apply_content_coding(Response& response, bool client_accepts_gzip, std::size_t threshold);

}  // namespace dropzone::http
