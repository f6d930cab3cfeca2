#include "write/index_keeper.h"

#include <algorithm>
#include <set>

#include "db/schema.h"
#include "write/commit_jobs.h"
#include "write/index_builder.h"
#include "write/index_jobs.h"

namespace dropzone::sqlite {

IndexKeeper::IndexKeeper(GroupCommit& queue, RecordWriter& writer, Catalog& catalog,
                         const CommitMeter& meter, bool unfinished, Settings settings)
    : queue_(queue),
      writer_(writer),
      catalog_(catalog),
      meter_(meter),
      settings_(std::move(settings)),
      wanted_(unfinished),
      thread_([this] { run(); }) {}

void IndexKeeper::stop() {
  {
    const MutexLock lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<void> IndexKeeper::declare(const Kind& kind, Deadline deadline) {
  std::set<FieldPath> fields = declared_fields(kind);
  const MutexLock declaring(declaring_);
  if (const auto present = catalog_.find_kind(kind.name())) {
    std::set<FieldPath> indexed;
    for (const FieldIndex& index : present->indexes) indexed.insert(index.field);
    if (indexed == fields) return {};
  }
  DeclareJob job(writer_, kind.name(), std::move(fields), deadline);
  if (auto done = queue_.submit(job); !done) return done;
  catalog_.set_kind(std::move(job.tables()));
  {
    const MutexLock lock(mutex_);
    wanted_ = true;
  }
  changed_.notify_all();
  return {};
}

std::vector<IndexBuild> IndexKeeper::builds() const {
  std::vector<IndexBuild> builds;
  const MutexLock lock(mutex_);
  for (const auto& kind : catalog_.kinds()) {
    for (const FieldIndex& index : kind->indexes) {
      if (index.complete) continue;
      const auto known = progress_.find(index.number);
      const auto [done, total] =
          known == progress_.end() ? std::pair<std::int64_t, std::int64_t>() : known->second;
      builds.push_back({kind->name, index.field, done, std::max(done, total)});
    }
  }
  return builds;
}

void IndexKeeper::run() {
  MutexLock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this]() DROPZONE_REQUIRES(mutex_) { return wanted_ || stop_; });
    if (stop_) return;
    wanted_ = false;
    lock.unlock();
    const auto finished = finish_all();
    if (!finished) warn(finished.error());
    lock.lock();
    if (finished) continue;
    wanted_ = true;
    changed_.wait_for(lock, settings_.retry, [this]() DROPZONE_REQUIRES(mutex_) { return stop_; });
  }
}

void IndexKeeper::warn(const Error& why) {
  if (!settings_.warn || warned_ == why.detail) return;
  warned_ = why.detail;
  settings_.warn("An index is not built or dropped yet, which is tried again: " + why.detail);
}

// A declaration of which nobody knows whether it was committed has not changed the catalog.
Result<void> IndexKeeper::read_catalog() {
  const MutexLock declaring(declaring_);
  Catalog in_file;
  SmallJob job([&] { return load_kinds(writer_.connection(), in_file); }, kNoDeadline);
  if (auto read = submit(job); !read) return read;
  for (const auto& kind : in_file.kinds()) catalog_.set_kind(*kind);
  return {};
}

Result<void> IndexKeeper::finish_all() {
  if (auto read = read_catalog(); !read) return read;
  while (const auto work = next_build()) {
    if (auto built = build(*work); !built || is_stopping()) return built;
  }
  for (bool some = false; !is_stopping(); some = true) {
    const auto dropped = drop_some();
    if (!dropped) return dropped.error();
    if (*dropped) continue;
    if (some && settings_.freed) settings_.freed();
    return {};
  }
  return {};
}

// Not between the commit that retires an index and the catalog's forgetting it.
Result<bool> IndexKeeper::drop_some() {
  const MutexLock declaring(declaring_);
  DropJob job(writer_);
  if (auto done = submit(job); !done) return std::move(done).error();
  return job.dropped();
}

std::optional<IndexKeeper::Work> IndexKeeper::next_build() const {
  for (auto& kind : catalog_.kinds()) {
    const auto index = std::ranges::find(kind->indexes, false, &FieldIndex::complete);
    if (index != kind->indexes.end()) return Work{kind, &*index};
  }
  return std::nullopt;
}

Result<void> IndexKeeper::build(const Work& work) {
  while (!is_stopping()) {
    FillJob job(writer_, *work.kind, *work.index, settings_.records_at_once);
    if (auto done = submit(job); !done) return done;
    if (!job.outcome()) return job.outcome().error();
    if (*job.outcome() == FillJob::Outcome::filled) {
      const MutexLock lock(mutex_);
      progress_[work.index->number] = {job.done(), job.total()};
      continue;
    }
    {
      const MutexLock lock(mutex_);
      progress_.erase(work.index->number);
    }
    if (*job.outcome() == FillJob::Outcome::gone) return read_catalog();
    publish_complete(work);
    return {};
  }
  return {};
}

void IndexKeeper::publish_complete(const Work& work) {
  const MutexLock declaring(declaring_);
  KindTables tables = *catalog_.find_kind(work.kind->name);
  const auto index = std::ranges::find_if(tables.indexes, [&](const FieldIndex& candidate) {
    return candidate.number == work.index->number && candidate.field == work.index->field;
  });
  if (index == tables.indexes.end()) return;
  index->complete = true;
  catalog_.set_kind(std::move(tables));
}

Result<void> IndexKeeper::submit(CommitJob& job) {
  const double others = commits_of_others();
  const auto begin = std::chrono::steady_clock::now();
  auto done = queue_.submit(job);
  if (!done) return done;
  own_commits_ += 1;
  if (commits_of_others() > others) {
    let_others_go_first(std::chrono::steady_clock::now() - begin);
  }
  return done;
}

void IndexKeeper::let_others_go_first(std::chrono::steady_clock::duration time) {
  MutexLock lock(mutex_);
  changed_.wait_for(lock, time, [this]() DROPZONE_REQUIRES(mutex_) { return stop_; });
}

bool IndexKeeper::is_stopping() const {
  const MutexLock lock(mutex_);
  return stop_;
}

double IndexKeeper::commits_of_others() const {
  return meter_.stats().group_sizes.sum - own_commits_;
}

}  // namespace dropzone::sqlite
