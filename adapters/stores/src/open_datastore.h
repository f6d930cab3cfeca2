#pragma once

#include <memory>

#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/stores/open_store.h>

namespace dropzone::stores {

/// Opens the store in Google Datastore, or in the emulator that DATASTORE_EMULATOR_HOST names.
/// Calls that arrive together share commits and look-ups; the metrics count each remote call.
Result<std::unique_ptr<RecordRepository>> open_datastore(const DatastoreStore& store,
                                                         const Opening& opening);

}  // namespace dropzone::stores
