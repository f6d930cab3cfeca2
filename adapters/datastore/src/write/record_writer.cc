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

bool are_insertions(const PendingWrites& writes) {
  return std::all_of(writes.begin(), writes.end(),
                     [](const PendingWrite* write) { return is_insertion(*write->write); });
}

PendingWrites each_of(std::span<PendingWrite> writes) {
  PendingWrites each;
  for (PendingWrite& write : writes) each.push_back(&write);
  return each;
}

Result<void> commit(const CommitContext& context, PendingWrites writes) {
  return are_insertions(writes)
             ? commit_insertions(context, std::move(writes), Atomicity::partial)
             : commit_conditionally(context, std::move(writes), Atomicity::partial);
}

/// Commits what a source gives, several at once.
class CommitRun {
 public:
  CommitRun(const CommitContext& context, CommitSource& source)
      : context_(context), source_(source) {}

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
    return commit(context_, each_of(commit_writes));
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

bool have_duplicates(const PendingWrites& writes) {
  std::vector<std::pair<std::string_view, std::string_view>> keys;
  for (const PendingWrite* const write : writes) {
    keys.emplace_back(write->write->kind, write->write->id);
  }
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

Result<void> write_atomically(const CommitContext& context, std::span<Write> all,
                              std::span<WriteOutcome> outcomes,
                              const RecordWriter::Limits& limits) {
  std::vector<PendingWrite> encoded;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (auto write = encode_write(context.partition, all[i], outcomes[i])) {
      encoded.push_back(*std::move(write));
    }
  }
  PendingWrites writes = each_of(encoded);
  if (!fit_one_commit(writes, limits.commit)) {
    return Error{ErrorCode::atomic_too_large,
                 "An atomic batch must fit one transaction of Datastore's: at most " +
                     std::to_string(limits.commit.mutations) + " records and " +
                     std::to_string(limits.commit.bytes) + " bytes."};
  }
  if (writes.size() < outcomes.size()) return abort_others(outcomes), Result<void>();
  const bool insert = are_insertions(writes) && !any_skips(writes) && !have_duplicates(writes);
  auto done = insert ? commit_insertions(context, std::move(writes), Atomicity::atomic)
                     : commit_conditionally(context, std::move(writes), Atomicity::atomic);
  abort_others(outcomes);
  return done;
}

}  // namespace

Result<std::vector<WriteOutcome>> RecordWriter::write(std::vector<Write> writes,
                                                      Atomicity atomicity,
                                                      const CallOptions& options) {
  if (options.is_over()) return deadline_exceeded();
  const CommitContext context{channel_, retrier_, transactions_, gate_, partition_, options};
  std::vector<WriteOutcome> outcomes(writes.size());
  if (atomicity == Atomicity::atomic) {
    auto done = write_atomically(context, writes, outcomes, limits_);
    if (!done) return done.error();
    return outcomes;
  }
  bool wrote_any = false;
  for (const std::vector<std::size_t>& turn : split_conflicting(writes)) {
    CommitSource source(turn, writes, outcomes, partition_, limits_.commit);
    CommitRun run(context, source);
    auto done = run.run(limits_.parallel_commits);
    wrote_any |= run.wrote_any();
    if (!done) {
      // Who repeats after `unavailable` would double what was stored.
      return wrote_any ? outcome_unknown(std::move(done).error()) : std::move(done).error();
    }
  }
  return outcomes;
}

}  // namespace dropzone::datastore
