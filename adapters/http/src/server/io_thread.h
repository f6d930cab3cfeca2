#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "message/http_date.h"
#include "server/channel.h"
#include "server/event_loop.h"
#include "server/io_counters.h"
#include "server/listener.h"
#include "server/mailbox.h"
#include "server/server_context.h"

namespace dropzone::http {

class Connection;

/// One thread with its event loop and the connections that belong to it for life. All members are
/// for that thread alone, unless stated otherwise.
class IoThread final : private EventLoop::Client {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit IoThread(ServerContext& context);
  /// The thread must have been joined.
  ~IoThread() override;

  /// From the thread that made it.
  void start();
  void request_stop();
  void join();

  /// Takes over a connection. From any thread.
  void adopt(AcceptedSocket socket, std::optional<Error> refusal);
  /// Accepts connections and deals them out to `threads`. From any thread, before start().
  void listen(Descriptor listening, std::vector<IoThread*> threads);
  /// Closes the listening socket and lets connections end. From any thread.
  void drain();

  // For connections.
  [[nodiscard]] ServerContext& context() noexcept { return context_; }
  [[nodiscard]] IoCounters& counters() noexcept { return counters_; }
  [[nodiscard]] const std::shared_ptr<Mailbox>& mailbox() const noexcept { return mailbox_; }
  [[nodiscard]] EventLoop& loop() noexcept { return loop_; }
  [[nodiscard]] std::span<char> read_buffer() noexcept { return read_buffer_; }
  [[nodiscard]] std::string_view date() { return date_.now(); }
  [[nodiscard]] bool draining() const noexcept { return draining_; }
  /// The time at which the current events were fetched.
  [[nodiscard]] TimePoint now() const noexcept { return now_; }
  /// Sees to it that connections look at their deadlines at this time, or little later.
  void wake_at(TimePoint time);
  [[nodiscard]] std::string make_request_id();
  /// Forgets a connection that has closed.
  void remove(std::uint64_t id);

  /// How many connections it has been dealt and still has. From any thread.
  [[nodiscard]] std::size_t load() const noexcept { return dealt_.load(std::memory_order_relaxed); }

 private:
  void run();
  void on_events(std::span<const EventLoop::Event> events) override;
  void on_event(const EventLoop::Event& event);
  void add_connection(AcceptedSocket socket, const std::optional<Error>& refusal);
  void admit(AcceptedSocket accepted);
  void accept_some();
  void on_timer();
  void set_timer(TimePoint time);

  ServerContext& context_;
  IoCounters counters_;
  std::shared_ptr<Mailbox> mailbox_;
  EventLoop loop_;
  Descriptor timer_;
  std::unique_ptr<Listener> listener_;
  std::vector<IoThread*> deal_to_;
  std::atomic<std::size_t> dealt_ = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> connections_;
  std::uint64_t next_id_;
  std::vector<char> read_buffer_;
  HttpDate date_;
  std::mt19937_64 random_;
  TimePoint now_;
  TimePoint next_wake_ = TimePoint::max();
  bool draining_ = false;
  std::thread thread_;
};

}  // namespace dropzone::http
