#include "server/output_queue.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dropzone::http {
namespace {

constexpr std::size_t kGatherUpTo = 64 * 1024;
constexpr std::size_t kKeepCapacity = 2 * 1024;  // of an empty queue, for the next answer

}  // namespace

std::string& OutputQueue::tail(std::size_t room) {
  if (texts_.empty() || texts_.back().size() >= kGatherUpTo) texts_.emplace_back();
  std::string& text = texts_.back();
  text.reserve(text.size() + room);
  return text;
}

void OutputQueue::append(std::string text) {
  if (is_gathered(text.size())) {
    tail().append(text);
  } else {
    texts_.push_back(std::move(text));
  }
}

void OutputQueue::hold(std::shared_ptr<MemoryAccount> account) {
  if (account) holds_.push_back({written_ + size(), std::move(account)});
}

std::size_t OutputQueue::charged_bytes() const noexcept {
  std::size_t total = 0;
  for (const auto& hold : holds_) total += hold.account->held();
  return total;
}

Channel::Outcome OutputQueue::write_to(Channel& channel) {
  std::size_t total = 0;
  while (!empty()) {
    std::array<std::string_view, 16> pieces;
    const auto used = std::min(texts_.size(), pieces.size());
    for (std::size_t i = 0; i < used; ++i) pieces[i] = texts_[i];
    pieces[0].remove_prefix(sent_);
    std::size_t offered = 0;
    for (std::size_t i = 0; i < used; ++i) offered += pieces[i].size();

    const auto written = channel.write(std::span(pieces).first(used));
    drop(written.bytes);
    total += written.bytes;
    if (written.status != Channel::Status::ok) return {written.status, total};
    if (written.bytes < offered) return {Channel::Status::blocked, total};
  }
  return {Channel::Status::ok, total};
}

std::size_t OutputQueue::size() const noexcept {
  std::size_t total = 0;
  for (const auto& text : texts_) total += text.size();
  return total - sent_;
}

void OutputQueue::drop(std::size_t count) {
  sent_ += count;
  written_ += count;
  if (!holds_.empty()) {
    std::erase_if(holds_, [this](const Hold& hold) { return hold.until <= written_; });
  }
  std::size_t done = 0;
  while (done < texts_.size() && sent_ >= texts_[done].size()) sent_ -= texts_[done++].size();
  if (done < texts_.size()) {
    texts_.erase(texts_.begin(), texts_.begin() + static_cast<std::ptrdiff_t>(done));
    return;
  }
  // Keep one small buffer: most answers fit it.
  if (texts_.empty()) return;
  texts_.resize(1);
  texts_.front().clear();
  if (texts_.front().capacity() > kKeepCapacity) texts_.front() = std::string();
}

}  // namespace dropzone::http
