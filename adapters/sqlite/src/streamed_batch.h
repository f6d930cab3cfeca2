#pragma once

#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sqlite_store.h"
#include "write/streamed_job.h"

namespace dropzone::sqlite {

/// A batch of which the commit queue writes the first parts while the caller makes the others. If
/// the queue's job gives up, finish() writes the batch as a whole.
class SqliteRecordRepository::Store::StreamedBatch final : public BatchWriter {
 public:
  /// The store must outlive it.
  StreamedBatch(Store& store, CallOptions options) : store_(store), options_(std::move(options)) {}
  ~StreamedBatch() override;

  void add(std::vector<Write> part) override;
  Result<std::vector<WriteOutcome>> finish() override;

 private:
  void begin();
  Result<void> outcome();

  Store& store_;
  const CallOptions options_;
  std::optional<Error> failure_;
  std::shared_ptr<StreamedJob> job_;
  std::future<Result<void>> done_;
};

}  // namespace dropzone::sqlite
