#include "write/streamed_job.h"

#include <algorithm>
#include <iterator>

namespace dropzone::sqlite {
namespace {

// So long in all a job keeps others waiting because its caller is slower than the store.
constexpr std::chrono::milliseconds kPatience{50};
// How often it looks whether others wait.
constexpr std::chrono::milliseconds kLook{5};

}  // namespace

void StreamedJob::add(std::vector<PreparedWrite> part) {
  {
    const MutexLock lock(mutex_);
    added_.emplace_back(writer_, std::move(part), Atomicity::partial, deadline_);
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

Result<void> StreamedJob::run() {
  bool is_last = false;
  while (!is_last) {
    std::list<WriteJob> parts;
    {
      MutexLock lock(mutex_);
      is_run_ = true;
      DROPZONE_CHECK(wait_for_part(lock));
      parts.swap(added_);
      is_last = state_ == State::ended;
    }
    const std::size_t before = begun_.size();
    begun_.splice(begun_.end(), parts);
    for (auto part = std::next(begun_.begin(), static_cast<std::ptrdiff_t>(before));
         part != begun_.end(); ++part) {
      DROPZONE_CHECK(part->run());
    }
  }
  return {};
}

// An error rolls the transaction back.
Result<void> StreamedJob::wait_for_part(MutexLock& lock) {
  using Clock = std::chrono::steady_clock;
  const auto is_ready = [this]() DROPZONE_REQUIRES(mutex_) {
    return !added_.empty() || state_ != State::open;
  };
  while (!is_ready() && !is_past(deadline_)) {
    if (waited_ > kPatience && others_wait_()) {
      state_ = State::given_up;
      break;
    }
    const auto begin = Clock::now();
    changed_.wait_for(lock, kLook, is_ready);
    waited_ += Clock::now() - begin;
  }
  if (state_ == State::given_up) return Error{ErrorCode::unavailable, "The batch was given up."};
  return is_ready() ? Result<void>() : deadline_exceeded();
}

bool StreamedJob::gave_up() const {
  const MutexLock lock(mutex_);
  return state_ == State::given_up;
}

std::vector<WriteOutcome> StreamedJob::take_outcomes() {
  std::vector<WriteOutcome> all;
  for (WriteJob& part : begun_) std::ranges::move(part.outcomes(), std::back_inserter(all));
  return all;
}

std::vector<Write> StreamedJob::take_writes() {
  const MutexLock lock(mutex_);
  std::vector<Write> all;
  for (std::list<WriteJob>* const parts : {&begun_, &added_}) {
    for (WriteJob& part : *parts) {
      for (PreparedWrite& prepared : part.writes()) all.push_back(std::move(prepared.write));
    }
  }
  return all;
}

}  // namespace dropzone::sqlite
