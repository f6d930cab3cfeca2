#include "ledger.h"

#include <charconv>
#include <utility>

namespace dropzone::durability {
namespace {

std::int64_t number_of(std::string_view text) {
  std::int64_t number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The number in {"n":7,…}.
std::int64_t number_in(std::string_view json) { return number_of(json.substr(json.find(':') + 1)); }

}  // namespace

void Ledger::add(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  const std::string_view word = line.substr(0, first);
  const std::string id(line.substr(first + 1, second - first - 1));
  if (word == "single") singles_.insert(id);
  if (word == "batch") batches_.insert(id);
  if (word == "counter") {
    auto& promised = counters_[id];
    promised = std::max(promised, number_of(line.substr(second + 1)));
  }
}

std::string Ledger::check(RecordRepository& repository) const {
  std::map<std::string, int> batch_sizes;
  std::map<std::string, std::int64_t> counters;
  std::set<std::string> singles;
  std::string fault;
  Query query{.kind = "storm", .filter = {}, .order = {}, .after = {}, .limit = 1'000};
  do {
    auto page = repository.query(
        query, {.original = true},
        [&](const RecordView& view) {
          const std::string id(view.id);
          const std::int64_t number = number_in(view.data);
          if (number != number_in(view.original)) fault = id + " is mixed of two writes";
          if (id.starts_with("counter")) counters[id] = number;
          if (id.starts_with("single")) singles.insert(id);
          if (id.starts_with("batch")) ++batch_sizes[id.substr(0, id.rfind('-'))];
        },
        kNoDeadline);
    if (!page) return "a query failed: " + page.error().detail;
    query.after = *std::move(page);
  } while (query.after);

  for (const std::string& id : singles_) {
    if (!singles.contains(id)) fault = id + " was confirmed and is not there";
  }
  for (const auto& [batch, size] : batch_sizes) {
    if (size != kAtomicBatch) fault = batch + " is there by halves";
  }
  for (const std::string& batch : batches_) {
    if (!batch_sizes.contains(batch)) fault = batch + " was confirmed and is not there";
  }
  for (const auto& [id, promised] : counters_) {
    const auto found = counters.find(id);
    if (found == counters.end() || found->second < promised)
      fault = id + " is older than confirmed";
  }

  // The index agrees with the records.
  const auto counted = [&](Filter filter) -> std::int64_t {
    const auto count = repository.aggregate(
        {.kind = "storm", .filter = std::move(filter), .count = true, .sums = {}, .averages = {}},
        kNoDeadline);
    return count ? count->count.value_or(-1) : -1;
  };
  std::size_t total = singles.size() + counters.size();
  for (const auto& [batch, size] : batch_sizes) total += static_cast<std::size_t>(size);
  const Condition any{FieldPath::parse("n").value(), Operator::greater_or_equal, 0};
  if (counted({}) != static_cast<std::int64_t>(total) ||
      counted({any}) != static_cast<std::int64_t>(total)) {
    fault = "the counts or the index are of other records";
  }
  return fault;
}

}  // namespace dropzone::durability
