#pragma once

#include <cstdint>

#include <dropzone/http/message/request_observer.h>
#include <dropzone/http/message/response.h>
#include <dropzone/store/drop_zone.h>

namespace dropzone::http {

/// What the answer to a request to store shows of what was stored.
enum class Return : std::uint8_t { records, ids, counts };

/// The answer to a request to store. Its status says whether all, some or none were accepted; the
/// effect gets the counts.
[[nodiscard]] Response store_response(const StoreReport& report, Return shown, Effect& effect);

}  // namespace dropzone::http
