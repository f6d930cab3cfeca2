#include "transaction.h"

#include <algorithm>
#include <chrono>

#include <dropzone/json_text.h>

namespace dropzone::datastore {
namespace {

constexpr std::chrono::seconds kRollbackTimeout{2};

}  // namespace

Transaction::~Transaction() {
  if (id_.empty()) return;
  std::string body = "{";
  append_database(body, partition_);
  body += "\"transaction\":";
  append_json_string(body, id_);
  body += '}';
  // It is rolled back anyhow after a while; nobody waits for the answer's sake.
  static_cast<void>(channel_.call(
      {.method = "rollback",
       .body = body,
       .call = {std::chrono::steady_clock::now() + kRollbackTimeout, call_.traceparent},
       .repeatable = false}));
}

RpcReply Transaction::begin() {
  std::string body = "{";
  append_database(body, partition_);
  body += "\"transactionOptions\":{\"readWrite\":{}}}";
  RpcReply reply = channel_.call({.method = "beginTransaction", .body = body, .call = call_});
  if (!reply.ok()) return reply;
  id_ = text_member(reply.document.root(), "transaction");
  if (id_.empty()) {
    reply.status = RpcStatus::unavailable;
    reply.message = "the answer has no transaction";
  }
  return reply;
}

RpcReply Transaction::commit(std::string_view mutations) {
  std::string body = "{";
  append_database(body, partition_);
  body += "\"mode\":\"TRANSACTIONAL\",\"transaction\":";
  append_json_string(body, id_);
  body += ",\"mutations\":[";
  body += mutations;
  body += "]}";
  RpcReply reply =
      channel_.call({.method = "commit", .body = body, .call = call_, .repeatable = false});
  if (reply.ok()) id_.clear();
  return reply;
}

RpcReply commit_at_once(RpcChannel& channel, const Partition& partition, std::string_view mutations,
                        const CallOptions& call) {
  std::string body = "{";
  append_database(body, partition);
  body += "\"mode\":\"TRANSACTIONAL\",\"singleUseTransaction\":{\"readWrite\":{}},\"mutations\":[";
  body += mutations;
  body += "]}";
  return channel.call({.method = "commit", .body = body, .call = call});
}

}  // namespace dropzone::datastore
