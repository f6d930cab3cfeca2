#pragma once

#include <cstdint>
#include <string>

#include <dropzone/mutex.h>
#include <dropzone/store/id_source.h>

namespace dropzone::crypto {

/// Draws from OpenSSL's random generator, the bits of 32 ids at a time for each thread, without a
/// call of the system for each. Thread-safe; throws std::runtime_error if the generator cannot be
/// seeded.
///
/// Example, for a SQLite store:
///
///     crypto::OpensslIdSource ids(crypto::OpensslIdSource::RecordIds::in_runs);
class OpensslIdSource final : public IdSource {
 public:
  /// Of new records.
  enum class RecordIds : std::uint8_t {
    scattered,  ///< For a store that is divided by ids, so that no part gets all new records.
    in_runs,    ///< For a store in one file, which changes fewer pages then; see IdRun.
  };

  explicit OpensslIdSource(RecordIds record_ids = RecordIds::scattered) : record_ids_(record_ids) {}

  std::string next() override;
  std::string next_record() override;

 private:
  const RecordIds record_ids_;
  Mutex mutex_;
  IdRun run_ DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone::crypto
