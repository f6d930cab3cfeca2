#include <dropzone/expects.h>
#include <dropzone/http/message/handler.h>
#include <dropzone/http/message/problem.h>

#include <utility>

namespace dropzone::http {
namespace {

class FunctionSink final : public ReplySink {
 public:
  explicit FunctionSink(std::function<void(Response)> receive) : receive_(std::move(receive)) {}
  void reply(std::uint64_t, Response response) override { receive_(std::move(response)); }
  void abandon(std::uint64_t) override { receive_(problem_response(internal_failure({}), {}, {})); }
  void read_body(std::uint64_t, std::size_t, BodyReceiver) override {}  // There is none to come.
  [[nodiscard]] bool client_gone(std::uint64_t) const noexcept override { return false; }

 private:
  std::function<void(Response)> receive_;
};

}  // namespace

Responder::Responder(std::function<void(Response)> receive)
    : sink_(std::make_shared<FunctionSink>(std::move(receive))) {}

Responder& Responder::operator=(Responder&& other) noexcept {
  if (this != &other) {
    abandon();
    sink_ = std::move(other.sink_);
    ticket_ = other.ticket_;
  }
  return *this;
}

Responder::~Responder() { abandon(); }

void Responder::operator()(Response response) {
  DROPZONE_EXPECTS(sink_ != nullptr);
  const auto sink = std::move(sink_);
  try {
    sink->reply(ticket_, std::move(response));
  } catch (...) {  // The answer is lost; that it is must not be.
    sink->abandon(ticket_);
    throw;
  }
}

void Responder::read_body(std::size_t limit, BodyReceiver receive) {
  sink_->read_body(ticket_, limit, std::move(receive));
}

bool Responder::client_gone() const noexcept {
  return sink_ == nullptr || sink_->client_gone(ticket_);
}

void Responder::abandon() noexcept {
  if (const auto sink = std::move(sink_)) sink->abandon(ticket_);
}

}  // namespace dropzone::http
