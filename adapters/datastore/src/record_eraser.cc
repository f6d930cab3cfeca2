#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "commit_writes.h"
#include "entity_decoder.h"
#include "lookup.h"
#include "property_names.h"
#include "record_writer.h"
#include "transaction.h"

namespace dropzone::datastore {
namespace {

/// Erases some records of a kind in one transaction.
class Erasure {
 public:
  Erasure(const CommitContext& context, const std::string& kind, std::span<const Erase> erases,
          std::span<EraseStatus> statuses)
      : context_(context), kind_(kind), erases_(erases), statuses_(statuses) {
    for (const Erase& erase : erases_) {
      if (is_key(erase.id)) ids_.insert(erase.id);
    }
  }

  Result<void> run() {
    KeyGate::Keys keys;
    for (const std::string& id : ids_) keys.emplace_back(kind_, id);
    const KeyGate::Pass pass = context_.gate.enter(std::move(keys), context_.call.deadline);
    if (!pass) return too_late();
    Refusals refusals;
    for (int attempt = 1;; ++attempt) {
      const RpcReply reply = try_once();
      if (reply.ok()) {
        context_.retrier.succeeded();
        return {};
      }
      if (refusals.may_be_of_transaction(reply)) continue;
      if (!context_.retrier.wait(attempt, reply, context_.call.deadline)) return to_error(reply);
    }
  }

 private:
  using Versions = std::map<std::string, std::string>;

  RpcReply try_once() {
    Transaction transaction(context_.channel, context_.partition, context_.call);
    RpcReply reply = transaction.begin();
    if (!reply.ok()) return reply;
    Versions versions;
    reply = read_versions(transaction, versions);
    if (!reply.ok()) return reply;
    const std::string mutations = play(std::move(versions));
    if (mutations.empty()) return reply;
    reply = transaction.commit(mutations);
    return reply;
  }

  RpcReply read_versions(const Transaction& transaction, Versions& versions) {
    std::vector<RecordKey> keys;
    for (const std::string& id : ids_) keys.push_back({kind_, id});
    return lookup(
        context_.channel, context_.partition, keys,
        {.transaction = transaction.id(), .only_property = kMetaProperty, .call = context_.call},
        [&](const JsonNode& result) {
          auto found = decode_entity(result, {.meta = true, .data = false});
          if (found) versions.emplace(found->id, std::move(found->meta.version));
        });
  }

  // The mutations that follow from what is there; also notes the statuses.
  std::string play(Versions versions) {
    std::string mutations;
    for (std::size_t i = 0; i < erases_.size(); ++i) {
      const auto& [id, wanted] = erases_[i];
      const auto found = versions.find(id);
      if (found == versions.end()) {
        // What an earlier attempt was to erase is gone by it, its answer was lost.
        statuses_[i] = tried_.erase(i) > 0 ? EraseStatus::erased : EraseStatus::missing;
      } else if (wanted && *wanted != "*" && *wanted != found->second) {
        statuses_[i] = EraseStatus::precondition_failed;
      } else {
        statuses_[i] = EraseStatus::erased;
        tried_.insert(i);
        versions.erase(found);
        std::string key;
        append_key(key, context_.partition, kind_, id);
        append_mutation(mutations, "delete", key);
      }
    }
    return mutations;
  }

  const CommitContext& context_;
  const std::string& kind_;
  const std::span<const Erase> erases_;
  const std::span<EraseStatus> statuses_;
  std::set<std::string> ids_;
  std::set<std::size_t> tried_;  ///< Which of the erases earlier attempts were to do.
};

}  // namespace

Result<std::vector<EraseStatus>> RecordWriter::erase(const std::string& kind,
                                                     std::span<const Erase> erases,
                                                     const CallOptions& options) {
  if (is_past(options.deadline)) return too_late();
  const CommitContext context{channel_, retrier_, gate_, partition_, options};
  std::vector<EraseStatus> statuses(erases.size(), EraseStatus::missing);
  for (std::size_t i = 0; i < erases.size(); i += limits_.commit_mutations) {
    const std::size_t count = std::min(limits_.commit_mutations, erases.size() - i);
    auto done =
        Erasure(context, kind, erases.subspan(i, count), std::span(statuses).subspan(i, count))
            .run();
    if (!done) return done.error();
  }
  return statuses;
}

}  // namespace dropzone::datastore
