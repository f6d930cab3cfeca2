#include "server/answer_writer.h"

#include "message/response_head.h"

namespace dropzone::http {
namespace {

constexpr std::size_t kUsualHead = 448;  // Bytes.

ResponseHead::Body body_framing(const PendingReply& reply) noexcept {
  if (is_bodiless(reply.response.status)) return ResponseHead::Body::none;
  if (!reply.response.stream.pull) return ResponseHead::Body::sized;
  return reply.http_1_0 ? ResponseHead::Body::until_close : ResponseHead::Body::chunked;
}

}  // namespace

WrittenAnswer write_answer(PendingReply&& reply, bool last, const ServerFields& fields,
                           OutputQueue& output) {
  auto& response = reply.response;
  ResponseHead head;
  head.body = body_framing(reply);
  head.content_length = response.body.size();
  head.close = last || response.close || head.body == ResponseHead::Body::until_close;
  head.announce_keep_alive = reply.http_1_0;
  head.idle_seconds = fields.idle_seconds;
  head.date = fields.date;
  head.request_id = reply.name.id;
  head.strict_transport = fields.strict_transport;
  const bool together = OutputQueue::is_gathered(response.body.size());
  append_response_head(output.tail(kUsualHead + (together ? response.body.size() : 0)), response,
                       head);

  WrittenAnswer written{head.close, nullptr, {}};
  if (reply.head_only || head.body == ResponseHead::Body::none) return written;
  if (head.body == ResponseHead::Body::sized) {
    output.append(std::move(response.body));
    output.hold(std::move(response.memory));
  } else {
    written.stream = std::make_shared<StreamedBody>(std::move(response.stream),
                                                    head.body == ResponseHead::Body::chunked,
                                                    std::move(reply.name));
    written.memory = std::move(response.memory);
  }
  return written;
}

}  // namespace dropzone::http
