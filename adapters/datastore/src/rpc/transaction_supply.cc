#include "rpc/transaction_supply.h"

#include <algorithm>
#include <utility>

#include <dropzone/call/waiting.h>

#include "rpc/answer_faults.h"
#include "rpc/json_document.h"

namespace dropzone::datastore {
namespace {

using std::chrono::steady_clock;

// Datastore ends a transaction that has been idle for a minute.
constexpr std::chrono::seconds kFresh{20};
constexpr std::chrono::seconds kBeginTimeout{10};
constexpr std::chrono::milliseconds kPauseAfterFailure{500};
constexpr std::size_t kMostInStock = 16;

}  // namespace

TransactionSupply::TransactionSupply(RpcChannel& channel, const Partition& partition)
    : channel_(channel),
      partition_(partition),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

TransactionSupply::Use::Use(TransactionSupply& supply) : supply_(supply) {
  const MutexLock lock(supply_.mutex_);
  ++supply_.in_use_;
}

TransactionSupply::Use::~Use() {
  const MutexLock lock(supply_.mutex_);
  --supply_.in_use_;
}

RpcReply TransactionSupply::take(const CallOptions& call, std::string& name) {
  {
    const MutexLock lock(mutex_);
    while (!stock_.empty() && steady_clock::now() - stock_.front().at > kFresh) stock_.pop_front();
    if (!stock_.empty()) {
      name = std::move(stock_.front().name);
      stock_.pop_front();
    }
  }
  wanted_.notify_one();
  return name.empty() ? begin(call, name) : RpcReply();
}

RpcReply TransactionSupply::begin(const CallOptions& call, std::string& name) {
  std::string body = "{";
  append_database(body, partition_);
  body += "\"transactionOptions\":{\"readWrite\":{}}}";
  RpcReply reply = channel_.call({.method = "beginTransaction",
                                  .body = body,
                                  .call = call,
                                  .repeatable = false,
                                  .fault = fault_of_beginning});
  if (reply.ok()) name = text_member(reply.document.root(), "transaction");
  reply.maybe_done = false;  // Nothing has been written in it.
  return reply;
}

bool TransactionSupply::wants_more() const {
  return in_use_ > 0 && stock_.size() < std::min(in_use_, kMostInStock);
}

void TransactionSupply::run(const std::stop_token& stop) {
  MutexLock lock(mutex_);
  while (wanted_.wait(lock, stop, [this]() DROPZONE_REQUIRES(mutex_) { return wants_more(); })) {
    lock.unlock();
    CallOptions call(steady_clock::now() + kBeginTimeout);
    call.stop = stop;
    Begun begun{.name = {}, .at = steady_clock::now()};
    const bool has_begun = begin(call, begun.name).ok();
    if (!has_begun) sleep_unless_stopped(kPauseAfterFailure, stop);
    lock.lock();
    if (has_begun) stock_.push_back(std::move(begun));
  }
}

}  // namespace dropzone::datastore
