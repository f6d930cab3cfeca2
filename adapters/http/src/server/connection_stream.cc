// How a connection sends a streamed body: pulls it piece by piece while there is room.
#include <dropzone/http/server/worker_pool.h>
#include "server/connection.h"
#include "server/io_thread.h"

namespace dropzone::http {
namespace {

// Pieces are pulled while less than this is unsent: more than a piece of short records, so that one
// is made while another is sent.
constexpr std::size_t kReadAhead = 320 * 1024;
constexpr int kPullsAtOnce = 8;
// A full pool is asked again after this time.
constexpr std::chrono::milliseconds kPoolRetry{10};

}  // namespace

bool Connection::wants_piece() const noexcept {
  const bool may_ask = retry_stream_at_ == TimePoint::max() || thread_.now() >= retry_stream_at_;
  return stream_ && !stream_pulling_ && may_ask && output_.size() < kReadAhead;
}

void Connection::feed_stream() {
  for (int i = 0; wants_piece(); ++i) {
    if (stream_->pool() != nullptr) {
      pull_on_pool();
      return;
    }
    if (i == kPullsAtOnce) {  // others have their turn
      stream_pulling_ = true;
      post([this] { stream_pulling_ = false; });
      return;
    }
    take_piece(stream_->pull());
    if (closed_) return;
    if (output_.size() >= kReadAhead) send();
    if (closed_) return;
  }
}

void Connection::pull_on_pool() {
  auto slot = stream_->pool()->try_reserve();
  if (!slot) {
    retry_stream_at_ = thread_.now() + kPoolRetry;
    return;
  }
  retry_stream_at_ = TimePoint::max();
  stream_pulling_ = true;
  std::move(*slot).run([self = shared_from_this(), stream = stream_]() mutable {
    const bool wanted = !self->gone_.load(std::memory_order_relaxed);
    auto piece = wanted ? stream->pull() : StreamedBody::Piece{};
    stream.reset();
    self->post([connection = self.get(), piece = std::move(piece)]() mutable {
      connection->stream_pulling_ = false;
      if (connection->stream_) connection->take_piece(std::move(piece));
    });
  });
}

void Connection::take_piece(StreamedBody::Piece piece) {
  if (piece.status == StreamedBody::Piece::Status::failed) {
    thread_.counters().streams_aborted.add();
    report(stream_->name(), 0, piece.error);
    channel_->reset_on_close();
    close();
    return;
  }
  for (auto* text : {&piece.before, &piece.bytes, &piece.after}) {
    if (!text->empty()) output_.append(std::move(*text));
  }
  if (piece.status != StreamedBody::Piece::Status::last) return;
  stream_.reset();
  output_.hold(std::move(stream_memory_));
}

}  // namespace dropzone::http
