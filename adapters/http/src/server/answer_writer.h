#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "server/output_queue.h"
#include "server/reply_queue.h"
#include "server/streamed_body.h"

namespace dropzone::http {

/// What follows from an answer for its connection.
struct WrittenAnswer {
  bool close = false;                    ///< Nothing may follow it.
  std::shared_ptr<StreamedBody> stream;  ///< Its body, still to be pulled; null if all is queued.
  std::shared_ptr<MemoryAccount> memory = {};  ///< What the stream holds.
};

/// What the heads of all answers say, as in ResponseHead.
struct ServerFields {
  std::string_view date;
  std::string_view strict_transport;
  std::size_t idle_seconds = 0;
};

/// Queues the answer of `reply`: its head, and its body if that is not streamed. `last` says
/// that the connection will end after it in any case.
[[nodiscard]] WrittenAnswer write_answer(PendingReply&& reply, bool last,
                                         const ServerFields& fields, OutputQueue& output);

}  // namespace dropzone::http
