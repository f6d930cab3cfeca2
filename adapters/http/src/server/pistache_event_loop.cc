// The binding to Pistache, and the only file that knows of it: its reactor is the event loop.
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#include <pistache/reactor.h>
#pragma GCC diagnostic pop

#include "server/event_loop.h"

namespace dropzone::http {
namespace {

using Pistache::Aio::FdSet;
using Pistache::Aio::Reactor;
using Pistache::Polling::NotifyOn;

NotifyOn to_notify_on(EventLoop::Interest interest) {
  auto flags = NotifyOn::Hangup;
  if (interest.readable) flags = flags | NotifyOn::Read;
  if (interest.writable) flags = flags | NotifyOn::Write;
  if (interest.ended) flags = flags | NotifyOn::Shutdown;
  return flags;
}

// What the reactor calls. It asks for clone() only if it runs threads of its own.
class ReactorHandler final : public Pistache::Aio::Handler {
 public:
  explicit ReactorHandler(EventLoop::Client& client) : client_(client) {}

  void registerPoller(Pistache::Polling::Epoll&) override {}

  void onReady(const FdSet& ready) override {
    events_.clear();
    for (std::size_t i = 0; i < ready.size(); ++i) {
      const auto& entry = ready.at(i);
      EventLoop::Event event{entry.getTag().value(), entry.isReadable(), entry.isWritable(),
                             entry.isHangup(), false};
      // The reactor shows neither EPOLLERR nor EPOLLRDHUP: an event without any flag is one.
      event.other = !event.readable && !event.writable && !event.hangup;
      events_.push_back(event);
    }
    client_.on_events(events_);
  }

  [[nodiscard]] std::shared_ptr<Pistache::Aio::Handler> clone() const override {
    return std::make_shared<ReactorHandler>(client_);
  }

 private:
  EventLoop::Client& client_;
  std::vector<EventLoop::Event> events_;
};

}  // namespace

class EventLoop::Impl {
 public:
  explicit Impl(Client& client) : reactor_(Reactor::create()) {
    reactor_->init();
    key_ = reactor_->addHandler(std::make_shared<ReactorHandler>(client));
  }

  Reactor& reactor() { return *reactor_; }
  [[nodiscard]] const Reactor::Key& key() const { return key_; }

 private:
  std::shared_ptr<Reactor> reactor_;
  Reactor::Key key_;
};

EventLoop::EventLoop(Client& client) : impl_(std::make_unique<Impl>(client)) {}
EventLoop::~EventLoop() = default;

void EventLoop::watch(int descriptor, Interest interest, std::uint64_t tag) {
  impl_->reactor().registerFd(impl_->key(), descriptor, to_notify_on(interest),
                              Pistache::Polling::Tag(tag));
}

void EventLoop::change(int descriptor, Interest interest, std::uint64_t tag) {
  impl_->reactor().modifyFd(impl_->key(), descriptor, to_notify_on(interest),
                            Pistache::Polling::Tag(tag));
}

void EventLoop::unwatch(int descriptor) { impl_->reactor().removeFd(impl_->key(), descriptor); }

void EventLoop::run() { impl_->reactor().run(); }

void EventLoop::stop() { impl_->reactor().shutdown(); }

}  // namespace dropzone::http
