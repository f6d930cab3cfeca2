#include "sqlite_store.h"

#include <algorithm>
#include <utility>

#include "db/file_mark.h"
#include "db/schema.h"
#include "files/wrapped_file.h"
#include "query/query_run.h"
#include "query/record_row.h"
#include "query/snapshot.h"
#include "streamed_batch.h"
#include "write/index_builder.h"
#include "write/names_job.h"

namespace dropzone::sqlite {
namespace {

// Besides those for long reads.
constexpr std::size_t kConnectionsKeptApart = 2;

// So many free pages are worth stopping the server for.
constexpr std::int64_t kManyPages = 4'096;

using Use = ConnectionPool::Use;

Connection::Settings settings_for(const StoreFile& file, const SqliteOptions& options,
                                  Connection::Mode mode) {
  return {file.path(), mode, options.cache_bytes};
}

}  // namespace

SqliteRecordRepository::Store::Store(StoreFile file, std::unique_ptr<Connection> connection,
                                     const SqliteOptions& options)
    : file_(std::move(file)),
      connection_(std::move(connection)),
      writer_(*connection_, catalog_),
      readers_(file_, settings_for(file_, options, Connection::Mode::read_only),
               {options.read_connections, kConnectionsKeptApart}),
      tuning_(options.tuning),
      target_(writer_, file_),
      queue_(target_, {options.group_bytes, options.group_jobs}, meter_) {}

SqliteRecordRepository::Store::~Store() {
  if (indexes_) indexes_->stop();
  if (space_) space_->stop();
}

Result<std::unique_ptr<SqliteRecordRepository::Store>> SqliteRecordRepository::Store::open(
    const SqliteOptions& options) {
  auto file = StoreFile::own(options.path);
  if (!file) return std::move(file).error();
  if (auto belongs = check_log_owner(*file); !belongs) return std::move(belongs).error();
  const bool is_new = file->is_empty();
  const bool had_log = file->has_log();
  auto connection = Connection::open(settings_for(*file, options, Connection::Mode::read_write));
  if (!connection) return std::move(connection).error();
  (*connection)->keep_log(true);  // A start that is refused changes neither file nor log.
  if (auto ready = prepare_schema(**connection); !ready) return std::move(ready).error();
  (*connection)->keep_log(false);
  begin_logs_with_marks(**connection);
  file->note_places();
  auto store = std::make_unique<Store>(*std::move(file), *std::move(connection), options);
  store->is_new_ = is_new;
  Connection& writer = *store->connection_;
  auto checkpointer = Checkpointer::start(writer, store->file_.path(),
                                          {.bytes = options.checkpoint_bytes,
                                           .paced_bytes = options.paced_log_bytes,
                                           .warn = options.warn});
  if (!checkpointer) return std::move(checkpointer).error();
  store->checkpointer_ = *std::move(checkpointer);
  if (auto loaded = load_texts(writer, store->catalog_); !loaded) return std::move(loaded).error();
  auto reconciled = reconcile(writer, store->catalog_, options.kinds, options.index_progress);
  if (!reconciled) return std::move(reconciled).error();
  if (auto loaded = load_kinds(writer, store->catalog_); !loaded) return std::move(loaded).error();
  // Before the keepers' threads, whose jobs use the connection as well.
  const auto unfinished =
      writer.integer("SELECT count(*) FROM indexes WHERE kind = 0 OR built_to IS NOT NULL", 0);
  if (!unfinished) return unfinished.error();
  if (auto kept = store->keep_space(options, had_log); !kept) return std::move(kept).error();
  store->keep_indexes(options, *unfinished > 0);
  return store;
}

// What was deleted before a crash may still be in the log.
Result<void> SqliteRecordRepository::Store::keep_space(const SqliteOptions& options, bool had_log) {
  const auto free = connection_->integer("PRAGMA freelist_count", 0);
  if (!free) return free.error();
  const auto pages = connection_->integer("PRAGMA page_count", 0);
  if (!pages) return pages.error();
  const auto gives_back = connection_->integer("PRAGMA auto_vacuum", 0);
  if (!gives_back) return gives_back.error();
  if (*gives_back == 0 && *free > kManyPages && *free > *pages / 4 && options.warn) {
    options.warn(std::to_string(*free) + " of the " + std::to_string(*pages) +
                 " pages of the store's file are free, and it was made by a version that does not "
                 "give them back. Stop the server, and run dropzone-server compact.");
  }
  space_ = std::make_unique<SpaceKeeper>(
      queue_, *connection_, *checkpointer_, meter_,
      SpaceKeeper::Settings{
          .idle = options.idle,
          .log_limit = Checkpointer::log_limit({.bytes = options.checkpoint_bytes})});
  if (had_log || *free > 0) space_->freed();
  return {};
}

void SqliteRecordRepository::Store::keep_indexes(const SqliteOptions& options, bool unfinished) {
  indexes_ =
      std::make_unique<IndexKeeper>(queue_, writer_, catalog_, meter_, unfinished,
                                    IndexKeeper::Settings{.records_at_once = options.build_records,
                                                          .freed = [this] { space_->freed(); },
                                                          .warn = options.warn});
}

void SqliteRecordRepository::Store::note_outcomes(const std::vector<WriteOutcome>& outcomes) {
  const auto leaves_space = [](const WriteOutcome& outcome) {
    return outcome.status == WriteStatus::replaced || outcome.status == WriteStatus::erased;
  };
  if (std::ranges::any_of(outcomes, leaves_space)) space_->freed();
}

std::vector<PreparedWrite> SqliteRecordRepository::Store::unprepared(std::vector<Write> writes) {
  std::vector<PreparedWrite> prepared(writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) prepared[i].write = std::move(writes[i]);
  return prepared;
}

Result<void> SqliteRecordRepository::Store::name(std::vector<PreparedWrite>& writes,
                                                 Deadline deadline) {
  auto unknown = fill_in(writes, catalog_);
  if (unknown.empty()) return {};
  NamesJob names(*connection_, std::move(unknown), deadline);
  DROPZONE_CHECK(submit(names));
  names.publish(catalog_);
  (void)fill_in(writes, catalog_);
  return {};
}

Result<std::vector<WriteOutcome>> SqliteRecordRepository::Store::write(std::vector<Write> writes,
                                                                       Atomicity atomicity,
                                                                       Deadline deadline,
                                                                       const Receipts* receipts) {
  auto prepared = unprepared(std::move(writes));
  if (receipts) prepared.emplace_back().write.kind = receipts->kind();
  DROPZONE_CHECK(name(prepared, deadline));
  WriteJob job(writer_, std::move(prepared), atomicity, deadline, receipts);
  if (auto done = submit(job); !done) return std::move(done).error();
  if (job.refusal()) return *std::move(job.refusal());
  note_outcomes(job.outcomes());
  return std::move(job.outcomes());
}

// Names come first, in a transaction of their own: what was rolled back must not be in the catalog.
void SqliteRecordRepository::Store::write_async(std::vector<Write> writes, Atomicity atomicity,
                                                Deadline deadline, WriteCompletion done) {
  auto prepared = unprepared(std::move(writes));
  auto unknown = fill_in(prepared, catalog_);
  if (unknown.empty()) {
    submit_async(std::move(prepared), atomicity, deadline, std::move(done));
    return;
  }
  auto names = std::make_shared<NamesJob>(*connection_, std::move(unknown), deadline);
  NamesJob& kept = *names;  // By the queue, until it is done.
  auto rest = std::make_shared<std::vector<PreparedWrite>>(std::move(prepared));
  queue_.submit_async(std::move(names), [this, &kept, rest, atomicity, deadline,
                                         done = std::move(done)](Result<void> made) {
    note(made);
    try {
      if (made) {
        kept.publish(catalog_);
        (void)fill_in(*rest, catalog_);
        submit_async(std::move(*rest), atomicity, deadline, done);
        return;
      }
    } catch (const std::exception&) {
      made = Error{ErrorCode::unavailable, "There is no memory for the write just now."};
    }
    done(std::move(made).error());
  });
}

std::unique_ptr<BatchWriter> SqliteRecordRepository::Store::begin_batch(
    const CallOptions& options) {
  return std::make_unique<StreamedBatch>(*this, options);
}

void SqliteRecordRepository::Store::submit_async(std::vector<PreparedWrite> prepared,
                                                 Atomicity atomicity, Deadline deadline,
                                                 WriteCompletion done) {
  auto job = std::make_shared<WriteJob>(writer_, std::move(prepared), atomicity, deadline);
  WriteJob& kept = *job;  // By the queue, until it is done.
  queue_.submit_async(std::move(job), [this, &kept, done = std::move(done)](Result<void> written) {
    note(written);
    if (written) {
      note_outcomes(kept.outcomes());
      done(std::move(kept.outcomes()));
    } else {
      done(std::move(written).error());
    }
  });
}

Result<void> SqliteRecordRepository::Store::submit(CommitJob& job) {
  auto done = queue_.submit(job);
  note(done);
  return done;
}

void SqliteRecordRepository::Store::note(const Result<void>& done) {
  if (done || done.error().code != ErrorCode::deadline_exceeded) last_write_failed_ = !done;
}

Result<void> SqliteRecordRepository::Store::find(const KindTables& kind,
                                                 std::span<const std::string> ids,
                                                 Projection projection, const RecordSink& sink,
                                                 const CallOptions& options) {
  auto connection = readers_.lease(Use::short_read, options);
  if (!connection) return std::move(connection).error();
  auto statement =
      (*connection)->prepare(select_record(kind, columns_for(projection, Columns::id)));
  if (!statement) return std::move(statement).error();
  RecordRow record(**connection, catalog_);
  for (const std::string& id : ids) {
    if (options.is_over()) return deadline_exceeded();
    statement->reset();
    statement->bind(std::string_view(id));
    const Step step = statement->step();
    if (step == Step::failed) return statement->error();
    if (step == Step::done) continue;
    record.at(*statement);
    auto view = record.view(projection);
    if (!view) return std::move(view).error();
    sink(*view);
  }
  return {};
}

// A lock that is kept would be in the way of a log that is to begin again.
void SqliteRecordRepository::Store::begin_reads() noexcept {
  if (!checkpointer_->log_is_full()) readers_.begin_burst();
}

Result<std::optional<Position>> SqliteRecordRepository::Store::query(const Query& query,
                                                                     Projection projection,
                                                                     const RecordSink& sink,
                                                                     const CallOptions& options) {
  auto connection = readers_.lease(options.may_wait ? Use::long_read : Use::short_read, options);
  if (!connection) return std::move(connection).error();
  const auto snapshot = Snapshot::of(**connection, catalog_, query.kind);
  if (!snapshot) return snapshot.error();
  if (!snapshot->kind()) return std::optional<Position>();
  return QueryRun(**connection, catalog_, *snapshot->kind(), query, projection, sink, tuning_,
                  options)
      .run();
}

Result<std::vector<EraseStatus>> SqliteRecordRepository::Store::erase(const std::string& kind,
                                                                      std::span<const Erase> erases,
                                                                      Deadline deadline) {
  EraseJob job(writer_, kind, erases, deadline);
  if (auto done = submit(job); !done) return std::move(done).error();
  if (std::ranges::count(job.statuses(), EraseStatus::erased) > 0) space_->freed();
  return std::move(job.statuses());
}

Result<void> SqliteRecordRepository::Store::declare(const Kind& kind, Deadline deadline) {
  auto declared = indexes_->declare(kind, deadline);
  note(declared);
  return declared;
}

// After a failed write it tries another: the disk may have space again.
Result<void> SqliteRecordRepository::Store::check(const CallOptions& options) {
  if (auto in_place = file_.check_in_place(); !in_place) return in_place;
  if (last_write_failed_) {
    if (!options.may_wait) return Error{ErrorCode::unavailable, "The last write failed."};
    if (auto written = try_to_write(options.deadline); !written) return written;
  }
  auto connection = readers_.lease(Use::short_read, options);
  if (!connection) return std::move(connection).error();
  auto kinds = (*connection)->integer("SELECT count(*) FROM kinds", 0);
  if (!kinds) return std::move(kinds).error();
  return {};
}

// There and back, because SQLite does not write what is the same.
Result<void> SqliteRecordRepository::Store::try_to_write(Deadline deadline) {
  SmallJob job(
      [this] {
        auto there = connection_->run("UPDATE kinds SET records = records + 1");
        return there ? connection_->run("UPDATE kinds SET records = records - 1") : there;
      },
      deadline);
  return submit(job);
}

CommitStats SqliteRecordRepository::Store::stats() const {
  CommitStats stats = meter_.stats();
  stats.queue_depth = queue_.depth();
  return stats;
}

WalStats SqliteRecordRepository::Store::wal_stats() const {
  const Checkpointer::Stats stats = checkpointer_->stats();
  return {.bytes = stats.log.written * stats.page_bytes,
          .unmoved_bytes = (stats.log.written - stats.log.moved) * stats.page_bytes,
          .move_failures = stats.failures,
          .sync_failures = failed_syncs(),
          .pauses = stats.pauses,
          .held = stats.held};
}

}  // namespace dropzone::sqlite
