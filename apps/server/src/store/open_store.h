#pragma once

#include <memory>
#include <string>

#include <dropzone/config/environment.h>
#include <dropzone/kind/kind.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

#include "options/options.h"
#include "store/store_url.h"

namespace dropzone::server {

/// An open store, and what the server must know of it.
struct Store {
  std::unique_ptr<RecordRepository> repository;
  std::string description;  ///< For the log: "sqlite:/var/lib/dropzone/dropzone.db".
  bool embedded = true;     ///< In this process, for this process alone.
  bool is_new = false;      ///< Embedded, and made just now.
};

/// The store that the options name, or the default one.
Result<StoreUrl> store_url_of(const Options& options, const config::Environment& environment);

/// Opens the store that the options name, and adds what it counts to the metrics, which must be
/// used no longer than the store. Faults name the option or the store.
Result<Store> open_store(const Options& options, const config::Environment& environment,
                         const KindCatalog& kinds, metrics::Metrics& metrics, log::Log& log);

}  // namespace dropzone::server
