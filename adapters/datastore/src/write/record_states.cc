#include "write/record_states.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "entity/entity_decoder.h"
#include "entity/property_names.h"
#include "rpc/json_document.h"
#include "rpc/lookup.h"

namespace dropzone::datastore {
namespace {

RpcReply read(const CommitContext& context, const std::set<StateKey>& keys, Extent extent,
              States& states, std::string_view transaction, bool repeatable) {
  states.clear();
  std::vector<RecordKey> wanted;
  wanted.reserve(keys.size());
  for (const auto& [kind, id] : keys) wanted.push_back({kind, id});
  return lookup(context.channel, context.partition, wanted,
                {.transaction = transaction,
                 .only_property = extent == Extent::masked ? kMetaProperty : std::string_view(),
                 .call = context.call,
                 .repeatable = repeatable},
                [&](const JsonNode& result) {
                  auto found = decode_entity(result, {.meta = true, .data = false}, extent);
                  if (!found) return;
                  const JsonNode& path = *member(*member(*member(result, "entity"), "key"), "path");
                  states.insert_or_assign(
                      StateKey(text_member(path[0], "kind"), found->id),
                      State{.version = std::move(found->meta.version),
                            .created_at = found->meta.created_at,
                            .updated_at = found->meta.updated_at,
                            .entity_version = std::string(text_member(result, "version"))});
                });
}

}  // namespace

RpcReply read_states(const CommitContext& context, const std::set<StateKey>& keys, Extent extent,
                     States& states) {
  return read(context, keys, extent, states, {}, true);
}

RpcReply read_states_for(Transaction& transaction, bool within, const CommitContext& context,
                         const std::set<StateKey>& keys, Extent extent, States& states) {
  if (!within) {
    RpcReply reply = read(context, keys, extent, states, {}, false);
    const bool has_all = std::none_of(states.begin(), states.end(), [](const auto& state) {
      return state.second.entity_version.empty();
    });
    if (!reply.ok() || has_all) return reply;
  }
  if (RpcReply reply = transaction.begin(); !reply.ok()) return reply;
  return read(context, keys, extent, states, transaction.name(), false);
}

}  // namespace dropzone::datastore
