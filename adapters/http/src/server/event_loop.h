#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace dropzone::http {

/// Reports to one thread which of its descriptors are ready. All that the server asks of the
/// network library is this class: it is the one place to change for another library.
class EventLoop {
 public:
  struct Interest {
    bool readable = false;
    bool writable = false;
    bool ended = false;  ///< That the peer has ended its stream: useful if nothing is read.

    friend bool operator==(const Interest&, const Interest&) = default;
  };
  struct Event {
    std::uint64_t tag = 0;
    bool readable = false;
    bool writable = false;
    bool hangup = false;  ///< Both directions are closed.
    bool other = false;   ///< The descriptor has an error, or the peer has ended its stream.
  };

  /// What gets the events.
  class Client {
   public:
    virtual ~Client() = default;
    /// Called on the thread in run(). An event may be of a descriptor that an earlier one of the
    /// same batch made the client unwatch: tags should never be used twice. Must not throw.
    virtual void on_events(std::span<const Event> events) = 0;
  };

  /// `client` must outlive the loop.
  explicit EventLoop(Client& client);
  ~EventLoop();

  /// Watches a descriptor, level-triggered; hang-up is always reported. `tag` comes back with its
  /// events and is below 2^56. Throws std::runtime_error if the kernel refuses.
  void watch(int descriptor, Interest interest, std::uint64_t tag);
  void change(int descriptor, Interest interest, std::uint64_t tag);
  void unwatch(int descriptor);

  /// Hands events to the client until stop().
  void run();

  /// Makes run() return. From any thread.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropzone::http
