#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <dropzone/expects.h>
#include <dropzone/http/message/handler.h>
#include <dropzone/http/message/response.h>

namespace dropzone::http {

/// Identifies a request after it was passed to the handler.
struct RequestName {
  std::string id;
  std::string operation;              ///< Method and raw path, the end of a long one cut off.
  std::optional<std::string> origin;  ///< Its Origin, "" for none; nothing if it is not known.
};

/// A request that was handed to the handler, and its answer once there is one.
struct PendingReply {
  std::uint64_t ticket = 0;
  RequestName name;
  std::chrono::steady_clock::time_point deadline;  ///< For the handler.
  BodyReceiver receive;  ///< Waits for the body, if the handler has asked for it.
  bool head_only = false;
  bool http_1_0 = false;
  bool answered = false;
  Response response;
};

/// The answers that one connection owes, in the order of its requests.
class ReplyQueue {
 public:
  void push(PendingReply&& reply) { replies_.push_back(std::move(reply)); }
  /// The reply with this ticket, null if it is answered already or gone.
  [[nodiscard]] PendingReply* find_unanswered(std::uint64_t ticket);
  [[nodiscard]] bool front_is_answered() const noexcept {
    return !replies_.empty() && replies_.front().answered;
  }
  PendingReply pop();
  /// The request that came last. Precondition: not empty.
  [[nodiscard]] PendingReply& last() noexcept {
    DROPZONE_EXPECTS(!replies_.empty());
    return replies_.back();
  }

  [[nodiscard]] bool empty() const noexcept { return replies_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return replies_.size(); }
  /// Bytes of bodies that wait here for their turn, and how many of them are charged already.
  [[nodiscard]] std::size_t waiting_bytes() const noexcept;
  [[nodiscard]] std::size_t charged_bytes() const noexcept;
  /// The earliest deadline of those that are not answered.
  [[nodiscard]] std::chrono::steady_clock::time_point next_deadline() const noexcept;

  [[nodiscard]] auto begin() noexcept { return replies_.begin(); }
  [[nodiscard]] auto end() noexcept { return replies_.end(); }

 private:
  std::vector<PendingReply> replies_;
};

}  // namespace dropzone::http
