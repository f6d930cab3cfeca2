#include "write/record_writer.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include <dropzone/mutex.h>

#include "write/commit_source.h"
#include "write/commit_writes.h"
#include "write/pending_write.h"

namespace dropzone::datastore {
namespace {

// What is left of a commit's bytes for its receipt: one part in so many.
constexpr std::size_t kShareOfReceipt = 8;

bool are_insertions(const PendingWrites& writes) {
  return std::all_of(writes.begin(), writes.end(),
                     [](const PendingWrite* write) { return is_insertion(*write->write); });
}

PendingWrites each_of(std::span<PendingWrite> writes) {
  PendingWrites each;
  for (PendingWrite& write : writes) each.push_back(&write);
  return each;
}

Result<void> commit(const CommitContext& context, PendingWrites writes, CommitSource::Cut cut,
                    BatchReceipts* receipts) {
  return cut == CommitSource::Cut::anywhere && are_insertions(writes)
             ? commit_insertions(context, std::move(writes), Atomicity::partial)
             : commit_conditionally(context, std::move(writes), receipts);
}

/// Commits what a source gives, several at once.
class CommitRun {
 public:
  CommitRun(const CommitContext& context, CommitSource& source, CommitSource::Cut cut,
            BatchReceipts* receipts)
      : context_(context), source_(source), cut_(cut), receipts_(receipts) {}

  /// After a failure those that have not begun are left.
  Result<void> run(std::size_t parallel) {
    std::vector<std::thread> helpers;
    std::vector<PendingWrite> first = source_.next();
    // One that is all there is takes no thread.
    for (std::size_t i = 1; i < parallel; ++i) {
      std::vector<PendingWrite> more = source_.next();
      if (more.empty()) break;
      helpers.emplace_back([this, commit = std::move(more)]() mutable { work(std::move(commit)); });
    }
    work(std::move(first));
    for (std::thread& helper : helpers) helper.join();
    const MutexLock lock(mutex_);
    if (error_) return *std::move(error_);
    return {};
  }

  [[nodiscard]] bool wrote_any() const noexcept { return written_ > 0; }

 private:
  // What is thrown, for want of memory, ends no thread.
  void work(std::vector<PendingWrite> commit) {
    try {
      for (; !commit.empty(); commit = source_.next()) {
        auto done = write(commit);
        if (!done) return give_up(std::move(done).error());
        ++written_;
        forget(commit);
      }
    } catch (const std::exception& exception) {
      give_up(outcome_unknown({.cause = exception.what()}));
    }
  }

  Result<void> write(std::vector<PendingWrite>& commit_writes) {
    MemoryHold hold(context_.call.memory);
    if (auto held = hold.grow(bytes_of(commit_writes)); !held) return held;
    return commit(context_, each_of(commit_writes), cut_, receipts_);
  }

  // What a commit holds besides the request that it is made of: the entities, and the call's body.
  static std::size_t bytes_of(const std::vector<PendingWrite>& commit_writes) {
    std::size_t bytes = 0;
    for (const PendingWrite& one : commit_writes) bytes += 2 * mutation_bytes(one);
    return bytes;
  }

  void give_up(Error error) {
    source_.stop();
    const MutexLock lock(mutex_);
    if (!error_) error_ = std::move(error);
  }

  const CommitContext& context_;
  CommitSource& source_;
  const CommitSource::Cut cut_;
  BatchReceipts* const receipts_;
  std::atomic<std::size_t> written_ = 0;
  Mutex mutex_;
  std::optional<Error> error_ DROPZONE_GUARDED_BY(mutex_);
};

bool is_refused(const WriteOutcome& outcome) { return outcome.status == WriteStatus::refused; }

// The first that was refused, if any, is why the others are aborted.
void abort_others(std::span<WriteOutcome> outcomes) {
  const auto first = std::find_if(outcomes.begin(), outcomes.end(), is_refused);
  if (first == outcomes.end()) return;
  for (auto outcome = outcomes.begin(); outcome != outcomes.end(); ++outcome) {
    if (outcome != first) *outcome = {};
  }
}

Error too_large_to_be_atomic(const CommitLimits& limits) {
  return {ErrorCode::atomic_too_large,
          "An atomic batch must fit one transaction of Datastore's: at most " +
              std::to_string(limits.mutations) + " records and " + std::to_string(limits.bytes) +
              " bytes."};
}

Result<void> write_atomically(const CommitContext& context, std::span<Write> all,
                              std::span<WriteOutcome> outcomes, const CommitLimits& limits,
                              BatchReceipts* receipts) {
  std::vector<PendingWrite> encoded;
  bool any_faults = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].joined = i > 0;
    encoded.push_back(encode_write(context.partition, all[i], outcomes[i]));
    any_faults |= encoded.back().fault.has_value();
    if (encoded.back().fault) outcomes[i] = {WriteStatus::refused, *encoded.back().fault, {}};
  }
  PendingWrites writes = each_of(encoded);
  if (!fit_one_commit(writes, limits)) return too_large_to_be_atomic(limits);
  if (any_faults && !receipts) return abort_others(outcomes), Result<void>();
  const bool insert =
      !receipts && are_insertions(writes) && !any_skips(writes) && !have_duplicates(writes);
  auto done = insert ? commit_insertions(context, std::move(writes), Atomicity::atomic)
                     : commit_conditionally(context, std::move(writes), receipts);
  abort_others(outcomes);
  return done;
}

// Whether they cannot be cut into commits that are carried out side by side.
bool have_groups(std::span<const Write> writes) {
  return std::ranges::any_of(writes, [](const Write& write) { return write.joined; });
}

// One turn after the other, in the order of the writes.
std::vector<std::vector<std::size_t>> all_in_one_turn(std::size_t count) {
  std::vector<std::vector<std::size_t>> turns(1);
  for (std::size_t i = 0; i < count; ++i) turns.front().push_back(i);
  return turns;
}

}  // namespace

Result<std::vector<WriteOutcome>> RecordWriter::write(std::vector<Write> writes,
                                                      Atomicity atomicity, const Receipts* receipts,
                                                      const CallOptions& options) {
  if (options.is_over()) return deadline_exceeded();
  const CommitContext context{channel_, retrier_, transactions_, gate_, partition_, options};
  std::vector<WriteOutcome> outcomes(writes.size());
  if (writes.empty()) return outcomes;
  CommitLimits limits = limits_.commit;
  std::optional<BatchReceipts> batch_receipts;
  if (receipts) {
    batch_receipts.emplace(BatchReceipts{*receipts, writes.data()});
    limits.mutations = std::max<std::size_t>(limits.mutations - 1, 1);
    limits.bytes -= limits.bytes / kShareOfReceipt;
  }
  BatchReceipts* const made = batch_receipts ? &*batch_receipts : nullptr;
  if (atomicity == Atomicity::atomic) {
    auto done = write_atomically(context, writes, outcomes, limits, made);
    if (!done) return done.error();
    return outcomes;
  }
  const bool in_order = receipts || have_groups(writes);
  const auto cut = in_order ? CommitSource::Cut::between_groups : CommitSource::Cut::anywhere;
  bool wrote_any = false;
  for (const std::vector<std::size_t>& turn :
       in_order ? all_in_one_turn(writes.size()) : split_conflicting(writes)) {
    CommitSource source(turn, writes, outcomes, partition_, limits, cut);
    CommitRun run(context, source, cut, made);
    auto done = run.run(in_order ? 1 : limits_.parallel_commits);
    wrote_any |= run.wrote_any();
    if (!done) {
      // Who repeats after `unavailable` would double what was stored.
      const bool is_refused = made && made->refusal;
      return wrote_any && !is_refused ? outcome_unknown(std::move(done).error())
                                      : std::move(done).error();
    }
  }
  return outcomes;
}

}  // namespace dropzone::datastore
