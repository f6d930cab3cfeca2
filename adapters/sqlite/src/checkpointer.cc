#include "checkpointer.h"

#include <algorithm>
#include <utility>

#include "schema.h"

namespace dropzone::sqlite {
namespace {

// Shares and multiples of a full log. To move it in smaller shares would occupy the disk for less
// long at a time, and write pages that change often more often: that cost more than it brought.
constexpr std::int64_t kGrowthsInLog = 4;
constexpr std::int64_t kRestsInLog = 8;
constexpr std::int64_t kMostLogs = 4;

}  // namespace

Result<std::unique_ptr<Checkpointer>> Checkpointer::start(Connection& writer,
                                                          const std::filesystem::path& file,
                                                          std::size_t bytes) {
  const auto pages = pages_of(writer, bytes);
  if (!pages) return pages.error();
  auto connection = Connection::open({.path = file});
  if (!connection) return std::move(connection).error();
  return std::unique_ptr<Checkpointer>(
      new Checkpointer(writer, *std::move(connection), std::max<std::int64_t>(*pages, 1)));
}

Checkpointer::Checkpointer(Connection& writer, std::unique_ptr<Connection> connection,
                           std::int64_t pages)
    : writer_(writer),
      connection_(std::move(connection)),
      full_(pages),
      wake_at_(full_),
      take_over_at_(full_ * kMostLogs),
      thread_([this] { run(); }) {
  writer_.observe_log(this);
}

Checkpointer::~Checkpointer() {
  writer_.observe_log(nullptr);
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  is_due_.notify_one();
  thread_.join();
  if (disk_failed_) writer_.keep_log();
}

void Checkpointer::committed(std::int64_t log_pages) noexcept {
  switch (const Task task = next_task(log_pages)) {
    case Task::none: return;
    case Task::wake_thread: return is_due_.notify_one();
    case Task::move_rest:
    case Task::take_over: return move_as_writer(task);
  }
}

Checkpointer::Task Checkpointer::next_task(std::int64_t log_pages) {
  const std::scoped_lock lock(mutex_);
  if (log_pages < log_.written) {  // It was begun anew.
    log_.moved = 0;
    wake_at_ = full_;
    take_over_at_ = full_ * kMostLogs;
    rest_is_small_ = false;
  }
  log_.written = log_pages;
  if (disk_failed_) return Task::none;
  if (log_pages >= take_over_at_) return Task::take_over;
  // A large transaction may have come since.
  if (std::exchange(rest_is_small_, false) && log_.written - log_.moved <= full_ / kGrowthsInLog) {
    return Task::move_rest;
  }
  if (log_pages < wake_at_) return Task::none;
  wake_at_ = log_pages + full_ / kGrowthsInLog;
  is_wanted_ = true;
  return Task::wake_thread;
}

void Checkpointer::move_as_writer(Task task) {
  const std::scoped_lock moving(moving_);
  std::unique_lock lock(mutex_);
  if (disk_failed_) return;
  lock.unlock();
  const auto log = writer_.checkpoint();
  lock.lock();
  ++(task == Task::take_over ? figures_.takeovers : figures_.rests);
  note(log);
}

// Where a reader or the disk keeps the log from being moved, the writer could not do it, either.
void Checkpointer::note(const Result<LogPages>& log) {
  if (!log) ++figures_.failures;
  if (log && log_.written >= log->written) log_.moved = log->moved;  // Else it was begun anew.
  if (!log || log->written - log->moved > full_ / kRestsInLog) {
    take_over_at_ = std::max(take_over_at_, log_.written + full_);
  }
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    is_due_.wait(lock, [this] { return is_wanted_ || stop_; });
    if (!stop_) move_most(lock);
    is_wanted_ = false;
  }
}

// Gives up where what is left does not shrink: a reader is in the way, or the disk is slow.
void Checkpointer::move_most(std::unique_lock<std::mutex>& lock) {
  std::int64_t left = log_.written - log_.moved;
  for (std::int64_t before = 2 * left; left > full_ / kRestsInLog && left <= before / 2;) {
    before = left;
    if (!move_once(lock)) return;
    left = log_.written - log_.moved;
  }
  rest_is_small_ = log_.written >= full_ && left <= full_ / kRestsInLog;
}

// Whether it was moved, and is on the disk.
bool Checkpointer::move_once(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  const std::scoped_lock moving(moving_);
  const auto log = connection_->checkpoint();
  // SQLite would leave this to the last round, which is the writer's.
  const auto synced = log ? connection_->sync_file() : Result<void>();
  lock.lock();
  ++figures_.rounds;
  note(log);
  if (!synced) {
    ++figures_.failures;
    disk_failed_ = true;
  }
  return log && synced;
}

Checkpointer::Figures Checkpointer::figures() const {
  const std::scoped_lock lock(mutex_);
  Figures figures = figures_;
  figures.log = log_;
  return figures;
}

}  // namespace dropzone::sqlite
