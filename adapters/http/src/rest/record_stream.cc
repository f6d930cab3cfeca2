#include "rest/record_stream.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "message/request_account.h"

namespace dropzone::http {
namespace {

constexpr std::size_t kRecordsAPage = 2'000;
constexpr std::chrono::seconds kTimeForAPage{30};
constexpr std::size_t kBytesAPull = 512 * 1024;
// A piece of short records is made of several pages: each piece wakes two threads.
constexpr int kPagesAPull = 4;
constexpr std::size_t kEnoughForAPull = 224 * 1024;
// Of a piece. What waits for its client meanwhile takes the rest of kStreamMemory.
constexpr std::size_t kUnchargedBytes = kStreamMemory / 4 * 3;

class RecordStream {
 public:
  /// `memory`, which may be null, has kStreamMemory charged for a usual piece.
  RecordStream(StreamedRecords records, CallOptions options, std::shared_ptr<MemoryAccount> memory)
      : records_(std::move(records)), options_(std::move(options)), memory_(std::move(memory)) {
    options_.memory = nullptr;  // It is the piece that is charged, and no longer than it is there.
  }

  Result<bool> next(std::string& out) {
    // Of the piece before, which has been sent but for a little.
    const std::size_t charged_before = std::exchange(charged_, 0);
    const std::size_t before = out.size();
    out.reserve(before + usual_bytes_);
    Result<bool> more = true;
    std::size_t bytes = 0;
    for (int page = 0; page < kPagesAPull && more && *more && bytes < kEnoughForAPull; ++page) {
      more = append_page(out, kBytesAPull - bytes);
      bytes = out.size() - before;
    }
    if (memory_) memory_->refund(charged_before);
    usual_bytes_ = std::min(bytes, kBytesAPull) / 8 * 9;
    return more;
  }

 private:
  /// Whether there are more pages.
  Result<bool> append_page(std::string& out, std::size_t most_bytes) {
    options_.deadline = std::chrono::steady_clock::now() + kTimeForAPage;
    query_.limit = fitting(most_bytes);
    query_.max_bytes = most_bytes;
    const std::size_t before = out.size();
    std::size_t records = 0;
    Result<void> room;
    auto page = records_.page(
        query_,
        [&](const RecordView& view) {
          ++records;
          if (!room) return;
          const std::size_t size = out.size() + records_.bytes(view);
          if (size > kUnchargedBytes) room = make_room(size);
          if (room) records_.append(out, view);
        },
        options_);
    if (!room) return std::move(room).error();
    if (!page) return std::move(page).error();
    streamed_ += records;
    bytes_of_page_ = out.size() - before;
    records_of_page_ = records;
    query_.after = std::move(page->next);
    if (!query_.after && records_.append_end) records_.append_end(out, streamed_);
    return query_.after.has_value();
  }

  /// How many records like those of the last page fit: a store that reads ahead reads no more.
  [[nodiscard]] std::size_t fitting(std::size_t bytes) const {
    if (bytes_of_page_ == 0) return kRecordsAPage;
    return std::clamp<std::size_t>(bytes * records_of_page_ / bytes_of_page_ + 1, 1, kRecordsAPage);
  }

  /// Charges what a piece of large records has beyond a usual one.
  Result<void> make_room(std::size_t size) {
    if (!memory_ || size <= kUnchargedBytes + charged_) return {};
    const std::size_t more = size - kUnchargedBytes - charged_;
    auto held = memory_->charge(more);
    if (held) charged_ += more;
    return held;
  }

  const StreamedRecords records_;
  CallOptions options_;
  const std::shared_ptr<MemoryAccount> memory_;
  std::size_t charged_ = 0;
  std::uint64_t streamed_ = 0;
  std::size_t usual_bytes_ = 0;  ///< Of a piece.
  std::size_t bytes_of_page_ = 0;
  std::size_t records_of_page_ = 0;
  Query query_;
};

}  // namespace

Result<Response> stream_records(const RouteContext& context, const Call& call,
                                StreamedRecords records, std::string_view content_type,
                                const std::string& file_name) {
  std::shared_ptr<MemoryAccount> memory;
  if (call.request.budget) {
    memory = account_of(call.request.budget);
    if (auto held = memory->charge(kStreamMemory); !held) return std::move(held).error();
  }
  std::string first = std::exchange(records.begin, {});
  auto stream = std::make_shared<RecordStream>(std::move(records), call.options, memory);
  const auto more = stream->next(first);
  if (!more) return more.error();
  Response response = make_response(200, content_type, {});
  response.headers.set("Content-Disposition", "attachment; filename=\"" + file_name + '"');
  response.memory = memory;
  response.stream.pool = &context.workers;
  response.stream.pull = [stream, first = std::move(first), more = *more,
                          begun = false](std::string& out) mutable -> Result<bool> {
    if (begun) return stream->next(out);
    begun = true;
    out += std::exchange(first, {});
    return more;
  };
  return response;
}

Error no_end_to_be_seen(std::string_view advice) {
  return {ErrorCode::invalid_request,
          "Over HTTP/1.0 an interrupted export would look complete. Use HTTP/1.1 (nginx: "
          "\"proxy_http_version 1.1;\")" +
              std::string(advice)};
}

}  // namespace dropzone::http
