#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "commit_writes.h"
#include "entity_decoder.h"
#include "lookup.h"
#include "property_names.h"
#include "transaction.h"

namespace dropzone::datastore {
namespace {

// How often others may take away what just kept us from inserting.
constexpr int kMaxRounds = 5;

using Versions = std::unordered_map<const PendingWrite*, std::string>;

void create(const PendingWrites& writes) {
  for (PendingWrite* const write : writes) {
    *write->outcome = {WriteStatus::created, {}, write->write->meta.created_at};
  }
}

bool may_skip(const PendingWrites& writes) {
  return std::any_of(writes.begin(), writes.end(), [](const PendingWrite* write) {
    return write->write->if_exists == IfExists::skip;
  });
}

RpcReply insert(const CommitContext& context, const PendingWrites& writes) {
  std::string mutations;
  for (const PendingWrite* const write : writes) {
    append_mutation(mutations, "insert", write->entity);
  }
  return commit_at_once(context.channel, context.partition, mutations, context.call);
}

// The versions of those records that are there.
RpcReply find_existing(const CommitContext& context, const PendingWrites& writes,
                       Versions& versions) {
  std::vector<RecordKey> keys;
  std::unordered_map<std::string, const PendingWrite*> by_key;
  for (const PendingWrite* const write : writes) {
    keys.push_back({write->write->kind, write->write->id});
    by_key.emplace(write->write->kind + '/' + write->write->id, write);
  }
  return lookup(context.channel, context.partition, keys,
                {.only_property = kMetaProperty, .call = context.call},
                [&](const JsonNode& result) {
                  auto found = decode_entity(result, {.meta = true, .data = false});
                  const JsonNode* const entity = member(result, "entity");
                  const JsonNode* const key = entity ? member(*entity, "key") : nullptr;
                  if (!found || !key) return;
                  const std::string_view kind = text_member((*member(*key, "path"))[0], "kind");
                  const auto write = by_key.find(std::string(kind) + '/' + found->id);
                  if (write != by_key.end()) {
                    versions.emplace(write->second, std::move(found->meta.version));
                  }
                });
}

// Whether one of them is there by an earlier attempt whose answer was lost. Then all are: a commit
// is carried out whole.
bool are_ours(const PendingWrites& writes, const Versions& versions) {
  return std::any_of(writes.begin(), writes.end(), [&](const PendingWrite* write) {
    const auto found = versions.find(write);
    return found != versions.end() && found->second == write->write->meta.version;
  });
}

// Takes out those that are there, and all once one of an atomic batch is refused.
void settle(PendingWrites& writes, const Versions& versions, Atomicity atomicity) {
  PendingWrites rest;
  for (PendingWrite* const write : writes) {
    if (!versions.contains(write)) {
      rest.push_back(write);
      continue;
    }
    *write->outcome = {
        WriteStatus::refused, {ErrorCode::already_exists, "A record with this _id exists."}, {}};
    if (atomicity == Atomicity::atomic) return writes.clear();
  }
  writes = std::move(rest);
}

// Finds out which of the records Datastore does not take.
Result<void> insert_halves(const CommitContext& context, const PendingWrites& writes) {
  const auto middle = writes.begin() + static_cast<std::ptrdiff_t>(writes.size() / 2);
  auto done = commit_insertions(context, {writes.begin(), middle}, Atomicity::partial);
  if (!done) return done;
  return commit_insertions(context, {middle, writes.end()}, Atomicity::partial);
}

}  // namespace

Result<void> commit_insertions(const CommitContext& context, PendingWrites writes,
                               Atomicity atomicity) {
  RpcReply reply;
  for (int round = 0; round < kMaxRounds && !writes.empty(); ++round) {
    reply = insert(context, writes);
    if (reply.ok()) return create(writes), Result<void>();
    if (reply.status == RpcStatus::invalid_argument || is_size_fault(reply)) {
      if (writes.size() == 1) return refuse_unacceptable(*writes.front(), reply), Result<void>();
      if (atomicity == Atomicity::atomic) break;
      return insert_halves(context, writes);
    }
    if (reply.status != RpcStatus::already_exists) break;
    if (may_skip(writes)) {
      create(writes);  // Unless what is there says otherwise.
      return commit_transaction(context, std::move(writes), atomicity, true);
    }

    Versions versions;
    reply = find_existing(context, writes, versions);
    if (!reply.ok()) break;
    if (are_ours(writes, versions)) return create(writes), Result<void>();
    settle(writes, versions, atomicity);
    reply.status = RpcStatus::aborted;
  }
  if (writes.empty()) return {};
  return to_error(reply);
}

void refuse_unacceptable(PendingWrite& write, const RpcReply& reply) {
  const ErrorCode code =
      is_size_fault(reply) ? ErrorCode::record_too_large : ErrorCode::invalid_request;
  *write.outcome = {
      WriteStatus::refused, {code, "Datastore does not take the record: " + reply.message}, {}};
}

}  // namespace dropzone::datastore
