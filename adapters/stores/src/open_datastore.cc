#include "open_datastore.h"

#include <algorithm>
#include <string>
#include <utility>

#include <dropzone/datastore/datastore_record_repository.h>

namespace dropzone::stores {
namespace {

class RpcStats final : public datastore::RpcObserver {
 public:
  explicit RpcStats(metrics::Metrics& metrics) : metrics_(metrics) {}

  void attempted(const datastore::RpcAttempt& attempt) override {
    metrics_.datastore_called(attempt.method, attempt.status, attempt.latency,
                              attempt.request_bytes);
  }

 private:
  metrics::Metrics& metrics_;
};

}  // namespace

Result<std::unique_ptr<RecordRepository>> open_datastore(const DatastoreStore& store,
                                                         const Opening& opening) {
  const DatastoreLimits& limits = opening.datastore;
  auto options = datastore::DatastoreOptions::of(store, opening.environment);
  options.commit_bytes =
      options.emulator ? std::min(options.commit_bytes, limits.commit_bytes) : limits.commit_bytes;
  options.parallel_commits = limits.commits;
  options.scan_limit = limits.scan_limit;
  options.observer = std::make_shared<RpcStats>(opening.metrics);
  return datastore::open_datastore(std::move(options));
}

}  // namespace dropzone::stores
