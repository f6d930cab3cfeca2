#include "rpc/lookup.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <dropzone/value/json_text.h>

#include "rpc/answer_faults.h"

namespace dropzone::datastore {
namespace {

void append_read_options(std::string& out, const LookupOptions& options) {
  if (options.transaction.empty() && options.read_time.empty()) return;
  out += "\"readOptions\":{";
  out += options.transaction.empty() ? "\"readTime\":" : "\"transaction\":";
  append_json_string(out, options.transaction.empty() ? options.read_time : options.transaction);
  out += "},";
}

std::string lookup_body(const Partition& partition, std::span<const RecordKey> keys,
                        const LookupOptions& options) {
  std::string body = "{";
  append_database(body, partition);
  append_read_options(body, options);
  if (!options.only_property.empty()) {
    body += "\"propertyMask\":{\"paths\":[";
    append_json_string(body, options.only_property);
    body += "]},";
  }
  body += "\"keys\":[";
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0) body += ',';
    append_key(body, partition, keys[i].kind, keys[i].id);
  }
  return body + "]}";
}

// The keys of an answer's `deferred`, as far as they are among those asked for.
std::vector<RecordKey> deferred_keys(const JsonNode& answer, std::span<const RecordKey> asked) {
  std::vector<RecordKey> keys;
  const JsonNode* const deferred = member(answer, "deferred");
  if (!deferred || !deferred->IsArray()) return keys;
  for (const JsonNode& node : deferred->GetArray()) {
    const auto id = id_of_key(node);
    const JsonNode* const path = member(node, "path");
    if (!id || !path) continue;
    const std::string_view kind = text_member((*path)[0], "kind");
    const auto key = std::find_if(asked.begin(), asked.end(), [&](const RecordKey& candidate) {
      return candidate.id == *id && candidate.kind == kind;
    });
    if (key != asked.end()) keys.push_back(*key);
  }
  return keys;
}

}  // namespace

RpcReply lookup(RpcChannel& channel, const Partition& partition, std::span<const RecordKey> keys,
                const LookupOptions& options,
                const std::function<void(const JsonNode& entity_result)>& found) {
  std::vector<RecordKey> pending(keys.begin(), keys.end());
  RpcReply reply;
  std::size_t most = options.keys_per_call;
  while (!pending.empty()) {
    const auto count = std::min(pending.size(), most);
    const std::vector<RecordKey> asked(pending.begin(),
                                       pending.begin() + static_cast<std::ptrdiff_t>(count));
    pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(count));
    const std::string body = lookup_body(partition, asked, options);
    reply = channel.call({.method = "lookup",
                          .body = body,
                          .call = options.call,
                          .repeatable = options.repeatable,
                          .fault = fault_of_lookup(asked)});
    if (is_answer_too_large(reply) && count > 1) {
      pending.insert(pending.end(), asked.begin(), asked.end());
      most = (count + 3) / 4;
      continue;
    }
    if (!reply.ok()) return reply;
    const JsonNode& answer = reply.document.root();
    if (const JsonNode* const results = member(answer, "found"); results && results->IsArray()) {
      for (const JsonNode& result : results->GetArray()) found(result);
    }
    const std::vector<RecordKey> deferred = deferred_keys(answer, asked);
    if (deferred.size() == asked.size()) {
      reply.status = RpcStatus::unavailable;
      reply.message = "every key was deferred";
      return reply;
    }
    pending.insert(pending.end(), deferred.begin(), deferred.end());
  }
  return reply;
}

}  // namespace dropzone::datastore
