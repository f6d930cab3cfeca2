#include "streamed_batch.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "write/names_job.h"

namespace dropzone::sqlite {

SqliteRecordRepository::Store::StreamedBatch::~StreamedBatch() {
  if (job_) job_->abandon();
}

void SqliteRecordRepository::Store::StreamedBatch::add(std::vector<Write> part) {
  if (job_) {
    pass_on(unprepared(std::move(part)));
    return;
  }
  std::ranges::move(part, std::back_inserter(collected_));
  if (!failure_ && !collected_.empty() && store_.queue_.is_idle()) begin();
}

// Names that the file does not have are written before the job.
void SqliteRecordRepository::Store::StreamedBatch::begin() {
  auto prepared = unprepared(std::exchange(collected_, {}));
  if (auto named = store_.name(prepared, options_.deadline); !named) {
    failure_ = std::move(named).error();
    return;
  }
  const auto others_wait = [&queue = store_.queue_] { return queue.depth() > 0; };
  const auto done = std::make_shared<std::promise<Result<void>>>();
  job_ = std::make_shared<StreamedJob>(store_.writer_, others_wait, options_.deadline);
  done_ = done->get_future();
  job_->add(std::move(prepared));
  store_.queue_.submit_async(job_,
                             [done](Result<void> result) { done->set_value(std::move(result)); });
}

// While the job runs, the queue takes no other: a text that the file does not have is kept with its
// record, and a kind has to wait until the job has ended.
void SqliteRecordRepository::Store::StreamedBatch::pass_on(std::vector<PreparedWrite> part) {
  if (!fill_in(part, store_.catalog_).kinds.empty()) job_->give_up();
  job_->add(std::move(part));
}

Result<std::vector<WriteOutcome>> SqliteRecordRepository::Store::StreamedBatch::finish() {
  if (failure_) return *std::move(failure_);
  if (options_.is_over()) return deadline_exceeded();
  if (!job_ && collected_.empty()) return std::vector<WriteOutcome>();
  if (!job_) return store_.write(std::move(collected_), Atomicity::partial, options_.deadline);
  job_->end();
  auto done = outcome();
  if (job_->gave_up()) {
    if (is_past(options_.deadline)) return deadline_exceeded();
    return store_.write(job_->take_writes(), Atomicity::partial, options_.deadline);
  }
  store_.note(done);
  if (!done) return std::move(done).error();
  auto outcomes = job_->take_outcomes();
  store_.note_outcomes(outcomes);
  return outcomes;
}

Result<void> SqliteRecordRepository::Store::StreamedBatch::outcome() {
  const bool is_late = options_.deadline != kNoDeadline &&
                       done_.wait_until(options_.deadline) == std::future_status::timeout;
  if (is_late && job_->withdraw()) return deadline_exceeded();
  return done_.get();
}

}  // namespace dropzone::sqlite
