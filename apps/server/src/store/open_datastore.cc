#include "store/open_datastore.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <dropzone/datastore/datastore_record_repository.h>

namespace dropzone::server {
namespace {

class RpcFigures final : public datastore::RpcObserver {
 public:
  explicit RpcFigures(metrics::Metrics& metrics) : metrics_(metrics) {}

  void attempted(const datastore::RpcAttempt& attempt) override {
    metrics_.datastore_called(attempt.method, attempt.status, attempt.latency,
                              attempt.request_bytes);
  }

 private:
  metrics::Metrics& metrics_;
};

datastore::Environment lookup_in(const config::Environment& environment) {
  return [environment](const char* name) {
    const std::string_view value = config::value_of(environment, name);
    return value.empty() ? std::nullopt : std::optional<std::string>(value);
  };
}

}  // namespace

Result<std::unique_ptr<RecordRepository>> open_datastore(const DatastoreStore& store,
                                                         const Options& options,
                                                         const config::Environment& environment,
                                                         metrics::Metrics& metrics) {
  auto opened = datastore::DatastoreOptions::of(store, lookup_in(environment));
  opened.commit_bytes = opened.emulator
                            ? std::min(opened.commit_bytes, options.datastore_commit_bytes)
                            : options.datastore_commit_bytes;
  opened.parallel_commits = options.datastore_commits;
  opened.scan_limit = options.datastore_scan_limit;
  opened.observer = std::make_shared<RpcFigures>(metrics);
  return datastore::open_datastore(std::move(opened));
}

}  // namespace dropzone::server
