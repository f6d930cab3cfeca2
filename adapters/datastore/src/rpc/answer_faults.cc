#include "rpc/answer_faults.h"

#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "rpc/keys.h"

namespace dropzone::datastore {
namespace {

constexpr std::string_view kMore[] = {"NOT_FINISHED", "MORE_RESULTS_AFTER_LIMIT",
                                      "MORE_RESULTS_AFTER_CURSOR", "NO_MORE_RESULTS"};

using Names = std::pair<std::string, std::string>;  // A key's kind and id.

std::optional<Names> names_of(const JsonNode* key) {
  if (!key) return std::nullopt;
  const JsonNode* const path = member(*key, "path");
  auto id = id_of_key(*key);
  if (!id || !path || !path->IsArray() || path->Empty()) return std::nullopt;
  return Names(text_member((*path)[path->Size() - 1], "kind"), *std::move(id));
}

const JsonNode* key_of_result(const JsonNode& result) {
  const JsonNode* const entity = member(result, "entity");
  return entity ? member(*entity, "key") : nullptr;
}

/// Looks for the keys that an answer names.
class Expected {
 public:
  explicit Expected(std::span<const RecordKey> keys) {
    for (const RecordKey& key : keys) names_.emplace(key.kind, key.id);
  }

  /// Empty if each key of the list was expected.
  std::string take(const JsonNode* list, const JsonNode* (*key_of)(const JsonNode&)) {
    if (!list) return {};
    if (!list->IsArray()) return "what should be a list is not";
    for (const JsonNode& element : list->GetArray()) {
      const auto names = names_of(key_of(element));
      if (!names || names_.erase(*names) == 0) return "it has a key that was not asked for";
    }
    return {};
  }

  [[nodiscard]] bool empty() const noexcept { return names_.empty(); }

 private:
  std::set<Names> names_;
};

bool is_known(std::string_view more) {
  for (const std::string_view word : kMore) {
    if (word == more) return true;
  }
  return false;
}

// An entity of others may have a number for its name; it still has a key.
bool has_key(const JsonNode& result) {
  const JsonNode* const key = key_of_result(result);
  const JsonNode* const path = key ? member(*key, "path") : nullptr;
  return path && path->IsArray() && !path->Empty();
}

}  // namespace

AnswerFault fault_of_commit(std::size_t mutations) {
  return [mutations](const JsonNode& answer) -> std::string {
    const JsonNode* const results = member(answer, "mutationResults");
    std::size_t count = 0;
    if (results && results->IsArray()) {
      for (const JsonNode& result : results->GetArray()) count += result.IsObject() ? 1 : 0;
    }
    if (count == mutations) return {};
    return "it has results of " + std::to_string(count) + " of " + std::to_string(mutations) +
           " mutations";
  };
}

AnswerFault fault_of_lookup(std::span<const RecordKey> keys) {
  return [keys](const JsonNode& answer) -> std::string {
    Expected expected(keys);
    const auto itself = [](const JsonNode& key) { return &key; };
    for (const char* const list : {"found", "missing"}) {
      if (auto fault = expected.take(member(answer, list), key_of_result); !fault.empty()) {
        return fault;
      }
    }
    if (auto fault = expected.take(member(answer, "deferred"), itself); !fault.empty()) {
      return fault;
    }
    return expected.empty() ? std::string() : "it has nothing to say of some of the keys";
  };
}

std::string fault_of_query(const JsonNode& answer) {
  const JsonNode* const batch = member(answer, "batch");
  if (!batch) return "it has no batch";
  const std::string_view more = text_member(*batch, "moreResults");
  if (!is_known(more)) return "it does not say whether there are more results";
  if (more == "NOT_FINISHED" && text_member(*batch, "endCursor").empty()) {
    return "it has no place to go on from";
  }
  const JsonNode* const results = member(*batch, "entityResults");
  if (!results) return {};
  if (!results->IsArray()) return "its results are not a list";
  for (const JsonNode& result : results->GetArray()) {
    if (!has_key(result)) return "it has a result without a key";
  }
  return {};
}

std::string fault_of_aggregation(const JsonNode& answer) {
  const JsonNode* const batch = member(answer, "batch");
  const JsonNode* const results = batch ? member(*batch, "aggregationResults") : nullptr;
  if (!results || !results->IsArray() || results->Size() != 1) return "it has no figure";
  const JsonNode* const figures = member((*results)[0], "aggregateProperties");
  return figures && member(*figures, "figure") ? std::string() : "it has no figure";
}

std::string fault_of_beginning(const JsonNode& answer) {
  return text_member(answer, "transaction").empty() ? "it has no transaction" : std::string();
}

}  // namespace dropzone::datastore
