#pragma once

#include <memory>
#include <utility>

#include <dropzone/http/message/handler.h>

namespace dropzone::http {

/// Passes one answer on, after `edit(Response&)` has changed it.
template <typename Edit>
class EditedReply final : public ReplySink {
 public:
  EditedReply(Responder respond, Edit edit)
      : respond_(std::move(respond)), edit_(std::move(edit)) {}

  void reply(std::uint64_t, Response response) override {
    edit_(response);
    respond_(std::move(response));
  }
  void read_body(std::uint64_t, std::size_t limit, BodyReceiver receive) override {
    respond_.read_body(limit, std::move(receive));
  }
  void abandon(std::uint64_t) override { const Responder dropped = std::move(respond_); }
  [[nodiscard]] bool client_gone(std::uint64_t) const noexcept override {
    return respond_.client_gone();
  }

 private:
  Responder respond_;
  const Edit edit_;
};

/// A Responder whose answer is edited before it goes to `respond`. What `edit` refers to must
/// outlive the request.
template <typename Edit>
[[nodiscard]] Responder edited(Responder respond, Edit edit) {
  return Responder(std::make_shared<EditedReply<Edit>>(std::move(respond), std::move(edit)), 0);
}

}  // namespace dropzone::http
