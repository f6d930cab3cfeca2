#pragma once

#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sqlite_store.h"
#include "write/streamed_job.h"

namespace dropzone::sqlite {

/// A batch of which the commit queue writes the first parts while the caller makes the others,
/// unless others write, too: then they would wait longer, and both processors are busy anyway. If
/// it has not begun by then, or the queue's job has given up, finish() writes the batch as a whole.
class SqliteRecordRepository::Store::StreamedBatch final : public BatchWriter {
 public:
  /// The store must outlive it.
  StreamedBatch(Store& store, CallOptions options) : store_(store), options_(std::move(options)) {}
  ~StreamedBatch() override;

  void add(std::vector<Write> part) override;
  Result<std::vector<WriteOutcome>> finish() override;

 private:
  void begin();
  void pass_on(std::vector<PreparedWrite> part);
  Result<void> outcome();

  Store& store_;
  const CallOptions options_;
  std::optional<Error> failure_;
  std::vector<Write> collected_;  ///< Before the job begins.
  std::shared_ptr<StreamedJob> job_;
  std::future<Result<void>> done_;
};

}  // namespace dropzone::sqlite
