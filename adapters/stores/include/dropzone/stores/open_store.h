#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <dropzone/datastore/options.h>
#include <dropzone/kind/kind.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/stores/store_url.h>

namespace dropzone::stores {

/// An open store, with what its user must know about it.
struct Store {
  std::unique_ptr<RecordRepository> repository;
  std::string description;  ///< For the log: "sqlite:/var/lib/dropzone/dropzone.db".
  bool embedded = true;     ///< In this process, for this process alone.
  bool is_new = false;      ///< Embedded, and just created.
};

/// Limits of a store in Google Datastore.
struct DatastoreLimits {
  std::size_t commit_bytes = 9u << 20;  ///< Of one commit's request, at most.
  std::size_t commits = 4;              ///< Of one request, at a time.
  std::size_t scan_limit = 10'000;      ///< Entities that one request may read.
};

/// The parameters of open_store().
struct Opening {
  const KindCatalog& kinds;   ///< The store has their indexes. Not used after opening.
  metrics::Metrics& metrics;  ///< Receives the store's metrics, only while the store lives.
  log::Log& log;              ///< Must outlive the store.
  DatastoreLimits datastore = {};
  /// Names the emulator of Datastore, if one is to be used, and Google's credentials.
  datastore::Environment environment = datastore::process_environment;
};

/// Opens the store of this URL. An error's detail does not name the URL. A store in Datastore that
/// does not answer now is still opened: its check() reports that.
Result<Store> open_store(const StoreUrl& url, const Opening& opening);

}  // namespace dropzone::stores
