#include "rpc/retrier.h"

#include <catch2/catch.hpp>

namespace dropzone::datastore {
namespace {

using std::chrono::milliseconds;

RpcReply failed(RpcStatus status) {
  RpcReply reply;
  reply.status = status;
  return reply;
}

RetryPolicy at_once(double budget = 1'000) {
  return {.initial_backoff = milliseconds(0),
          .max_backoff = milliseconds(0),
          .max_attempts = 4,
          .budget = budget};
}

int attempts(Retrier& retrier, const RpcReply& reply) {
  int attempt = 1;
  while (attempt < 20 && retrier.wait(attempt, reply, {})) ++attempt;
  return attempt;
}

TEST_CASE("a failure is retried as often as its status allows") {
  Retrier retrier(at_once());
  for (const RpcStatus status : {RpcStatus::aborted, RpcStatus::unavailable,
                                 RpcStatus::deadline_exceeded, RpcStatus::resource_exhausted}) {
    CHECK(attempts(retrier, failed(status)) == 4);
  }
  CHECK(attempts(retrier, failed(RpcStatus::internal)) == 2);
  for (const RpcStatus status :
       {RpcStatus::invalid_argument, RpcStatus::permission_denied, RpcStatus::not_found,
        RpcStatus::failed_precondition, RpcStatus::cancelled, RpcStatus::out_of_range}) {
    CHECK(attempts(retrier, failed(status)) == 1);
  }
}

TEST_CASE("an answer that the request has no memory for is not asked for again") {
  Retrier retrier(at_once());
  RpcReply reply = failed(RpcStatus::resource_exhausted);
  reply.no_memory = true;
  CHECK(attempts(retrier, reply) == 1);
}

TEST_CASE("calls that are over are not retried") {
  Retrier retrier(at_once());
  const RpcReply reply = failed(RpcStatus::unavailable);
  CHECK_FALSE(retrier.wait(1, reply, CallOptions{std::chrono::steady_clock::now()}));
  std::stop_source stop;
  stop.request_stop();
  CallOptions stopped;
  stopped.stop = stop.get_token();
  CHECK_FALSE(retrier.wait(1, reply, stopped));
}

TEST_CASE("a pause that the server asks for and the deadline does not allow ends the attempts") {
  Retrier retrier(at_once());
  RpcReply reply = failed(RpcStatus::unavailable);
  reply.retry_after = std::chrono::hours(1);
  CHECK_FALSE(retrier.wait(
      1, reply, CallOptions{std::chrono::steady_clock::now() + std::chrono::minutes(1)}));
}

TEST_CASE("all calls share a budget of retries, which successes refill") {
  constexpr int kBudget = 50;
  Retrier retrier(at_once(kBudget));
  const RpcReply reply = failed(RpcStatus::unavailable);
  int retries = 0;
  while (retries < 10'000 && retrier.wait(1, reply, {})) ++retries;
  // Time refills it too: five a second.
  CHECK(retries >= kBudget);
  CHECK(retries < 2'000);
  for (int i = 0; i < 20; ++i) retrier.succeeded();
  CHECK(retrier.wait(1, reply, {}));
}

TEST_CASE("a conflict with another writer costs nothing of the budget") {
  Retrier retrier(at_once(0));
  const CallOptions call;
  Tries tries(retrier, call);
  CHECK(tries.again_after_conflict());
  CHECK_FALSE(tries.again(failed(RpcStatus::unavailable)));
}

}  // namespace
}  // namespace dropzone::datastore
