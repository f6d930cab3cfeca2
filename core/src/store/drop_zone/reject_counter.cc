#include "store/drop_zone/reject_counter.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <exception>
#include <future>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include <dropzone/kind/kind.h>
#include <dropzone/value/json_text.h>

#include "store/drop_zone/new_writes.h"

namespace dropzone {
namespace {

constexpr std::chrono::seconds kTimeToCount{10};
constexpr std::string_view kTimes = "{\"times\":";

struct Count {
  Write reject;            ///< The latest refusal.
  std::int64_t times = 0;  ///< To be added.
};
using Counts = std::map<std::string, Count, std::less<>>;

/// Those that are the same are one count.
Counts counts_of(std::vector<Write> rejects) {
  Counts counts;
  for (Write& reject : rejects) {
    Count& count = counts[reject.id];
    ++count.times;
    if (count.times == 1 || count.reject.meta.updated_at <= reject.meta.updated_at) {
      count.reject = std::move(reject);
    }
  }
  return counts;
}

/// The present reject, counted up.
Write counted(Count count, const RecordView& present) {
  Write write = std::move(count.reject);
  set_times(write.data, times_in(present.data) + count.times);
  write.data_json = to_json(write.data);
  write.original = present.original;
  write.meta.updated_at = std::max(write.meta.updated_at, present.meta->updated_at);
  write.kept_for = kept_since(write.kept_for, present.meta->created_at, write.meta.updated_at);
  write.if_exists = IfExists::replace;
  write.if_version = present.meta->version;
  return write;
}

/// Leaves those that others have written meanwhile.
Result<void> count_once(RecordRepository& repository, Counts& counts, const CallOptions& options) {
  std::vector<std::string> ids;
  for (const auto& [id, count] : counts) ids.push_back(id);
  std::vector<Write> writes;
  DROPZONE_CHECK(repository.find(
      std::string(kRejectsKind), ids, {.original = true, .meta = true},
      [&](const RecordView& view) {
        writes.push_back(counted(counts.find(view.id)->second, view));
      },
      options));
  if (writes.empty()) return counts.clear(), Result<void>();
  ids.clear();
  for (const Write& write : writes) ids.push_back(write.id);
  DROPZONE_TRY(const auto outcomes,
               repository.write(std::move(writes), Atomicity::partial, options));
  Counts left;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (outcomes[i].status != WriteStatus::refused ||
        outcomes[i].error.code != ErrorCode::precondition_failed) {
      continue;
    }
    left.insert(counts.extract(ids[i]));
  }
  counts = std::move(left);
  return {};
}

}  // namespace

void set_times(Object& reject, std::int64_t times) {
  if (Value* const before = reject.find("times")) {
    *before = times;
  } else {
    // The first member: times_in() reads it without reading the others.
    reject.members().insert(reject.members().begin(), Member{"times", times});
  }
}

std::int64_t times_in(std::string_view reject_data) noexcept {
  if (!reject_data.starts_with(kTimes)) return 1;
  std::int64_t times = 0;
  const char* const end = reject_data.data() + reject_data.size();
  const auto read = std::from_chars(reject_data.data() + kTimes.size(), end, times);
  return read.ec == std::errc() && times > 0 ? times : 1;
}

RejectCounter::RejectCounter(RecordRepository& repository)
    : repository_(repository), thread_([this] { run(); }) {}

RejectCounter::~RejectCounter() {
  {
    const MutexLock lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void RejectCounter::count_later(std::vector<Write> rejects, std::function<void()> done) {
  {
    const MutexLock lock(mutex_);
    tasks_.push_back({std::move(rejects), std::move(done)});
  }
  changed_.notify_one();
}

void RejectCounter::count(std::vector<Write> rejects) {
  std::promise<void> counted;
  count_later(std::move(rejects), [&counted] { counted.set_value(); });
  counted.get_future().wait();
}

void RejectCounter::run() {
  for (;;) {
    std::vector<Task> tasks;
    {
      MutexLock lock(mutex_);
      changed_.wait(lock, [this]() DROPZONE_REQUIRES(mutex_) { return ends_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      tasks.swap(tasks_);
    }
    count_all(tasks);
    for (const Task& task : tasks) task.done();
  }
}

// What is thrown, for want of memory, is of no consequence but for the counts.
void RejectCounter::count_all(std::vector<Task>& tasks) {
  try {
    std::vector<Write> rejects;
    for (Task& task : tasks) {
      rejects.insert(rejects.end(), std::make_move_iterator(task.rejects.begin()),
                     std::make_move_iterator(task.rejects.end()));
    }
    Counts counts = counts_of(std::move(rejects));
    const CallOptions options(std::chrono::steady_clock::now() + kTimeToCount);
    while (!counts.empty() && !options.is_over()) {
      if (!count_once(repository_, counts, options)) return;
    }
  } catch (const std::exception&) {
  }
}

}  // namespace dropzone
