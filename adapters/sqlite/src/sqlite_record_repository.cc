#include <dropzone/sqlite/sqlite_record_repository.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include <dropzone/call/takes_long.h>

#include "query/aggregate_run.h"
#include "query/query_run.h"
#include "query/snapshot.h"
#include "sqlite_store.h"

namespace dropzone::sqlite {

using Use = ConnectionPool::Use;

namespace {

// For so long a query may read that may not take long.
constexpr std::chrono::milliseconds kBriefly{1};

}  // namespace

Result<std::unique_ptr<SqliteRecordRepository>> SqliteRecordRepository::open(
    const SqliteOptions& options) {
  auto store = Store::open(options);
  if (!store) return std::move(store).error();
  return std::unique_ptr<SqliteRecordRepository>(new SqliteRecordRepository(*std::move(store)));
}

SqliteRecordRepository::SqliteRecordRepository(std::unique_ptr<Store> store)
    : store_(std::move(store)) {}

SqliteRecordRepository::~SqliteRecordRepository() = default;

Result<std::vector<WriteOutcome>> SqliteRecordRepository::write(std::vector<Write> writes,
                                                                Atomicity atomicity,
                                                                const CallOptions& options) {
  if (options.is_over()) return deadline_exceeded();
  if (writes.empty()) return std::vector<WriteOutcome>();
  return store_->write(std::move(writes), atomicity, options.deadline);
}

Result<std::vector<WriteOutcome>> SqliteRecordRepository::write_with_receipts(
    std::vector<Write> writes, Atomicity atomicity, const Receipts& receipts,
    const CallOptions& options) {
  if (options.is_over()) return deadline_exceeded();
  if (writes.empty()) return std::vector<WriteOutcome>();
  return store_->write(std::move(writes), atomicity, options.deadline, &receipts);
}

void SqliteRecordRepository::write_async(std::vector<Write> writes, Atomicity atomicity,
                                         const CallOptions& options, WriteCompletion done) {
  if (options.is_over()) {
    done(deadline_exceeded());
  } else if (writes.empty()) {
    done(std::vector<WriteOutcome>());
  } else {
    store_->write_async(std::move(writes), atomicity, options.deadline, std::move(done));
  }
}

std::unique_ptr<BatchWriter> SqliteRecordRepository::begin_batch(const CallOptions& options) {
  return store_->begin_batch(options);
}

Result<void> SqliteRecordRepository::find(const std::string& kind, std::span<const std::string> ids,
                                          Projection projection, const RecordSink& sink,
                                          const CallOptions& options) {
  if (options.is_over()) return deadline_exceeded();
  const auto tables = store_->catalog().find_kind(kind);
  if (!tables) return {};
  return store_->find(*tables, ids, projection, sink, options);
}

Result<std::optional<Position>> SqliteRecordRepository::query(const Query& query,
                                                              Projection projection,
                                                              const RecordSink& sink,
                                                              const CallOptions& options) {
  if (options.is_over()) return deadline_exceeded();
  const bool reads_one_page = query.filter.selects_all() && query.order.empty();
  if (options.may_wait || reads_one_page) return store_->query(query, projection, sink, options);
  CallOptions brief = options;
  brief.deadline = std::min(options.deadline, std::chrono::steady_clock::now() + kBriefly);
  auto page = store_->query(query, projection, sink, brief);
  const bool late = !page && page.error().code == ErrorCode::deadline_exceeded;
  if (late && !options.is_over()) return takes_long();
  return page;
}

void SqliteRecordRepository::begin_reads() noexcept { store_->begin_reads(); }

void SqliteRecordRepository::end_reads() noexcept { store_->end_reads(); }

Result<Aggregates> SqliteRecordRepository::aggregate(const AggregateQuery& query,
                                                     const CallOptions& options) {
  if (options.is_over()) return deadline_exceeded();
  auto connection = store_->readers().lease(Use::long_read, options);
  if (!connection) return std::move(connection).error();
  const auto snapshot = Snapshot::of(**connection, store_->catalog(), query.kind);
  if (!snapshot) return snapshot.error();
  if (!snapshot->kind()) return Aggregator(query).result();
  return run_aggregate(**connection, store_->catalog(), *snapshot->kind(), query, options);
}

Result<std::vector<EraseStatus>> SqliteRecordRepository::erase(const std::string& kind,
                                                               std::span<const Erase> erases,
                                                               const CallOptions& options) {
  if (options.is_over()) return deadline_exceeded();
  if (erases.empty() || !store_->catalog().find_kind(kind)) {
    return std::vector<EraseStatus>(erases.size(), EraseStatus::missing);
  }
  return store_->erase(kind, erases, options.deadline);
}

Result<void> SqliteRecordRepository::declare(std::shared_ptr<const Kind> kind,
                                             const CallOptions& options) {
  if (options.is_over()) return deadline_exceeded();
  return store_->declare(*kind, options.deadline);
}

std::vector<IndexBuild> SqliteRecordRepository::builds() const { return store_->builds(); }

Result<std::vector<std::string>> SqliteRecordRepository::kinds(const CallOptions& options) {
  if (options.is_over()) return deadline_exceeded();
  auto connection = store_->readers().lease(Use::short_read, options);
  if (!connection) return std::move(connection).error();
  auto statement = (*connection)->prepare("SELECT name FROM kinds WHERE records > 0 ORDER BY name");
  if (!statement) return std::move(statement).error();
  std::vector<std::string> names;
  Step step = statement->step();
  for (; step == Step::row; step = statement->step()) names.emplace_back(statement->bytes(0));
  if (step == Step::failed) return statement->error();
  return names;
}

Result<void> SqliteRecordRepository::check(const CallOptions& options) {
  return store_->check(options);
}

bool SqliteRecordRepository::is_new() const noexcept { return store_->is_new(); }

CommitStats SqliteRecordRepository::stats() const { return store_->stats(); }

WalStats SqliteRecordRepository::wal_stats() const { return store_->wal_stats(); }

}  // namespace dropzone::sqlite
