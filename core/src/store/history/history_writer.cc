#include <dropzone/store/history_writer.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "store/drop_zone/turns.h"
#include "store/history/history_plan.h"

namespace dropzone {
namespace {

// What is read, copied and written at once.
constexpr std::size_t kPart = 500;

// Whoever loses so often meets writers in other processes.
constexpr int kMostHistoryRounds = 1'000;

constexpr Projection kOriginals{.original = true, .meta = true, .data = false};

Error written_by_others() {
  return {.code = ErrorCode::unavailable,
          .detail =
              "Other writers changed the record again and again before this change could be "
              "made; repeat it a little later.",
          .retry_after = 1};
}

/// An error after parts were written.
Error known_in_part(Error error) {
  if (error.code == ErrorCode::unavailable) error.code = ErrorCode::outcome_unknown;
  return error;
}

std::size_t bytes_of(const Write& write) {
  return sizeof(Write) + write.original.size() + 2 * write.data_json.size();
}

/// The receipts of a batch as those of a plan for some of its writes. If one of these met another
/// writer, its transaction is undone.
class PlanReceipts final : public Receipts {
 public:
  /// The plan begins with the write of the batch at `first_write`, where also the outcomes begin.
  PlanReceipts(const Receipts& receipts, const HistoryPlan& plan, std::size_t first_write,
               std::span<WriteOutcome> outcomes)
      : receipts_(receipts), plan_(plan), first_write_(first_write), outcomes_(outcomes) {}

  [[nodiscard]] std::string kind() const override { return receipts_.kind(); }
  [[nodiscard]] std::string id(std::size_t first) const override {
    return receipts_.id(first_write_ + plan_.group_at(first));
  }

  [[nodiscard]] Write receipt(std::size_t first,
                              std::span<const WriteOutcome> outcomes) const override {
    const std::size_t begin = plan_.group_at(first);
    const std::size_t end = plan_.group_at(first + outcomes.size());
    lost_from_.reset();
    for (std::size_t group = begin; group < end; ++group) {
      auto settled = plan_.settle(group, begin, outcomes);
      if (!settled) lost_from_ = begin;
      outcomes_[group] = settled ? *std::move(settled) : WriteOutcome{};
    }
    Write receipt = receipts_.receipt(first_write_ + begin, outcomes_.subspan(begin, end - begin));
    if (lost_from_) {
      receipt.if_exists = IfExists::replace;
      receipt.if_version = "-";  // There is no such version: it is refused.
    }
    return receipt;
  }

  /// The first write of the transaction that was undone because of another writer.
  [[nodiscard]] std::optional<std::size_t> lost_from() const noexcept { return lost_from_; }

 private:
  const Receipts& receipts_;
  const HistoryPlan& plan_;
  const std::size_t first_write_;
  const std::span<WriteOutcome> outcomes_;
  mutable std::optional<std::size_t> lost_from_;  // The repository asks in one thread at a time.
};

}  // namespace

/// One call of write().
class HistoryWriter::Run {
 public:
  Run(const Ports& ports, Turns& turns, const Kind& kind, std::vector<Write> writes,
      Atomicity atomicity, const Receipts* receipts, const CallOptions& options)
      : ports_(ports),
        turns_(turns),
        kind_(kind),
        writes_(std::move(writes)),
        atomicity_(atomicity),
        receipts_(receipts),
        options_(options),
        outcomes_(writes_.size()) {}

  Result<std::vector<WriteOutcome>> run() {
    const std::size_t part = atomicity_ == Atomicity::atomic ? writes_.size() : kPart;
    for (std::size_t begin = 0; begin < writes_.size(); begin += part) {
      auto done = write_part(begin, std::min(begin + part, writes_.size()));
      if (!done) return wrote_any_ ? known_in_part(std::move(done).error()) : done.error();
    }
    return std::move(outcomes_);
  }

 private:
  using Places = std::vector<std::size_t>;  ///< Of writes in the batch.

  Result<void> write_part(std::size_t begin, std::size_t end) {
    Places pending(end - begin);
    std::iota(pending.begin(), pending.end(), begin);
    Turns::Turn turn;
    for (int round = 0; round < kMostHistoryRounds; ++round) {
      if (options_.is_over()) return deadline_exceeded();
      DROPZONE_TRY(Places lost, write_once(pending));
      if (lost.empty()) return {};
      pending = std::move(lost);
      if (turn.is_held()) continue;
      DROPZONE_TRY(turn, turns_.take(kind_.name(), writes_[pending.front()].id, options_));
    }
    return written_by_others();
  }

  /// Returns the places of those that lost against other writers.
  Result<Places> write_once(const Places& pending) {
    MemoryHold hold(options_.memory);
    DROPZONE_TRY(HistoryStates states, read(pending, hold));
    HistoryPlan plan(ports_, kind_, states, options_.principal);
    for (const std::size_t place : pending) {
      DROPZONE_CHECK(hold.grow(bytes_of(writes_[place])));
      plan.add(writes_[place]);
    }
    return receipts_ ? commit_with_receipts(plan, pending) : commit(plan, pending);
  }

  Result<HistoryStates> read(const Places& pending, MemoryHold& hold) {
    HistoryStates states;
    std::set<std::string> changed;  // Those whose head counts: that are there, or will be.
    for (const std::size_t place : pending) {
      const Write& write = writes_[place];
      if (!HistoryPlan::may_replace(write)) continue;
      if (!states.try_emplace(write.id).second) changed.insert(write.id);
    }
    DROPZONE_CHECK(read_records(states, changed, hold));
    DROPZONE_CHECK(read_heads(states, changed));
    return states;
  }

  Result<void> read_records(HistoryStates& states, std::set<std::string>& changed,
                            MemoryHold& hold) {
    std::vector<std::string> ids;
    ids.reserve(states.size());
    for (const auto& [id, state] : states) ids.push_back(id);
    Result<void> held;
    DROPZONE_CHECK(ports_.repository.find(
        kind_.name(), ids, kOriginals,
        [&](const RecordView& view) {
          if (held) held = hold.grow(3 * view.original.size());  // Also as an entry, and encoded.
          if (!held) return;
          std::string id(view.id);
          HistoryState& state = states.find(id)->second;
          state.exists = true;
          state.stored_original = view.original;
          state.original = state.stored_original;
          state.meta = *view.meta;
          changed.insert(std::move(id));
        },
        options_));
    return held;
  }

  Result<void> read_heads(HistoryStates& states, const std::set<std::string>& changed) {
    if (changed.empty()) return {};
    std::map<std::string, HistoryHead*, std::less<>> heads;
    for (const std::string& id : changed) {
      heads.emplace(history_id(kind_.name(), id, *ports_.digest), &states.find(id)->second.head);
    }
    std::vector<std::string> ids;
    ids.reserve(heads.size());
    for (const auto& [id, head] : heads) ids.push_back(id);
    Result<void> read;
    DROPZONE_CHECK(ports_.repository.find(
        std::string(kHistoryKind), ids, kOriginals,
        [&](const RecordView& view) {
          auto head = read_head(view);
          if (head) {
            *heads.find(view.id)->second = *std::move(head);
          } else {
            read = std::move(head).error();
          }
        },
        options_));
    return read;
  }

  Result<Places> commit(HistoryPlan& plan, const Places& pending) {
    DROPZONE_TRY(const auto written,
                 ports_.repository.write(plan.take_writes(), atomicity_, options_));
    wrote_any_ = true;
    Places lost;
    for (std::size_t i = 0; i < pending.size(); ++i) {
      if (auto settled = plan.settle(i, 0, written)) {
        outcomes_[pending[i]] = *std::move(settled);
      } else {
        lost.push_back(pending[i]);
      }
    }
    if (!lost.empty() && atomicity_ == Atomicity::atomic) return pending;
    return lost;
  }

  /// The transactions before one that was undone are done: what is pending is the end of the part.
  Result<Places> commit_with_receipts(HistoryPlan& plan, const Places& pending) {
    const std::size_t first = pending.front();
    const PlanReceipts receipts(*receipts_, plan, first,
                                std::span(outcomes_).subspan(first, pending.size()));
    auto written =
        ports_.repository.write_with_receipts(plan.take_writes(), atomicity_, receipts, options_);
    if (written) {
      wrote_any_ = true;
      return Places();
    }
    const auto lost_from = receipts.lost_from();
    if (!lost_from || written.error().code != ErrorCode::precondition_failed) {
      return std::move(written).error();
    }
    return Places(pending.begin() + static_cast<std::ptrdiff_t>(*lost_from), pending.end());
  }

  const Ports& ports_;
  Turns& turns_;
  const Kind& kind_;
  const std::vector<Write> writes_;
  const Atomicity atomicity_;
  const Receipts* const receipts_;
  const CallOptions& options_;
  std::vector<WriteOutcome> outcomes_;
  bool wrote_any_ = false;
};

HistoryWriter::HistoryWriter(Ports ports) : ports_(ports), turns_(std::make_unique<Turns>()) {}

HistoryWriter::~HistoryWriter() = default;

Result<std::vector<WriteOutcome>> HistoryWriter::write(const Kind& kind, std::vector<Write> writes,
                                                       Atomicity atomicity,
                                                       const Receipts* receipts,
                                                       const CallOptions& options) {
  if (!kind.history() || std::ranges::none_of(writes, HistoryPlan::may_replace)) {
    return receipts ? ports_.repository.write_with_receipts(std::move(writes), atomicity, *receipts,
                                                            options)
                    : ports_.repository.write(std::move(writes), atomicity, options);
  }
  if (!ports_.digest) return no_digest_for_histories();
  return Run(ports_, *turns_, kind, std::move(writes), atomicity, receipts, options).run();
}

Result<std::vector<EraseStatus>> HistoryWriter::erase(const Kind& kind,
                                                      std::span<const Erase> erases,
                                                      const CallOptions& options) {
  if (!kind.history()) return ports_.repository.erase(kind.name(), erases, options);
  std::vector<Write> writes(erases.size());
  for (std::size_t i = 0; i < erases.size(); ++i) {
    writes[i].kind = kind.name();
    writes[i].id = erases[i].id;
    writes[i].if_version = erases[i].if_version;
    writes[i].erases = true;
  }
  DROPZONE_TRY(auto outcomes, write(kind, std::move(writes), Atomicity::partial, nullptr, options));
  std::vector<EraseStatus> statuses;
  statuses.reserve(outcomes.size());
  for (WriteOutcome& outcome : outcomes) {
    if (outcome.status == WriteStatus::erased) {
      statuses.push_back(EraseStatus::erased);
    } else if (outcome.error.code == ErrorCode::not_found) {
      statuses.push_back(EraseStatus::missing);
    } else if (outcome.error.code == ErrorCode::precondition_failed) {
      statuses.push_back(EraseStatus::precondition_failed);
    } else {
      return std::move(outcome.error);
    }
  }
  return statuses;
}

}  // namespace dropzone
