#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <dropzone/call/memory_account.h>
#include <dropzone/http/message/request.h>
#include <dropzone/result.h>

namespace dropzone::http {

/// How a body is packed.
enum class Packing : std::uint8_t { none, gzip, zstd };

/// The packings that are taken, as Accept-Encoding lists them.
inline constexpr std::string_view kPackings = "gzip, zstd";

/// How a request says that its body is packed; `unsupported_encoding` if the way is unknown.
Result<Packing> packing_of(const Request& request);

/// Unpacks a stream wholly: its checksums and lengths are verified, and several members or frames
/// one after the other are one text. Zero bytes may follow the members of gzip. A window of zstd
/// may have 8 MiB (RFC 9659). What the text and the decoder take is held on the account, which may
/// be null; at the end that is the text alone. Errors: `body_too_large` beyond `max_size` bytes,
/// decided while unpacking; `overloaded` if there is no memory; `invalid_request` for a damaged
/// stream.
Result<std::string> unpack(Packing packing, std::string_view packed, std::size_t max_size,
                           MemoryAccount* account);

}  // namespace dropzone::http
