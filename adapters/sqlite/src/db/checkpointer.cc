#include "db/checkpointer.h"

#include <algorithm>
#include <utility>

#include "db/schema.h"

namespace dropzone::sqlite {
namespace {

// Shares and multiples of a full log. To move it in smaller shares would occupy the disk for less
// long at a time, and write pages that change often more often: that cost more than it brought.
constexpr std::int64_t kGrowthsInLog = 4;
constexpr std::int64_t kRestsInLog = 8;
// After a long read SQLite cuts the log's file to so much.
constexpr std::int64_t kMostLogs = 4;

// What a checkpoint syncs at a time, at least and at most.
constexpr std::int64_t kLeastSynced = std::int64_t{256} << 10;
constexpr std::int64_t kMostSynced = std::int64_t{2} << 20;
// Commits whose growths are averaged.
constexpr std::int64_t kAveraged = 8;

// A paced log grows so many times slower than it is moved.
constexpr std::int64_t kSpeedToGrowth = 2;

std::string in_mebibytes(std::int64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

std::string not_moved(const Error& error) {
  return "The store's log could not be moved into the file, and is tried again. Nothing that was "
         "confirmed is lost: " +
         error.detail + (error.cause.empty() ? "" : " (" + error.cause + ")");
}

}  // namespace

Result<std::unique_ptr<Checkpointer>> Checkpointer::start(Connection& writer,
                                                          const std::filesystem::path& file,
                                                          const Settings& settings) {
  const auto page_bytes = writer.integer("PRAGMA page_size", 0);
  if (!page_bytes) return page_bytes.error();
  auto connection = Connection::open({.path = file});
  if (!connection) return std::move(connection).error();
  // Both then know where the log is.
  for (Connection* each : {&writer, connection->get()}) {
    if (auto read = each->integer("SELECT count(*) FROM sqlite_schema", 0); !read) {
      return std::move(read).error();
    }
  }
  const auto limited =
      writer.execute("PRAGMA journal_size_limit = " + std::to_string(log_limit(settings)));
  if (!limited) return limited.error();
  return std::unique_ptr<Checkpointer>(
      new Checkpointer(writer, *std::move(connection), settings, *page_bytes));
}

Checkpointer::Checkpointer(Connection& writer, std::unique_ptr<Connection> connection,
                           const Settings& settings, std::int64_t page_bytes)
    : writer_(writer),
      connection_(std::move(connection)),
      settings_(settings),
      page_bytes_(page_bytes),
      full_(pages(settings.bytes)),
      log_(writer.log_pages()),
      last_commit_(log_.written),
      wake_at_(full_),
      is_wanted_(log_.written >= full_),
      thread_([this] { run(); }) {
  writer_.observe_log(this);
}

// Much is left to the store's next opening: it reads the log, and goes on moving it along with the
// writers.
Checkpointer::~Checkpointer() {
  writer_.observe_log(nullptr);
  {
    const MutexLock lock(mutex_);
    stop_ = true;
    const LogPages log = writer_.log_pages();
    if (log.written - log.moved > kMostLogs * full_) {
      connection_->interrupt();
      writer_.keep_log(true);
    }
  }
  is_due_.notify_one();
  thread_.join();
}

std::int64_t Checkpointer::pages(std::size_t bytes) const noexcept {
  return std::max<std::int64_t>(static_cast<std::int64_t>(bytes) / page_bytes_, 1);
}

void Checkpointer::committed() noexcept {
  const Duty duty = next_duty();
  switch (duty.task) {
    case Task::none: break;
    case Task::wake_thread: is_due_.notify_one(); break;
    case Task::move_rest: move_rest(); break;
  }
  if (duty.pauses_first) {
    warn("The store's log has grown to " + in_mebibytes(last_commit_ * page_bytes_) +
         ", since a long read or a slow disk keeps it from being moved into the file. Stores are "
         "slowed down until it is.");
  }
  if (duty.pause.count() > 0) pause(duty.pause);
}

// Once all of the log is moved, it begins again with the next transaction.
void Checkpointer::pause(std::chrono::milliseconds most) {
  MutexLock lock(mutex_);
  was_moved_.wait_for(lock, most,
                      [this]() DROPZONE_REQUIRES(mutex_) { return log_.moved >= log_.written; });
}

Checkpointer::Duty Checkpointer::next_duty() {
  const MutexLock lock(mutex_);
  log_ = writer_.log_pages();
  const std::int64_t before = std::exchange(last_commit_, log_.written);
  const bool begins_again = log_.written < before;
  if (begins_again) {
    wake_at_ = full_;
    rest_is_small_ = false;
    is_paced_ = false;
  }
  const std::int64_t growth = begins_again ? log_.written : log_.written - before;
  usual_growth_ =
      usual_growth_ == 0 ? growth : usual_growth_ + (growth - usual_growth_) / kAveraged;
  Duty duty{.task = next_task()};
  duty.pause = pause_after(growth);
  if (duty.pause.count() > 0) {
    ++stats_.pauses;
    duty.pauses_first = !std::exchange(is_paced_, true);
  }
  return duty;
}

Checkpointer::Task Checkpointer::next_task() {
  // A large transaction may have come since.
  if (std::exchange(rest_is_small_, false) && log_.written - log_.moved <= full_ / kGrowthsInLog) {
    return Task::move_rest;
  }
  if (log_.written < wake_at_) return Task::none;
  wake_at_ = log_.written + full_ / kGrowthsInLog;
  is_wanted_ = true;
  return Task::wake_thread;
}

std::chrono::milliseconds Checkpointer::pause_after(std::int64_t growth) const {
  const std::int64_t speed = growth_a_second();
  if (speed == 0) return {};
  using std::chrono::milliseconds;
  return std::min(milliseconds(growth * 1'000 / speed), settings_.longest_pause);
}

std::int64_t Checkpointer::bytes_a_sync() const {
  return std::clamp(usual_growth_ * page_bytes_, kLeastSynced, kMostSynced);
}

// 0 if nothing bounds it.
std::int64_t Checkpointer::growth_a_second() const {
  const std::int64_t moved = moved_a_second_ / kSpeedToGrowth;
  if (log_.written >= pages(settings_.paced_bytes)) {
    const std::int64_t most = pages(settings_.paced_growth);
    return moved > 0 ? std::min(moved, most) : most;
  }
  return log_.written >= kMostLogs * full_ ? moved : 0;
}

// The thread moves what the writer leaves, and more.
void Checkpointer::move_rest() {
  const std::unique_lock moving(moving_, std::try_to_lock);
  if (!moving) return;
  const LogPages before = writer_.log_pages();
  const auto moved = writer_.checkpoint();
  {
    const MutexLock lock(mutex_);
    ++stats_.rests;
    note(moved, before, writer_.log_pages());
  }
  if (!moved) warn(not_moved(moved.error()));
}

void Checkpointer::note(const Result<LogPages>& moved, const LogPages& before,
                        const LogPages& now) {
  log_ = now;
  if (moved) {
    retry_ = {};
    if (moved->moved >= before.written) {
      held_since_.reset();
    } else {
      note_reader();
    }
  } else {
    ++stats_.failures;
    retry_ = std::clamp(2 * retry_, settings_.first_retry, settings_.last_retry);
  }
}

// What is not moved although nothing failed is what a reader keeps. Others that come and go keep a
// little each, and differ from one that stays only by that.
void Checkpointer::note_reader() {
  if (!held_since_ || held_at_ != log_.moved) held_since_ = Clock::now();
  held_at_ = log_.moved;
  retry_ = settings_.first_retry;
}

void Checkpointer::run() {
  MutexLock lock(mutex_);
  for (;;) {
    wait_for_work(lock);
    if (stop_) return;
    is_wanted_ = false;
    move_most(lock);
  }
}

void Checkpointer::wait_for_work(MutexLock& lock) {
  const auto is_due = [this]() DROPZONE_REQUIRES(mutex_) { return is_wanted_ || stop_; };
  if (retry_.count() > 0) {
    is_due_.wait_for(lock, retry_, is_due);
  } else {
    is_due_.wait(lock, is_due);
  }
}

// Gives up if what is left does not shrink: a reader is in the way, or the disk is slow.
void Checkpointer::move_most(MutexLock& lock) {
  std::int64_t left = log_.written - log_.moved;
  retry_ = {};
  for (std::int64_t before = 2 * left; left > full_ / kRestsInLog && left <= before - before / 4;) {
    before = left;
    if (!move_once(lock) || stop_) return;
    left = log_.written - log_.moved;
  }
  const bool is_small = left <= full_ / kRestsInLog;
  if (is_small) held_since_.reset();
  rest_is_small_ = log_.written >= full_ && is_small;
}

// Whether it was moved, and is on the disk.
bool Checkpointer::move_once(MutexLock& lock) DROPZONE_NO_LOCK_ANALYSIS {
  const std::int64_t synced = bytes_a_sync();
  lock.unlock();
  std::unique_lock moving(moving_);
  connection_->sync_each(synced);
  const LogPages before = connection_->log_pages();
  const auto begin = Clock::now();
  const auto moved = connection_->checkpoint();
  const auto duration = std::chrono::ceil<std::chrono::milliseconds>(Clock::now() - begin);
  moving.unlock();
  lock.lock();
  if (stop_) return false;
  ++stats_.rounds;
  note(moved, before, connection_->log_pages());
  was_moved_.notify_one();
  if (!moved) {
    lock.unlock();
    warn(not_moved(moved.error()));
    lock.lock();
    return false;
  }
  const std::int64_t pages_moved = moved->moved - before.moved;
  if (pages_moved > full_ / kRestsInLog) {
    moved_a_second_ = std::max<std::int64_t>(
        pages_moved * 1'000 / std::max<std::int64_t>(duration.count(), 1), kSpeedToGrowth);
  }
  return true;
}

void Checkpointer::warn(const std::string& text) const noexcept {
  if (!settings_.warn) return;
  try {
    settings_.warn(text);
  } catch (...) {  // A line of the log is not worth a store.
  }
}

bool Checkpointer::move_all() {
  MutexLock lock(mutex_);
  return move_once(lock) && log_.moved >= log_.written;
}

std::int64_t Checkpointer::log_limit(const Settings& settings) noexcept {
  return kMostLogs * static_cast<std::int64_t>(settings.bytes);
}

bool Checkpointer::log_is_full() const {
  const MutexLock lock(mutex_);
  return log_.written >= full_;
}

Checkpointer::Stats Checkpointer::stats() const {
  const MutexLock lock(mutex_);
  Stats stats = stats_;
  stats.log = log_;
  stats.page_bytes = page_bytes_;
  if (held_since_) stats.held = Clock::now() - *held_since_;
  return stats;
}

}  // namespace dropzone::sqlite
