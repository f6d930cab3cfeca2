#include "rpc/transaction.h"

#include <chrono>
#include <utility>

#include <dropzone/value/json_text.h>

#include "rpc/answer_faults.h"

namespace dropzone::datastore {
namespace {

constexpr std::chrono::seconds kRollbackTimeout{2};

// Whether Datastore has judged a commit, and will carry it out no more.
bool is_verdict(RpcStatus status) {
  return status == RpcStatus::aborted || status == RpcStatus::already_exists ||
         status == RpcStatus::failed_precondition || status == RpcStatus::invalid_argument ||
         status == RpcStatus::not_found;
}

}  // namespace

Transaction::~Transaction() {
  if (!open_) return;
  std::string body = "{";
  append_database(body, partition_);
  body += "\"transaction\":";
  append_json_string(body, name_);
  body += '}';
  // It is rolled back anyhow after a while; nobody waits for the answer's sake.
  static_cast<void>(channel_.call(
      {.method = "rollback",
       .body = body,
       .call = {std::chrono::steady_clock::now() + kRollbackTimeout, call_.traceparent},
       .repeatable = false}));
}

RpcReply Transaction::begin() {
  RpcReply reply = supply_.take(call_, name_);
  open_ = reply.ok();
  return reply;
}

CommitResult Transaction::commit(const Mutations& mutations, Tries& tries) {
  if (name_.empty()) {
    if (RpcReply reply = supply_.take(call_, name_); !reply.ok()) {
      return {Fate::not_done, std::move(reply)};
    }
  }
  std::string body = "{";
  append_database(body, partition_);
  body += "\"mode\":\"TRANSACTIONAL\",\"transaction\":";
  append_json_string(body, name_);
  body += ",\"mutations\":[";
  body += mutations.json();
  body += "]}";
  for (bool was_sent = false;; was_sent = true) {
    RpcReply reply = channel_.call({.method = "commit",
                                    .body = body,
                                    .call = call_,
                                    .repeatable = false,
                                    .fault = fault_of_commit(mutations.size())});
    if (reply.ok()) {
      open_ = false;
      tries.succeeded();
      return {Fate::done, std::move(reply)};
    }
    // Also at the first attempt: a network may deliver it twice.
    if (is_transaction_over(reply)) {
      open_ = false;
      return {Fate::spent, std::move(reply)};
    }
    // What is said of a repetition does not say what became of an attempt without an answer.
    if (was_sent && is_verdict(reply.status)) return {Fate::spent, std::move(reply)};
    if (!was_sent && !reply.maybe_done) return {Fate::not_done, std::move(reply)};
    if (!tries.again(reply)) return {Fate::unknown, std::move(reply)};
  }
}

}  // namespace dropzone::datastore
