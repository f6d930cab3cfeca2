// Groups and receipts on the emulator, behind a channel that loses answers: what is reported about
// a write is true, and a repetition does nothing twice.
#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/curl/http_client.h>
#include <dropzone/datastore/datastore_record_repository.h>
#include <dropzone/value/json_text.h>

#include "rpc/rest_channel.h"
#include "rpc/retrying_channel.h"
#include "write/record_writer.h"

namespace dropzone::datastore {
namespace {

RpcReply connection_lost() {
  RpcReply reply;
  reply.status = RpcStatus::unavailable;
  reply.message = "the test loses the answer";
  reply.maybe_done = true;
  return reply;
}

/// What becomes of a commit; `forward` carries it out.
using CommitFault = std::function<RpcReply(const RpcRequest&, RpcChannel& inner)>;

/// Lets the first commit meet a fault.
class SpoiledChannel final : public RpcChannel {
 public:
  explicit SpoiledChannel(RpcChannel& inner) : inner_(inner) {}
  CommitFault fault;
  int commits = 0;

  RpcReply call(const RpcRequest& request) override {
    if (request.method != "commit") return inner_.call(request);
    ++commits;
    if (!fault) return inner_.call(request);
    return std::exchange(fault, nullptr)(request, inner_);
  }

 private:
  RpcChannel& inner_;
};

RpcReply lost(const RpcRequest& request, RpcChannel& inner) {
  const RpcReply reply = inner.call(request);
  CHECK(reply.ok());
  return connection_lost();
}

RpcReply dropped(const RpcRequest& /*request*/, RpcChannel& /*inner*/) { return connection_lost(); }

// It is not carried out, and never will be.
RpcReply ended(const RpcRequest& request, RpcChannel& inner) {
  const std::string body(request.body);
  const std::size_t begin = body.find("\"transaction\":");
  const std::size_t end = body.find(',', begin);
  const std::string rollback = '{' + body.substr(begin, end - begin) + '}';
  CHECK(inner.call({.method = "rollback", .body = rollback, .repeatable = false}).ok());
  return connection_lost();
}

class LossyStore {
 public:
  LossyStore() {
    auto options = DatastoreOptions::parse("lost/n" + std::to_string(std::random_device()()));
    REQUIRE(options);
    REQUIRE(options->emulator);
    auto client = curl::HttpClient::open({});
    REQUIRE(client);
    client_ = *std::move(client);
    partition_ = {options->project, options->database, options->name_space};
    rest_ = std::make_unique<RestChannel>(
        *client_, nullptr, RestEndpoint{options->endpoint, options->project, options->database});
    retrier_ = std::make_unique<Retrier>(options->retry);
    channel_ = std::make_unique<SpoiledChannel>(*rest_);
    retrying_ = std::make_unique<RetryingChannel>(*channel_, *retrier_);
    writer_ = std::make_unique<RecordWriter>(
        *retrying_, *retrier_, partition_,
        RecordWriter::Limits{{options->commit_mutations, options->commit_bytes}, 4});
    auto clean = DatastoreRecordRepository::open(*std::move(options));
    REQUIRE(clean);
    clean_ = *std::move(clean);
  }

  Result<std::vector<WriteOutcome>> write(std::vector<Write> writes,
                                          const Receipts* receipts = nullptr) {
    return writer_->write(std::move(writes), Atomicity::partial, receipts, kNoDeadline);
  }
  void spoil(CommitFault fault) { channel_->fault = std::move(fault); }
  [[nodiscard]] int commits() const { return channel_->commits; }

  [[nodiscard]] std::vector<std::string> ids(const std::string& kind) const {
    std::vector<std::string> ids;
    Query query{.kind = kind, .filter = {}, .order = {}, .after = {}};
    query.limit = 1'000;
    REQUIRE(clean_->query(
        query, {.data = false}, [&](const RecordView& view) { ids.emplace_back(view.id); },
        kNoDeadline));
    return ids;
  }

 private:
  std::unique_ptr<curl::HttpClient> client_;
  Partition partition_;
  std::unique_ptr<RestChannel> rest_;
  std::unique_ptr<Retrier> retrier_;
  std::unique_ptr<SpoiledChannel> channel_;
  std::unique_ptr<RetryingChannel> retrying_;
  std::unique_ptr<RecordWriter> writer_;
  std::unique_ptr<RecordRepository> clean_;
};

Write lossy_record(const std::string& kind, const std::string& id) {
  static int versions = 0;
  Write write;
  write.kind = kind;
  write.id = id;
  write.original = write.data_json = "{}";
  write.meta.version = "v" + std::to_string(++versions);
  write.meta.pipeline = kind + "@1";
  return write;
}

std::vector<Write> moves(int count) {
  std::vector<Write> writes;
  for (int i = 0; i < count; ++i) {
    writes.push_back(lossy_record("moved", "n" + std::to_string(i)));
    Write erasure;
    erasure.kind = "waiting";
    erasure.id = "r" + std::to_string(i);
    erasure.erases = true;
    erasure.joined = true;
    writes.push_back(std::move(erasure));
  }
  return writes;
}

class CountReceipts final : public Receipts {
 public:
  [[nodiscard]] std::string kind() const override { return "receipts"; }
  [[nodiscard]] std::string id(std::size_t first) const override { return std::to_string(first); }
  [[nodiscard]] Write receipt(std::size_t first,
                              std::span<const WriteOutcome> /*outcomes*/) const override {
    return lossy_record("receipts", id(first));
  }
};

constexpr int kMoves = 20;

TEST_CASE("records that are moved are in one place each, though the answer is lost") {
  LossyStore store;
  std::vector<Write> waiting;
  for (int i = 0; i < kMoves; ++i) {
    waiting.push_back(lossy_record("waiting", "r" + std::to_string(i)));
  }
  REQUIRE(store.write(std::move(waiting)));
  const CommitFault fault = GENERATE(CommitFault(lost), CommitFault(dropped));
  store.spoil(fault);
  const auto outcomes = store.write(moves(kMoves));
  REQUIRE(outcomes);
  for (std::size_t i = 0; i < outcomes->size(); ++i) {
    CHECK((*outcomes)[i].status == (i % 2 == 0 ? WriteStatus::created : WriteStatus::erased));
  }
  CHECK(store.ids("waiting").empty());
  CHECK(store.ids("moved").size() == kMoves);
  const auto again = store.write(moves(kMoves));
  REQUIRE(again);
  for (const WriteOutcome& outcome : *again) CHECK(outcome.status != WriteStatus::created);
  CHECK(store.ids("moved").size() == kMoves);
}

TEST_CASE("a receipt says what became of a commit without an answer") {
  LossyStore store;
  const CommitFault fault = GENERATE(CommitFault(lost), CommitFault(dropped), CommitFault(ended));
  store.spoil(fault);
  const CountReceipts receipts;
  std::vector<Write> writes;
  for (int i = 0; i < kMoves; ++i) writes.push_back(lossy_record("new", std::to_string(i)));
  const auto outcomes = store.write(std::move(writes), &receipts);
  REQUIRE(outcomes);
  for (const WriteOutcome& outcome : *outcomes) CHECK(outcome.status == WriteStatus::created);
  CHECK(store.ids("new").size() == kMoves);
  CHECK(store.ids("receipts") == std::vector<std::string>{"0"});
  CHECK(store.commits() > 1);
}

TEST_CASE("a record that Datastore refuses takes its group with it, and no other") {
  LossyStore store;
  std::vector<Write> writes;
  for (const char* const id : {"a", "b", "c", "d", "e"}) writes.push_back(lossy_record("new", id));
  writes[2].original.assign(2'000'000, 'x');  // More than an entity may have.
  writes[3].joined = true;
  const CountReceipts receipts;
  const auto outcomes = store.write(std::move(writes), &receipts);
  REQUIRE(outcomes);
  std::string statuses;
  for (const WriteOutcome& outcome : *outcomes) {
    statuses += std::to_string(static_cast<int>(outcome.status));
  }
  CHECK(statuses == "00340");
  CHECK(store.ids("new") == std::vector<std::string>{"a", "b", "e"});
}

TEST_CASE("a group that does not fit a transaction is refused, and the others are done") {
  LossyStore store;
  std::vector<Write> writes{lossy_record("new", "before")};
  for (int i = 0; i < 501; ++i) {
    writes.push_back(lossy_record("new", std::to_string(i)));
    writes.back().joined = i > 0;
  }
  writes.push_back(lossy_record("new", "behind"));
  const auto outcomes = store.write(std::move(writes));
  REQUIRE(outcomes);
  CHECK(outcomes->front().status == WriteStatus::created);
  CHECK((*outcomes)[1].status == WriteStatus::refused);
  CHECK((*outcomes)[1].error.code == ErrorCode::atomic_too_large);
  CHECK((*outcomes)[2].status == WriteStatus::aborted);
  CHECK(outcomes->back().status == WriteStatus::created);
  CHECK(store.ids("new") == std::vector<std::string>{"before", "behind"});
}

}  // namespace
}  // namespace dropzone::datastore
