#include "query/kind_names.h"

#include <utility>

#include "entity/property_names.h"
#include "query/query_json.h"
#include "rpc/answer_faults.h"

namespace dropzone::datastore {
namespace {

// Datastore shows its kinds as entities of this kind, which have their names.
constexpr std::string_view kKindOfKinds = "__kind__";
constexpr std::string_view kReserved = "__";

RpcReply ask(RpcChannel& channel, const Partition& partition, const DatastoreQuery& query,
             const CallOptions& options) {
  std::string body = "{";
  append_database(body, partition);
  body += "\"partitionId\":";
  append_partition(body, partition);
  body += ",\"query\":";
  append_query(body, partition, query);
  body += '}';
  return channel.call(
      {.method = "runQuery", .body = body, .call = options, .fault = fault_of_query});
}

}  // namespace

Result<std::vector<std::string>> kind_names(RpcChannel& channel, const Partition& partition,
                                            const CallOptions& options) {
  DatastoreQuery query;
  query.kind = kKindOfKinds;
  query.order = kKeyProperty;
  query.keys_only = true;
  std::vector<std::string> names;
  for (;;) {
    const RpcReply reply = ask(channel, partition, query, options);
    if (reply.status == RpcStatus::invalid_argument) {
      return Error{ErrorCode::unsupported_query,
                   "Datastore does not tell its kinds: " + reply.message};
    }
    if (!reply.ok()) return to_error(reply);
    const JsonNode* const batch = member(reply.document.root(), "batch");
    const JsonNode* const results = batch ? member(*batch, "entityResults") : nullptr;
    if (!results || !results->IsArray() || results->Empty()) return names;
    for (const JsonNode& result : results->GetArray()) {
      const JsonNode* const entity = member(result, "entity");
      const JsonNode* const key = entity ? member(*entity, "key") : nullptr;
      query.after_key = key ? id_of_key(*key) : std::nullopt;
      if (!query.after_key) return Error{ErrorCode::unavailable, "Datastore's answer has no key."};
      if (!query.after_key->starts_with(kReserved)) names.push_back(*query.after_key);
    }
    if (text_member(*batch, "moreResults") == "NO_MORE_RESULTS") return names;
  }
}

}  // namespace dropzone::datastore
