#include "loop.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

#include <dropzone/expects.h>
#include <dropzone/text/trimmed.h>

namespace dropzone::curl {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kIdlePollMilliseconds = 60'000;
constexpr long kReceiveBufferBytes = 256 * 1024;
constexpr long kUploadBufferBytes = 1024 * 1024;

// A path that has gone is noticed while a call still has time to be repeated. The kernel's own
// bounds are a quarter of an hour for what is not acknowledged, and two hours for silence.
constexpr unsigned kUnacknowledgedMilliseconds = 20'000;
constexpr long kKeepaliveSeconds = 15;
// Google's front ends end connections after an hour or so, and balance new ones only.
constexpr long kMaxConnectionSeconds = 900;

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

int bound_silence(void*, curl_socket_t socket, curlsocktype) {
  // If it cannot be set, the time-outs of the calls still hold.
  static_cast<void>(::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT,
                                 &kUnacknowledgedMilliseconds, sizeof kUnacknowledgedMilliseconds));
  return CURL_SOCKOPT_OK;
}

long milliseconds_until(Deadline deadline) {
  if (deadline == kNoDeadline) return 0;
  const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
  return std::max<long>(1, left.count());
}

void finish(Transfer& transfer) {
  const MutexLock lock(transfer.mutex);
  transfer.done = true;
  transfer.finished.notify_one();
}

void take_result(Transfer& transfer, CURLcode code) {
  HttpResponse& response = transfer.response;
  CURL* const handle = transfer.handle.get();
  if (response.fault == HttpFault::none) response.fault = fault_of(code);
  if (code != CURLE_OK) response.fault_detail = libcurl().easy_strerror(code);
  // A connection that broke before a byte of the answer may still have carried the request.
  curl_off_t sent = 0;
  libcurl().easy_getinfo(handle, CURLINFO_SIZE_UPLOAD_T, &sent);
  if (response.fault == HttpFault::not_connected && (sent > 0 || transfer.was_sent)) {
    response.fault = HttpFault::broken;
  }
  long status = 0;
  long version = 0;
  libcurl().easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  libcurl().easy_getinfo(handle, CURLINFO_HTTP_VERSION, &version);
  response.status = static_cast<int>(status);
  response.http_version = version == CURL_HTTP_VERSION_2_0 ? 20 : 11;
}

}  // namespace

Loop::Loop(const HttpClient::Options& options) : options_(options) {
  multi_ = libcurl().multi_init();
  if (!multi_) throw std::bad_alloc();
  libcurl().multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  libcurl().multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, options_.max_connections_per_host);
  libcurl().multi_setopt(multi_, CURLMOPT_MAXCONNECTS, options_.max_connections_per_host);
  thread_ = std::thread([this] { run(); });
}

Loop::~Loop() {
  stopping_ = true;
  libcurl().multi_wakeup(multi_);
  thread_.join();
  DROPZONE_EXPECTS(running_.empty());
  libcurl().multi_cleanup(multi_);
}

void Loop::start(Transfer& transfer) {
  prepare(transfer);
  {
    const MutexLock lock(mutex_);
    transfer.number = ++started_;
    waiting_.push_back(&transfer);
  }
  libcurl().multi_wakeup(multi_);
}

void Loop::cancel(const Transfer& transfer) {
  {
    const MutexLock lock(mutex_);
    cancelled_.push_back(transfer.number);
  }
  libcurl().multi_wakeup(multi_);
}

void Loop::prepare(Transfer& transfer) {
  CURL* const handle = transfer.handle.get();
  const auto set = libcurl().easy_setopt;
  const HttpRequest& request = *transfer.request;
  set(handle, CURLOPT_URL, request.url.c_str());
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(handle, CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
  set(handle, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
  set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  set(handle, CURLOPT_TCP_KEEPIDLE, kKeepaliveSeconds);
  set(handle, CURLOPT_TCP_KEEPINTVL, kKeepaliveSeconds);
  set(handle, CURLOPT_SOCKOPTFUNCTION, &bound_silence);
  set(handle, CURLOPT_MAXLIFETIME_CONN, kMaxConnectionSeconds);
  if (request.url.starts_with("http://")) {
    // What is asked in plain text is on this machine or its cloud's: never behind a proxy.
    set(handle, CURLOPT_PROXY, "");
  } else {
    // For a connection that is being made, which may be of HTTP/2 and carry all. In plain text only
    // the first answer would tell, and one that does not come would keep everybody waiting.
    set(handle, CURLOPT_PIPEWAIT, 1L);
  }
  if (!options_.ca_file.empty()) set(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
  if (request.method == "POST") {
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(handle, CURLOPT_POSTFIELDS, request.body.data());
  } else if (request.method != "GET") {
    set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  if (!request.repeatable) {
    set(handle, CURLOPT_PREREQFUNCTION, &Loop::allow_once);
    set(handle, CURLOPT_PREREQDATA, &transfer);
  }
  const long timeout = milliseconds_until(request.deadline);
  const auto connect_timeout = static_cast<long>(options_.connect_timeout.count());
  set(handle, CURLOPT_TIMEOUT_MS, timeout);
  set(handle, CURLOPT_CONNECTTIMEOUT_MS,
      timeout ? std::min(timeout, connect_timeout) : connect_timeout);
  set(handle, CURLOPT_HTTPHEADER, transfer.headers.get());
  set(handle, CURLOPT_WRITEFUNCTION, &Loop::receive_body);
  set(handle, CURLOPT_WRITEDATA, &transfer);
  set(handle, CURLOPT_HEADERFUNCTION, &Loop::receive_header);
  set(handle, CURLOPT_HEADERDATA, &transfer);
  set(handle, CURLOPT_PRIVATE, &transfer);
  transfer.loop = this;
  transfer.started = steady_clock::now();
}

void Loop::run() {
  while (!stopping_) {
    start_waiting();
    end_cancelled();
    int running = 0;
    libcurl().multi_perform(multi_, &running);
    collect_finished();
    libcurl().multi_poll(multi_, nullptr, 0, kIdlePollMilliseconds, nullptr);
  }
}

void Loop::start_waiting() {
  const MutexLock lock(mutex_);
  for (Transfer* const transfer : waiting_) {
    libcurl().multi_add_handle(multi_, transfer->handle.get());
    running_.push_back(transfer);
  }
  waiting_.clear();
}

void Loop::end_cancelled() {
  std::vector<std::uint64_t> cancelled;
  {
    const MutexLock lock(mutex_);
    cancelled.swap(cancelled_);
  }
  for (const std::uint64_t number : cancelled) {
    const auto found = std::find_if(running_.begin(), running_.end(), [&](const Transfer* running) {
      return running->number == number;
    });
    if (found == running_.end()) continue;  // It was done in the meantime.
    Transfer* const transfer = *found;
    running_.erase(found);
    libcurl().multi_remove_handle(multi_, transfer->handle.get());
    transfer->response.fault = HttpFault::cancelled;
    transfer->response.fault_detail = "nobody waits for the answer any more";
    finish(*transfer);
  }
}

void Loop::collect_finished() {
  int left = 0;
  while (const CURLMsg* const message = libcurl().multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const handle = message->easy_handle;
    const CURLcode code = message->data.result;
    libcurl().multi_remove_handle(multi_, handle);
    Transfer* transfer = nullptr;
    libcurl().easy_getinfo(handle, CURLINFO_PRIVATE, &transfer);
    std::erase(running_, transfer);
    take_result(*transfer, code);
    finish(*transfer);
  }
}

// libcurl calls it before each sending, and sends again by itself when a kept connection breaks.
int Loop::allow_once(void* user, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (!transfer.was_sent) {
    transfer.was_sent = true;
    return CURL_PREREQFUNC_OK;
  }
  transfer.response.fault = HttpFault::broken;
  return CURL_PREREQFUNC_ABORT;
}

std::size_t Loop::receive_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.loop->last_heard_.store(steady_clock::now(), std::memory_order_relaxed);
  if (transfer.response.body.size() + size > transfer.max_response_bytes) {
    transfer.response.fault = HttpFault::too_large;
    return 0;
  }
  if (!transfer.response.hold.grow(transfer.memory_of_byte * size)) {
    transfer.response.fault = HttpFault::no_memory;
    return 0;
  }
  transfer.response.body.append(data, size);
  return size;
}

std::size_t Loop::receive_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.loop->last_heard_.store(steady_clock::now(), std::memory_order_relaxed);
  auto& headers = transfer.response.headers;
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {
    headers.clear();  // An informational answer went before.
  } else if (const std::size_t colon = line.find(':'); colon != line.npos) {
    std::string name(line.substr(0, colon));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    headers.emplace_back(std::move(name), std::string(trimmed(line.substr(colon + 1), " \t\r\n")));
  }
  return size;
}

}  // namespace dropzone::curl
