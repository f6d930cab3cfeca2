#include <dropzone/datastore/datastore_record_repository.h>

#include <atomic>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

#include "repository_under_test.h"

namespace dropzone::contract {
namespace {

using Open = Result<std::unique_ptr<RecordRepository>> (*)(datastore::DatastoreOptions);

// Every repository has a namespace of its own, so it is empty however long the emulator runs.
datastore::DatastoreOptions fresh_options() {
  static const std::string run = std::to_string(std::random_device()());
  static std::atomic<int> last = 0;
  const std::string name_space = 'n' + run + '-' + std::to_string(++last);
  auto options = datastore::DatastoreOptions::parse("contract/" + name_space);
  if (!options) throw std::runtime_error(options.error().detail);
  if (!options->emulator) {
    throw std::runtime_error(
        "DATASTORE_EMULATOR_HOST is not set: run this by tests/emulator/with_datastore_emulator.");
  }
  return *std::move(options);
}

class DatastoreUnderTest final : public RepositoryUnderTest {
 public:
  explicit DatastoreUnderTest(Open open) {
    auto opened = open(fresh_options());
    if (!opened) throw std::runtime_error(opened.error().detail);
    repository_ = *std::move(opened);
  }
  RecordRepository& repository() override { return *repository_; }

 private:
  std::unique_ptr<RecordRepository> repository_;
};

Result<std::unique_ptr<RecordRepository>> open_bare(datastore::DatastoreOptions options) {
  auto repository = datastore::DatastoreRecordRepository::open(std::move(options));
  if (!repository) return std::move(repository).error();
  return std::unique_ptr<RecordRepository>(*std::move(repository));
}

const RegisterRepository kDatastore(
    {.name = "datastore",
     .make = [] { return std::make_unique<DatastoreUnderTest>(&datastore::open_datastore); },
     .answers_every_query = false,
     .remote = true});

const RegisterRepository kBareDatastore(
    {.name = "datastore, without batching",
     .make = [] { return std::make_unique<DatastoreUnderTest>(&open_bare); },
     .answers_every_query = false,
     .remote = true});

}  // namespace
}  // namespace dropzone::contract
