#include "write/space_keeper.h"

#include <string>
#include <utility>

#include "write/commit_jobs.h"

namespace dropzone::sqlite {
namespace {

// Fewer free pages are soon used again.
constexpr std::int64_t kFewPages = 64;
// Of a piece, for which others wait.
constexpr std::int64_t kPagesAtOnce = 512;

}  // namespace

SpaceKeeper::SpaceKeeper(GroupCommit& queue, Connection& writer, Checkpointer& checkpointer,
                         const CommitMeter& meter, Settings settings)
    : queue_(queue),
      writer_(writer),
      checkpointer_(checkpointer),
      meter_(meter),
      settings_(settings),
      thread_([this] { run(); }) {}

void SpaceKeeper::stop() {
  {
    const MutexLock lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void SpaceKeeper::freed() noexcept {
  {
    const MutexLock lock(mutex_);
    if (std::exchange(freed_, true)) return;
  }
  changed_.notify_all();
}

void SpaceKeeper::run() {
  MutexLock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this]() DROPZONE_REQUIRES(mutex_) { return freed_ || stop_; });
    if (stop_) return;
    if (!wait_until_idle(lock)) return;
    freed_ = false;
    lock.unlock();
    const Outcome outcome = keep();
    lock.lock();
    if (outcome == Outcome::done) continue;
    freed_ = true;
    if (outcome == Outcome::failed) {
      changed_.wait_for(lock, settings_.retry,
                        [this]() DROPZONE_REQUIRES(mutex_) { return stop_; });
    }
  }
}

// Under load the log begins again by itself, and is cut then. False: it is to stop.
bool SpaceKeeper::wait_until_idle(MutexLock& lock) DROPZONE_NO_LOCK_ANALYSIS {
  lock.unlock();
  (void)commit([this] { return writer_.execute("PRAGMA journal_size_limit = 0"); });
  lock.lock();
  for (std::uint64_t before = commits();; before = commits()) {
    if (changed_.wait_for(lock, settings_.idle,
                          [this]() DROPZONE_REQUIRES(mutex_) { return stop_; }))
      return false;
    if (commits() == before) return true;
  }
}

SpaceKeeper::Outcome SpaceKeeper::keep() {
  if (const Outcome given = give_back(); given != Outcome::done) return given;
  if (const Outcome cut = cut_log(); cut != Outcome::done) return cut;
  const std::string limit = std::to_string(settings_.log_limit);
  const auto usual =
      commit([&] { return writer_.execute("PRAGMA journal_size_limit = " + limit); });
  return usual ? Outcome::done : Outcome::failed;
}

SpaceKeeper::Outcome SpaceKeeper::give_back() {
  const std::string piece = "PRAGMA incremental_vacuum(" + std::to_string(kPagesAtOnce) + ")";
  for (std::int64_t before = -1;;) {
    std::int64_t free = 0;
    const std::uint64_t others = commits();
    const auto given = commit([&]() -> Result<void> {
      const auto pages = writer_.integer("PRAGMA freelist_count", 0);
      if (!pages) return pages.error();
      free = *pages;
      return free > kFewPages && free != before ? writer_.run(piece) : Result<void>();
    });
    if (!given) return Outcome::failed;
    // An older file, which keeps its free pages until it is compacted, gives none.
    if (free <= kFewPages || free == before) return Outcome::done;
    if (commits() != others) return Outcome::interrupted;
    before = free;
    const MutexLock lock(mutex_);
    if (stop_) return Outcome::interrupted;
  }
}

// The first transaction that finds all of the log moved begins it again, with a mark.
SpaceKeeper::Outcome SpaceKeeper::cut_log() {
  if (!checkpointer_.move_all()) return Outcome::failed;
  if (!commit([] { return Result<void>(); })) return Outcome::failed;
  return checkpointer_.stats().log.written <= kFewPages ? Outcome::done : Outcome::failed;
}

Result<void> SpaceKeeper::commit(const std::function<Result<void>()>& work) {
  SmallJob job(work, kNoDeadline);
  auto done = queue_.submit(job);
  if (done) ++own_commits_;
  return done;
}

// Of others.
std::uint64_t SpaceKeeper::commits() const {
  return meter_.stats().commit_seconds.count - own_commits_;
}

}  // namespace dropzone::sqlite
