#include "write/streamed_job.h"

#include <algorithm>
#include <iterator>

namespace dropzone::sqlite {
namespace {

// So long in all others wait because the caller is slower than the store.
constexpr std::chrono::milliseconds kPatience{50};
// How often the job looks whether others wait.
constexpr std::chrono::milliseconds kLook{5};
// Index entries of so many bytes of records are sorted together. With more of them each page is
// visited less often, with fewer of them less is left to write once the caller has ended the batch.
// Small records are made so fast that only the former counts.
constexpr std::size_t kSortedTogether = std::size_t{4} << 20;

}  // namespace

void StreamedJob::add(std::vector<PreparedWrite> part) {
  {
    const MutexLock lock(mutex_);
    std::ranges::move(part, std::back_inserter(added_));
  }
  changed_.notify_one();
}

void StreamedJob::end() { leave_open(State::ended); }

void StreamedJob::give_up() { leave_open(State::given_up); }

void StreamedJob::leave_open(State state) {
  {
    const MutexLock lock(mutex_);
    if (state_ == State::open) state_ = state;
  }
  changed_.notify_one();
}

bool StreamedJob::withdraw() {
  const MutexLock lock(mutex_);
  if (is_run_) return false;
  state_ = State::given_up;
  return true;
}

void StreamedJob::abandon() {
  give_up();
  std::vector<PreparedWrite> unused;
  const MutexLock lock(mutex_);
  if (state_ == State::given_up) unused.swap(added_);
}

Result<void> StreamedJob::run() {
  bool is_last = false;
  for (std::size_t unflushed = 0; !is_last;) {
    std::vector<PreparedWrite> part;
    {
      MutexLock lock(mutex_);
      is_run_ = true;
      DROPZONE_CHECK(wait_for_part(lock));
      part.swap(added_);
      is_last = state_ == State::ended;
    }
    WriteJob& job = begun_.emplace_back(writer_, std::move(part), Atomicity::partial, deadline_);
    DROPZONE_CHECK(job.run_unflushed());
    std::ranges::move(job.outcomes(), std::back_inserter(outcomes_));
    unflushed += job.bytes();
    if (unflushed < kSortedTogether && !is_last) continue;
    DROPZONE_CHECK(writer_.indexes().flush());
    unflushed = 0;
  }
  return {};
}

// An error rolls the transaction back.
Result<void> StreamedJob::wait_for_part(MutexLock& lock) {
  const auto is_ready = [this]() DROPZONE_REQUIRES(mutex_) {
    return !added_.empty() || state_ != State::open;
  };
  while (!is_ready() && !is_past(deadline_)) {
    const bool keeps_others_waiting = others_wait_();
    if (keeps_others_waiting && kept_waiting_ > kPatience) {
      state_ = State::given_up;
      break;
    }
    const auto begin = std::chrono::steady_clock::now();
    changed_.wait_for(lock, kLook, is_ready);
    const auto duration = std::chrono::steady_clock::now() - begin;
    waited_ += duration;
    if (keeps_others_waiting) kept_waiting_ += duration;
  }
  if (state_ == State::given_up) return Error{ErrorCode::unavailable, "The batch was given up."};
  return is_ready() ? Result<void>() : deadline_exceeded();
}

bool StreamedJob::gave_up() const {
  const MutexLock lock(mutex_);
  return state_ == State::given_up;
}

std::vector<Write> StreamedJob::take_writes() {
  const MutexLock lock(mutex_);
  std::vector<Write> all;
  const auto take = [&all](std::vector<PreparedWrite>& writes) {
    for (PreparedWrite& prepared : writes) all.push_back(std::move(prepared.write));
  };
  for (WriteJob& job : begun_) take(job.writes());
  take(added_);
  return all;
}

}  // namespace dropzone::sqlite
