#include <atomic>
#include <cctype>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <curl/curl.h>

#include <dropzone/curl/library.h>

#include "http_transport.h"

namespace dropzone::datastore {
namespace {

using std::chrono::milliseconds;

constexpr int kIdlePollMilliseconds = 60'000;
constexpr std::size_t kMaxIdleHandles = 128;
constexpr long kReceiveBufferBytes = 256 * 1024;
constexpr long kUploadBufferBytes = 1024 * 1024;

/// libcurl's functions.
struct Libcurl {
  decltype(&curl_easy_cleanup) easy_cleanup = curl::symbol("curl_easy_cleanup");
  decltype(&curl_easy_getinfo) easy_getinfo = curl::symbol("curl_easy_getinfo");
  decltype(&curl_easy_init) easy_init = curl::symbol("curl_easy_init");
  decltype(&curl_easy_reset) easy_reset = curl::symbol("curl_easy_reset");
  decltype(&curl_easy_setopt) easy_setopt = curl::symbol("curl_easy_setopt");
  decltype(&curl_easy_strerror) easy_strerror = curl::symbol("curl_easy_strerror");
  decltype(&curl_multi_add_handle) multi_add_handle = curl::symbol("curl_multi_add_handle");
  decltype(&curl_multi_cleanup) multi_cleanup = curl::symbol("curl_multi_cleanup");
  decltype(&curl_multi_info_read) multi_info_read = curl::symbol("curl_multi_info_read");
  decltype(&curl_multi_init) multi_init = curl::symbol("curl_multi_init");
  decltype(&curl_multi_perform) multi_perform = curl::symbol("curl_multi_perform");
  decltype(&curl_multi_poll) multi_poll = curl::symbol("curl_multi_poll");
  decltype(&curl_multi_remove_handle) multi_remove_handle =
      curl::symbol("curl_multi_remove_handle");
  decltype(&curl_multi_setopt) multi_setopt = curl::symbol("curl_multi_setopt");
  decltype(&curl_multi_wakeup) multi_wakeup = curl::symbol("curl_multi_wakeup");
  decltype(&curl_slist_append) slist_append = curl::symbol("curl_slist_append");
  decltype(&curl_slist_free_all) slist_free_all = curl::symbol("curl_slist_free_all");
};

const Libcurl& libcurl() {
  static const Libcurl functions;
  return functions;
}

struct FreeEasy {
  void operator()(CURL* handle) const noexcept { libcurl().easy_cleanup(handle); }
};
using EasyHandle = std::unique_ptr<CURL, FreeEasy>;

struct FreeList {
  void operator()(curl_slist* list) const noexcept { libcurl().slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

/// One request on its way.
struct Transfer {
  const HttpRequest* request = nullptr;
  HttpResponse response;
  EasyHandle handle;
  HeaderList headers;
  std::size_t max_response_bytes = 0;

  std::mutex mutex;
  std::condition_variable finished;
  bool done = false;
};

std::size_t receive_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.response.body.size() + size > transfer.max_response_bytes) {
    transfer.response.fault = HttpFault::too_large;
    return 0;
  }
  transfer.response.body.append(data, size);
  return size;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  while (text.starts_with(' ')) text.remove_prefix(1);
  return text;
}

std::size_t receive_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& headers = static_cast<Transfer*>(user)->response.headers;
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {
    headers.clear();  // An informational answer went before.
  } else if (const std::size_t colon = line.find(':'); colon != line.npos) {
    std::string name(line.substr(0, colon));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    headers.emplace_back(std::move(name), std::string(trimmed(line.substr(colon + 1))));
  }
  return size;
}

HttpFault fault_of(CURLcode code) {
  switch (code) {
    case CURLE_OK: return HttpFault::none;
    case CURLE_OPERATION_TIMEDOUT: return HttpFault::timed_out;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return HttpFault::not_connected;
    default: return HttpFault::broken;
  }
}

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

long milliseconds_until(Deadline deadline) {
  if (deadline == kNoDeadline) return 0;
  const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
  return std::max<long>(1, left.count());
}

/// Runs all transfers on one thread, so that they share connections.
class CurlTransport final : public HttpTransport {
 public:
  explicit CurlTransport(CurlOptions options) : options_(std::move(options)) {
    multi_ = libcurl().multi_init();
    if (!multi_) throw std::bad_alloc();
    libcurl().multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    libcurl().multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS,
                           options_.max_connections_per_host);
    libcurl().multi_setopt(multi_, CURLMOPT_MAXCONNECTS, options_.max_connections_per_host);
    thread_ = std::thread([this] { run(); });
  }

  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  ~CurlTransport() override {
    stopping_ = true;
    libcurl().multi_wakeup(multi_);
    thread_.join();
    idle_.clear();
    libcurl().multi_cleanup(multi_);
  }

  HttpResponse send(const HttpRequest& request) override {
    if (std::chrono::steady_clock::now() >= request.deadline) {
      return {.fault = HttpFault::timed_out, .fault_detail = "the deadline has passed"};
    }
    Transfer transfer;
    transfer.request = &request;
    transfer.max_response_bytes = options_.max_response_bytes;
    transfer.headers = make_headers(request.headers);
    {
      const std::lock_guard lock(mutex_);
      transfer.handle = take_handle();
      prepare(transfer);
      waiting_.push_back(&transfer);
    }
    libcurl().multi_wakeup(multi_);
    {
      std::unique_lock lock(transfer.mutex);
      transfer.finished.wait(lock, [&] { return transfer.done; });
    }
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMaxIdleHandles) idle_.push_back(std::move(transfer.handle));
    return std::move(transfer.response);
  }

 private:
  EasyHandle take_handle() {
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

  void prepare(Transfer& transfer) const {
    CURL* const handle = transfer.handle.get();
    const auto set = libcurl().easy_setopt;
    const HttpRequest& request = *transfer.request;
    set(handle, CURLOPT_URL, request.url.c_str());
    set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(handle, CURLOPT_PIPEWAIT, 1L);
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(handle, CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
    set(handle, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
    set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    // What is asked in plain text is on this machine or its cloud's: never behind a proxy.
    if (request.url.starts_with("http://")) set(handle, CURLOPT_PROXY, "");
    if (!options_.ca_file.empty()) {
      set(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
    }
    if (request.method == "POST") {
      set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(handle, CURLOPT_POSTFIELDS, request.body.data());
    } else if (request.method != "GET") {
      set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
    const long timeout = milliseconds_until(request.deadline);
    const auto connect_timeout = static_cast<long>(options_.connect_timeout.count());
    set(handle, CURLOPT_TIMEOUT_MS, timeout);
    set(handle, CURLOPT_CONNECTTIMEOUT_MS,
        timeout ? std::min(timeout, connect_timeout) : connect_timeout);
    set(handle, CURLOPT_HTTPHEADER, transfer.headers.get());
    set(handle, CURLOPT_WRITEFUNCTION, &receive_body);
    set(handle, CURLOPT_WRITEDATA, &transfer);
    set(handle, CURLOPT_HEADERFUNCTION, &receive_header);
    set(handle, CURLOPT_HEADERDATA, &transfer);
    set(handle, CURLOPT_PRIVATE, &transfer);
  }

  void run() {
    while (!stopping_) {
      start_waiting();
      int running = 0;
      libcurl().multi_perform(multi_, &running);
      collect_finished();
      libcurl().multi_poll(multi_, nullptr, 0, kIdlePollMilliseconds, nullptr);
    }
  }

  void start_waiting() {
    const std::lock_guard lock(mutex_);
    for (Transfer* const transfer : waiting_)
      libcurl().multi_add_handle(multi_, transfer->handle.get());
    waiting_.clear();
  }

  void collect_finished() {
    int left = 0;
    while (const CURLMsg* const message = libcurl().multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const handle = message->easy_handle;
      const CURLcode code = message->data.result;
      libcurl().multi_remove_handle(multi_, handle);
      Transfer* transfer = nullptr;
      libcurl().easy_getinfo(handle, CURLINFO_PRIVATE, &transfer);
      finish(*transfer, code);
    }
  }

  static void finish(Transfer& transfer, CURLcode code) {
    HttpResponse& response = transfer.response;
    CURL* const handle = transfer.handle.get();
    if (response.fault == HttpFault::none) response.fault = fault_of(code);
    if (code != CURLE_OK) response.fault_detail = libcurl().easy_strerror(code);
    // A connection that broke before a byte of the answer may still have carried the request.
    curl_off_t sent = 0;
    libcurl().easy_getinfo(handle, CURLINFO_SIZE_UPLOAD_T, &sent);
    if (response.fault == HttpFault::not_connected && sent > 0) response.fault = HttpFault::broken;
    long status = 0;
    long version = 0;
    libcurl().easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    libcurl().easy_getinfo(handle, CURLINFO_HTTP_VERSION, &version);
    response.status = static_cast<int>(status);
    response.http_version = version == CURL_HTTP_VERSION_2_0 ? 20 : 11;
    const std::lock_guard lock(transfer.mutex);
    transfer.done = true;
    transfer.finished.notify_one();
  }

  const CurlOptions options_;
  CURLM* multi_ = nullptr;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<Transfer*> waiting_;
  std::vector<EasyHandle> idle_;
  std::thread thread_;
};

}  // namespace

std::string_view HttpResponse::header(std::string_view lower_case_name) const noexcept {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

std::unique_ptr<HttpTransport> make_curl_transport(CurlOptions options) {
  return std::make_unique<CurlTransport>(std::move(options));
}

}  // namespace dropzone::datastore
