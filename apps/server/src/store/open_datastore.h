#pragma once

#include <memory>

#include <dropzone/config/environment.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

#include "options/options.h"
#include "store/store_url.h"

namespace dropzone::server {

/// Opens the store in Google Datastore, or in the emulator that DATASTORE_EMULATOR_HOST names.
/// Calls that arrive together share commits and look-ups; each remote call is counted by the
/// metrics, which must be used no longer than the store. A database that is only away just now is
/// no fault: its check() tells.
Result<std::unique_ptr<RecordRepository>> open_datastore(const DatastoreStore& store,
                                                         const Options& options,
                                                         const config::Environment& environment,
                                                         metrics::Metrics& metrics);

}  // namespace dropzone::server
