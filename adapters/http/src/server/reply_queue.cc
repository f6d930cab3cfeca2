#include "server/reply_queue.h"

#include <algorithm>

namespace dropzone::http {

PendingReply* ReplyQueue::find_unanswered(std::uint64_t ticket) {
  const auto found = std::find_if(replies_.begin(), replies_.end(), [&](const PendingReply& each) {
    return each.ticket == ticket && !each.answered;
  });
  return found == replies_.end() ? nullptr : &*found;
}

PendingReply ReplyQueue::pop() {
  auto first = std::move(replies_.front());
  replies_.erase(replies_.begin());
  return first;
}

std::size_t ReplyQueue::waiting_bytes() const noexcept {
  std::size_t total = 0;
  for (const auto& reply : replies_) total += reply.response.body.size();
  return total;
}

std::size_t ReplyQueue::charged_bytes() const noexcept {
  std::size_t total = 0;
  for (const auto& reply : replies_) {
    if (reply.response.memory) total += reply.response.memory->held();
  }
  return total;
}

std::chrono::steady_clock::time_point ReplyQueue::next_deadline() const noexcept {
  auto earliest = std::chrono::steady_clock::time_point::max();
  for (const auto& reply : replies_) {
    if (!reply.answered) earliest = std::min(earliest, reply.deadline);
  }
  return earliest;
}

}  // namespace dropzone::http
