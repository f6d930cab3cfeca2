#include <dropzone/store/record_repository.h>

#include <iterator>
#include <utility>

namespace dropzone {
namespace {

class CollectedBatch final : public BatchWriter {
 public:
  CollectedBatch(RecordRepository& repository, CallOptions options)
      : repository_(repository), options_(std::move(options)) {}

  void add(std::vector<Write> part) override {
    writes_.insert(writes_.end(), std::move_iterator(part.begin()), std::move_iterator(part.end()));
  }

  Result<std::vector<WriteOutcome>> finish() override {
    return repository_.write(std::move(writes_), Atomicity::partial, options_);
  }

 private:
  RecordRepository& repository_;
  const CallOptions options_;
  std::vector<Write> writes_;
};

}  // namespace

std::unique_ptr<BatchWriter> RecordRepository::begin_batch(const CallOptions& options) {
  return std::make_unique<CollectedBatch>(*this, options);
}

}  // namespace dropzone
