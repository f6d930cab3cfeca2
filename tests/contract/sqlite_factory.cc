#include <dropzone/sqlite/sqlite_record_repository.h>

#include <stdexcept>
#include <utility>

#include "repository_under_test.h"
#include "support/temporary_directory.h"

namespace dropzone::contract {
namespace {

class SqliteUnderTest final : public RepositoryUnderTest {
 public:
  explicit SqliteUnderTest(sqlite::QueryTuning tuning, std::int64_t build_records = 500) {
    auto opened = sqlite::SqliteRecordRepository::open({.path = directory_.path() / "store.db",
                                                        .kinds = contract_kinds(),
                                                        .tuning = tuning,
                                                        .build_records = build_records});
    if (!opened) throw std::runtime_error(opened.error().detail);
    repository_ = *std::move(opened);
  }
  RecordRepository& repository() override { return *repository_; }

 private:
  test::TemporaryDirectory directory_;
  std::unique_ptr<sqlite::SqliteRecordRepository> repository_;
};

const RegisterRepository kSqlite({"sqlite", [] {
                                    return std::make_unique<SqliteUnderTest>(sqlite::QueryTuning());
                                  }});

// Gives up its first way to the records, and the second, as soon as it can, and takes many steps to
// build an index.
const RegisterRepository kRestlessSqlite({"sqlite, restless", [] {
                                            return std::make_unique<SqliteUnderTest>(
                                                sqlite::QueryTuning{.few_candidates = 3,
                                                                    .record_cost = 0},
                                                5);
                                          }});

}  // namespace
}  // namespace dropzone::contract
