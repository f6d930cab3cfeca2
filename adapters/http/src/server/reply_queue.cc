#include "server/reply_queue.h"

#include <algorithm>

namespace dropzone::http {

Exchange* ReplyQueue::find_unanswered(std::uint64_t ticket) {
  const auto found = std::find_if(exchanges_.begin(), exchanges_.end(), [&](const Exchange& each) {
    return each.ticket == ticket && !each.answered;
  });
  return found == exchanges_.end() ? nullptr : &*found;
}

Exchange ReplyQueue::pop() {
  auto first = std::move(exchanges_.front());
  exchanges_.erase(exchanges_.begin());
  return first;
}

std::size_t ReplyQueue::waiting_bytes() const noexcept {
  std::size_t total = 0;
  for (const auto& exchange : exchanges_) total += exchange.response.body.size();
  return total;
}

std::size_t ReplyQueue::charged_bytes() const noexcept {
  std::size_t total = 0;
  for (const auto& exchange : exchanges_) {
    if (exchange.response.memory) total += exchange.response.memory->held();
  }
  return total;
}

std::chrono::steady_clock::time_point ReplyQueue::next_deadline() const noexcept {
  auto earliest = std::chrono::steady_clock::time_point::max();
  for (const auto& exchange : exchanges_) {
    if (!exchange.answered) earliest = std::min(earliest, exchange.deadline);
  }
  return earliest;
}

}  // namespace dropzone::http
