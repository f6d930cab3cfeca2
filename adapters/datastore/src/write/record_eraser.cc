#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "write/conditional_commit.h"
#include "write/record_writer.h"

namespace dropzone::datastore {
namespace {

/// Erases some records of a kind.
class EraseChanges final : public Changes {
 public:
  EraseChanges(const Partition& partition, const std::string& kind, std::span<const Erase> erases,
               std::span<EraseStatus> statuses)
      : partition_(partition), kind_(kind), erases_(erases), statuses_(statuses) {}

  [[nodiscard]] std::set<StateKey> keys() const override {
    std::set<StateKey> keys;
    for (const Erase& erase : erases_) {
      if (is_key(erase.id)) keys.emplace(kind_, erase.id);
    }
    return keys;
  }

  [[nodiscard]] bool name_versions() const override {
    return std::ranges::any_of(
        erases_, [](const Erase& erase) { return erase.if_version && *erase.if_version != "*"; });
  }

  Mutations plan(const States& there, Versions& planned) override {
    Mutations mutations;
    States left = there;
    for (std::size_t i = 0; i < erases_.size(); ++i) {
      const auto found = left.find({kind_, erases_[i].id});
      statuses_[i] = decide(erases_[i], present_as(found == left.end() ? nullptr : &found->second));
      if (statuses_[i] != EraseStatus::erased) continue;
      std::string key;
      append_key(key, partition_, kind_, erases_[i].id);
      mutations.add("delete", key, found->second.entity_version);
      planned.emplace(found->first, std::nullopt);
      left.erase(found);
    }
    return mutations;
  }

  [[nodiscard]] std::vector<std::unique_ptr<Changes>> halves() override {
    std::vector<std::unique_ptr<Changes>> parts;
    if (erases_.size() == 1) return parts;
    const std::size_t middle = erases_.size() / 2;
    parts.push_back(part(0, middle));
    parts.push_back(part(middle, erases_.size() - middle));
    return parts;
  }

  Result<bool> refuse(const CommitContext& /*context*/, const RpcReply& reply) override {
    return to_error(reply);
  }

 private:
  [[nodiscard]] std::unique_ptr<Changes> part(std::size_t first, std::size_t count) const {
    return std::make_unique<EraseChanges>(partition_, kind_, erases_.subspan(first, count),
                                          statuses_.subspan(first, count));
  }

  const Partition& partition_;
  const std::string& kind_;
  const std::span<const Erase> erases_;
  const std::span<EraseStatus> statuses_;
};

}  // namespace

Result<std::vector<EraseStatus>> RecordWriter::erase(const std::string& kind,
                                                     std::span<const Erase> erases,
                                                     const CallOptions& options) {
  if (options.is_over()) return deadline_exceeded();
  const CommitContext context{channel_, retrier_, transactions_, gate_, partition_, options};
  std::vector<EraseStatus> statuses(erases.size(), EraseStatus::missing);
  for (std::size_t i = 0; i < erases.size(); i += limits_.commit.mutations) {
    const std::size_t count = std::min(limits_.commit.mutations, erases.size() - i);
    EraseChanges changes(partition_, kind, erases.subspan(i, count),
                         std::span(statuses).subspan(i, count));
    auto done = commit_changes(context, changes, Reading::free);
    if (!done) return i == 0 ? done.error() : outcome_unknown(std::move(done).error());
  }
  return statuses;
}

}  // namespace dropzone::datastore
