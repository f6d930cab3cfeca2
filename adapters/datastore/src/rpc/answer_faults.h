#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "rpc/json_document.h"
#include "rpc/lookup.h"

namespace dropzone::datastore {

/// What answers of Datastore's API must have in them, each as RpcRequest::fault: an answer that
/// lacks any of it came from somewhere else, or was changed on its way.
/// https://cloud.google.com/datastore/docs/reference/data/rest/v1/projects

using AnswerFault = std::function<std::string(const JsonNode& answer)>;

/// A commit has a result for each of its mutations.
[[nodiscard]] AnswerFault fault_of_commit(std::size_t mutations);

/// A lookup has each key once, among what was found, what is missing and what is deferred. The keys
/// must outlive the call.
[[nodiscard]] AnswerFault fault_of_lookup(std::span<const RecordKey> keys);

/// A query has a batch, whose results are entities with keys, and says in known words whether there
/// are more.
[[nodiscard]] std::string fault_of_query(const JsonNode& answer);

/// An aggregation has one result.
[[nodiscard]] std::string fault_of_aggregation(const JsonNode& answer);

/// The beginning of a transaction has its name.
[[nodiscard]] std::string fault_of_beginning(const JsonNode& answer);

}  // namespace dropzone::datastore
