#include "write/group_commit.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <string>
#include <typeinfo>
#include <utility>

namespace dropzone::sqlite {
namespace {

// Of the exception that is being handled, as far as there is memory for words.
void describe_exception(Error& error) noexcept {
  try {
    error.detail = error.code == ErrorCode::internal ? "A write failed, and was undone."
                                                     : "A write failed, and may have been done.";
    try {
      throw;
    } catch (const std::exception& exception) {
      error.cause = std::string(typeid(exception).name()) + ": " + exception.what();
    }
  } catch (...) {  // Not a std::exception, or no memory.
  }
}

// On Linux, of this thread alone. One that runs only where no other wants to is nicer than any.
int thread_niceness() noexcept {
  constexpr int kIdle = 20;
  return ::sched_getscheduler(0) == SCHED_IDLE ? kIdle : ::getpriority(PRIO_PROCESS, 0);
}

}  // namespace

GroupCommit::GroupCommit(CommitTarget& target, Limits limits, CommitObserver& observer)
    : target_(target), limits_(limits), observer_(observer), niceness_(thread_niceness()) {
  for (auto& committer : committers_) committer = std::thread([this] { commit_for_others(); });
}

GroupCommit::~GroupCommit() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  committer_wakes_.notify_all();
  for (auto& committer : committers_) committer.join();
}

Result<void> GroupCommit::submit(CommitJob& job) {
  const auto ticket = std::make_shared<Ticket>(job, thread_niceness() <= niceness_);
  if (!enter(ticket)) {
    const State state = wait(*ticket);
    if (state == State::waiting) return deadline_exceeded();
    if (state == State::done) return std::move(ticket->result);
  }
  lead(ticket.get());
  return std::move(ticket->result);
}

void GroupCommit::submit_async(std::shared_ptr<CommitJob> job,
                               std::function<void(Result<void>)> done) {
  enter(std::make_shared<Ticket>(std::move(job), std::move(done)));
}

void GroupCommit::commit_for_others() {
  MutexLock lock(mutex_);
  for (;;) {
    committer_wakes_.wait(
        lock, [&]() DROPZONE_REQUIRES(mutex_) { return committer_wanted_ || stopping_; });
    if (!std::exchange(committer_wanted_, false)) return;
    lock.unlock();
    lead(nullptr);
    lock.lock();
  }
}

void GroupCommit::lead(const Ticket* own) {
  const Group group = take_group();
  execute(group);
  hand_on();
  for (const auto& ticket : group) {
    if (ticket.get() != own) complete(*ticket);
  }
}

bool GroupCommit::enter(const std::shared_ptr<Ticket>& ticket) {
  {
    const MutexLock lock(mutex_);
    waiting_.push_back(ticket);
    depth_.store(waiting_.size(), std::memory_order_relaxed);
    if (std::exchange(led_, true)) return false;
    if (ticket->may_lead) return true;
    committer_wanted_ = true;
  }
  committer_wakes_.notify_one();  // It takes the lock as soon as it wakes.
  return false;
}

// Returns `waiting` only for a ticket that was withdrawn because its time ran out.
GroupCommit::State GroupCommit::wait(Ticket& ticket) {
  const auto has_changed = [&] { return ticket.state != State::waiting; };
  const Deadline deadline = ticket.job.deadline();
  {
    MutexLock lock(ticket.mutex);
    if (deadline == kNoDeadline) {
      ticket.changed.wait(lock, has_changed);
      return ticket.state;
    }
    if (ticket.changed.wait_until(lock, deadline, has_changed)) return ticket.state;
  }
  if (withdraw(ticket)) return State::waiting;
  MutexLock lock(ticket.mutex);
  ticket.changed.wait(lock, has_changed);
  return ticket.state;
}

// Not if it is in a group already, or shall lead one.
bool GroupCommit::withdraw(const Ticket& ticket) {
  const MutexLock lock(mutex_);
  const auto found = std::ranges::find(waiting_, &ticket, &std::shared_ptr<Ticket>::get);
  if (found == waiting_.end() || (*found)->state == State::leading) return false;
  waiting_.erase(found);
  depth_.store(waiting_.size(), std::memory_order_relaxed);
  return true;
}

GroupCommit::Group GroupCommit::take_group() noexcept {
  const MutexLock lock(mutex_);
  Group group;
  std::size_t bytes = 0;
  while (!waiting_.empty() && group.size() < limits_.jobs && bytes < limits_.bytes) {
    const CommitJob& next = waiting_.front()->job;
    if (next.runs_alone() && !group.empty()) break;
    bytes += next.bytes();
    group.splice(group.end(), waiting_, waiting_.begin());
    if (next.runs_alone()) break;
  }
  depth_.store(waiting_.size(), std::memory_order_relaxed);
  return group;
}

void GroupCommit::execute(const Group& group) noexcept {
  if (group.empty()) return;  // Its caller has withdrawn.
  const auto begin = std::chrono::steady_clock::now();
  auto outcome = run_guarded(group);
  if (outcome) {
    auto duration = std::chrono::steady_clock::now() - begin;
    for (const auto& ticket : group) duration -= ticket->job.waited();
    observer_.committed(group.size(), duration);
    return;
  }
  target_.roll_back();
  for (const auto& ticket : group) {
    if (ticket->result) fail(*ticket, outcome.error());
  }
}

// An exception that left the leader would leave the others waiting for ever.
Result<void> GroupCommit::run_guarded(const Group& group) noexcept {
  bool commits = false;
  try {
    return run(group, commits);
  } catch (...) {
    Error error{.code = commits ? ErrorCode::outcome_unknown : ErrorCode::internal};
    describe_exception(error);
    return error;
  }
}

Result<void> GroupCommit::run(const Group& group, bool& commits) {
  if (auto begun = target_.begin(); !begun) return begun;
  for (const auto& ticket : group) {
    if (is_past(ticket->job.deadline())) {
      ticket->result = deadline_exceeded();
      continue;
    }
    if (auto done = ticket->job.run(); !done) return done;
  }
  commits = true;
  return target_.commit();
}

void GroupCommit::fail(Ticket& ticket, const Error& error) noexcept {
  try {
    ticket.result = error;
  } catch (...) {
    Error brief;
    brief.code = error.code;
    ticket.result = std::move(brief);
  }
}

// The caller of the next job leads the next group, or one of our threads in its place.
void GroupCommit::hand_on() {
  {
    const MutexLock lock(mutex_);
    led_ = !waiting_.empty();
    if (!led_) return;
    Ticket& next = *waiting_.front();
    if (next.may_lead) return tell(next, State::leading);
    committer_wanted_ = true;
  }
  committer_wakes_.notify_one();
}

void GroupCommit::complete(Ticket& ticket) noexcept {
  if (!ticket.done) {
    tell(ticket, State::done);
    return;
  }
  try {
    ticket.done(std::move(ticket.result));
  } catch (...) {  // The others need an answer, too.
  }
}

void GroupCommit::tell(Ticket& ticket, State state) {
  {
    const MutexLock lock(ticket.mutex);
    ticket.state = state;
  }
  ticket.changed.notify_one();
}

}  // namespace dropzone::sqlite
