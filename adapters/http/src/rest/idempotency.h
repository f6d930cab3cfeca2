#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <dropzone/http/rest/api.h>
#include <dropzone/result.h>
#include <dropzone/store/idempotent_store.h>

#include "rest/route.h"

namespace dropzone::http {

inline constexpr std::string_view kIdempotencyKeyHeader = "Idempotency-Key";

/// The text of a request's Idempotency-Key, as draft-ietf-httpapi-idempotency-key-header has it: a
/// string in quotes. One without quotes is taken, too. Nothing if there is none; `invalid_request`
/// if it is empty, too long or not printable ASCII, or if there are several.
Result<std::optional<std::string>> idempotency_key_text(const Request& request);

/// The same with the fingerprint of the request, whose body is here. `parts` are what counts
/// besides the body.
Result<std::optional<IdempotencyKey>> idempotency_key_of(const Request& request,
                                                         const std::vector<std::string_view>& parts,
                                                         const Digest* digest);

/// What a store of requests under keys needs of an API.
[[nodiscard]] IdempotentStore::Ports idempotency_ports(const Api::Services& services);

}  // namespace dropzone::http
