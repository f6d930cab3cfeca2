#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/http/message/request.h>
#include <dropzone/result.h>

namespace dropzone::http {

/// The media type of a request's body, in lower case and without parameters, where it is one of
/// these; else `unsupported_media_type`. A charset other than UTF-8 is refused too.
Result<std::string_view> media_type_of(const Request& request,
                                       const std::vector<std::string_view>& accepted);

/// Whether a request's body, which may still be to come, is of one of these media types, and packed
/// in a way that unpack_body() knows.
Result<void> check_media(const Request& request, const std::vector<std::string_view>& accepted);

/// Unpacks the request's body in place where it is gzip: wholly, checksum and length verified.
/// What it becomes is held on the request's account.
/// `unsupported_encoding` for other codings, `body_too_large` beyond `max_body` unpacked bytes
/// (decided while unpacking), `overloaded` where there is no memory, `invalid_request` for a
/// damaged stream.
Result<void> unpack_body(Request& request, std::size_t max_body);

}  // namespace dropzone::http
