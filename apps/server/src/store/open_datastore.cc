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
  auto parsed = datastore::DatastoreOptions::parse(store.project, lookup_in(environment));
  if (!parsed) return std::move(parsed).error();
  parsed->name_space = store.name_space;
  parsed->database = store.database;
  parsed->commit_bytes = parsed->emulator
                             ? std::min(parsed->commit_bytes, options.datastore_commit_bytes)
                             : options.datastore_commit_bytes;
  parsed->parallel_commits = options.datastore_commits;
  parsed->scan_limit = options.datastore_scan_limit;
  parsed->observer = std::make_shared<RpcFigures>(metrics);
  return datastore::open_datastore(*std::move(parsed));
}

}  // namespace dropzone::server
