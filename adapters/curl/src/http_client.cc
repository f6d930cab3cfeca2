#include <dropzone/curl/http_client.h>

#include <chrono>
#include <memory>
#include <new>
#include <stop_token>
#include <utility>
#include <vector>

#include "libcurl.h"
#include "loop.h"

namespace dropzone::curl {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kMaxIdleHandles = 128;
// After so long without an answer a time-out speaks against the connection, not for haste.
constexpr std::chrono::seconds kPatience{1};

HeaderList make_headers(const std::vector<std::string>& headers) {
  HeaderList list;
  const auto append = [&](const char* header) {
    curl_slist* const longer = libcurl().slist_append(list.get(), header);
    if (!longer) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
  };
  append("Expect:");  // Else large bodies wait for a "100 Continue" that not every server sends.
  for (const std::string& header : headers) append(header.c_str());
  return list;
}

}  // namespace

/// Shares one loop's connections among all requests, for as long as they answer. libcurl goes on
/// using an HTTP/2 connection on which a request timed out (curl issue 17225), so one that has
/// fallen silent would stop everything. Here a time-out condemns the whole loop: requests to come
/// get another, and the last that is under way on the old one takes its connections along.
class HttpClient::Connections {
 public:
  explicit Connections(Options options)
      : options_(std::move(options)), loop_(std::make_shared<Loop>(options_)) {}

  HttpResponse send(const HttpRequest& request) {
    if (steady_clock::now() >= request.deadline) {
      return {.fault = HttpFault::not_connected, .fault_detail = "the deadline has passed"};
    }
    Transfer transfer;
    transfer.request = &request;
    transfer.max_response_bytes = options_.max_response_bytes;
    transfer.memory_of_byte = options_.memory_of_byte;
    transfer.headers = make_headers(request.headers);
    transfer.response.hold = MemoryHold(request.memory);
    const std::shared_ptr<Loop> loop = start(transfer);
    wait_for(transfer, *loop);
    if (transfer.response.fault == HttpFault::timed_out && speaks_against(*loop, transfer)) {
      condemn(loop);
    }
    const MutexLock lock(mutex_);
    if (idle_.size() < kMaxIdleHandles) idle_.push_back(std::move(transfer.handle));
    return std::move(transfer.response);
  }

 private:
  std::shared_ptr<Loop> start(Transfer& transfer) {
    const MutexLock lock(mutex_);
    transfer.handle = take_handle();
    loop_->start(transfer);
    return loop_;
  }

  static void wait_for(Transfer& transfer, Loop& loop) {
    const std::stop_callback on_stop(transfer.request->stop, [&] { loop.cancel(transfer); });
    MutexLock lock(transfer.mutex);
    transfer.finished.wait(lock, [&]() DROPZONE_REQUIRES(transfer.mutex) { return transfer.done; });
  }

  static bool speaks_against(const Loop& loop, const Transfer& transfer) {
    return steady_clock::now() - transfer.started >= kPatience ||
           !loop.heard_since(transfer.started);
  }

  void condemn(const std::shared_ptr<Loop>& loop) {
    const MutexLock lock(mutex_);
    if (loop_ == loop) loop_ = std::make_shared<Loop>(options_);
  }

  EasyHandle take_handle() DROPZONE_REQUIRES(mutex_) {
    if (idle_.empty()) {
      EasyHandle handle(libcurl().easy_init());
      if (!handle) throw std::bad_alloc();
      return handle;
    }
    EasyHandle handle = std::move(idle_.back());
    idle_.pop_back();
    libcurl().easy_reset(handle.get());
    return handle;
  }

  const Options options_;
  Mutex mutex_;
  std::shared_ptr<Loop> loop_ DROPZONE_GUARDED_BY(mutex_);
  std::vector<EasyHandle> idle_ DROPZONE_GUARDED_BY(mutex_);
};

std::string_view HttpResponse::header(std::string_view lower_case_name) const noexcept {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

Result<std::unique_ptr<HttpClient>> HttpClient::open(Options options) {
  if (auto loaded = load(); !loaded) return std::move(loaded).error();
  return std::unique_ptr<HttpClient>(
      new HttpClient(std::make_unique<Connections>(std::move(options))));
}

HttpClient::HttpClient(std::unique_ptr<Connections> connections)
    : connections_(std::move(connections)) {}

HttpClient::~HttpClient() = default;

HttpResponse HttpClient::send(const HttpRequest& request) { return connections_->send(request); }

}  // namespace dropzone::curl
