#include "record_writer.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "commit_writes.h"
#include "pending_write.h"

namespace dropzone::datastore {
namespace {

using Commit = std::span<PendingWrite>;

bool are_insertions(Commit writes) {
  return std::all_of(writes.begin(), writes.end(),
                     [](const PendingWrite& write) { return is_insertion(*write.write); });
}

PendingWrites each_of(Commit writes) {
  PendingWrites each;
  for (PendingWrite& write : writes) each.push_back(&write);
  return each;
}

Result<void> commit(const CommitContext& context, Commit writes) {
  return are_insertions(writes) ? commit_insertions(context, each_of(writes), Atomicity::partial)
                                : commit_transaction(context, each_of(writes), Atomicity::partial);
}

/// Commits several at once. After a failure those that have not begun are left.
Result<void> commit_all(const CommitContext& context, const std::vector<Commit>& commits,
                        std::size_t parallel) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> error;
  const auto work = [&] {
    for (std::size_t i = next++; i < commits.size(); i = next++) {
      auto done = commit(context, commits[i]);
      if (done) continue;
      next = commits.size();
      const std::lock_guard lock(mutex);
      if (!error) error = std::move(done).error();
    }
  };
  std::vector<std::thread> helpers;
  for (std::size_t i = 1; i < std::min(parallel, commits.size()); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  if (error) return *std::move(error);
  return {};
}

bool is_refused(const WriteOutcome& outcome) { return outcome.status == WriteStatus::refused; }

// The first that was refused, if any, is why the others are aborted.
void abort_others(std::span<WriteOutcome> outcomes) {
  const auto first = std::find_if(outcomes.begin(), outcomes.end(), is_refused);
  if (first == outcomes.end()) return;
  for (auto outcome = outcomes.begin(); outcome != outcomes.end(); ++outcome) {
    if (outcome != first) *outcome = {};
  }
}

bool have_duplicates(std::span<const PendingWrite> writes) {
  std::vector<std::pair<std::string_view, std::string_view>> keys;
  for (const PendingWrite& write : writes) keys.emplace_back(write.write->kind, write.write->id);
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

Result<void> write_atomically(const CommitContext& context, std::span<PendingWrite> writes,
                              std::span<WriteOutcome> outcomes,
                              const RecordWriter::Limits& limits) {
  if (cut_commits(writes, limits.commit_mutations, limits.commit_bytes).size() > 1) {
    return Error{ErrorCode::atomic_too_large,
                 "An atomic batch must fit one transaction of Datastore's: at most " +
                     std::to_string(limits.commit_mutations) + " records and " +
                     std::to_string(limits.commit_bytes) + " bytes."};
  }
  if (writes.size() < outcomes.size()) return abort_others(outcomes), Result<void>();
  const bool insert = are_insertions(writes) && !have_duplicates(writes);
  auto done = insert ? commit_insertions(context, each_of(writes), Atomicity::atomic)
                     : commit_transaction(context, each_of(writes), Atomicity::atomic);
  abort_others(outcomes);
  return done;
}

}  // namespace

Result<std::vector<WriteOutcome>> RecordWriter::write(std::vector<Write> writes,
                                                      Atomicity atomicity,
                                                      const CallOptions& options) {
  if (is_past(options.deadline)) {
    return too_late();
  }
  const CommitContext context{channel_, retrier_, gate_, partition_, options};
  std::vector<WriteOutcome> outcomes(writes.size());
  std::vector<PendingWrite> pending = encode_writes(partition_, writes, outcomes);
  if (atomicity == Atomicity::atomic) {
    auto done = write_atomically(context, pending, outcomes, limits_);
    if (!done) return done.error();
    return outcomes;
  }
  for (std::vector<PendingWrite>& turn : by_turns(std::move(pending))) {
    const auto commits = cut_commits(turn, limits_.commit_mutations, limits_.commit_bytes);
    auto done = commit_all(context, commits, limits_.parallel_commits);
    if (!done) return done.error();
  }
  return outcomes;
}

}  // namespace dropzone::datastore
