#pragma once

#include <memory>

#include <dropzone/datastore/options.h>
#include <dropzone/store/record_repository.h>

namespace dropzone::datastore {

/// Keeps records in Google Datastore (Firestore in Datastore mode), each as one entity that other
/// clients of the database can read and filter: see docs/datastore.md for the layout, the limits,
/// and the queries that it refuses.
///
/// Calls are repeated on passing failures.
///
/// Example:
///
///     datastore::DatastoreOptions options;
///     options.project = "my-project";
///     DROPZONE_TRY(const auto repository, datastore::open_datastore(std::move(options)));
class DatastoreRecordRepository : public RecordRepository {
 public:
  /// Finds credentials and checks whether the database can be used. `invalid_configuration` says
  /// what to mend; a database that is only unavailable just now is not an error: check() reports
  /// it.
  static Result<std::unique_ptr<DatastoreRecordRepository>> open(DatastoreOptions options);
};

/// The repository for a server: calls that arrive together share commits and look-ups.
Result<std::unique_ptr<RecordRepository>> open_datastore(DatastoreOptions options);

}  // namespace dropzone::datastore
