#include <dropzone/sqlite/sqlite_record_repository.h>

#include <atomic>
#include <utility>

#include <dropzone/document_decoder.h>

#include "aggregate_run.h"
#include "catalog.h"
#include "checkpointer.h"
#include "commit_jobs.h"
#include "commit_meter.h"
#include "commit_queue.h"
#include "connection.h"
#include "connection_pool.h"
#include "index_builder.h"
#include "query_run.h"
#include "record_row.h"
#include "record_writer.h"
#include "schema.h"
#include "store_file.h"
#include "wrapped_file.h"

namespace dropzone::sqlite {
namespace {

// Longer texts are hardly shared.
constexpr std::size_t kMaxSharedText = 200;

Connection::Settings settings_for(const StoreFile& file, const SqliteOptions& options,
                                  Connection::Mode mode) {
  return {file.path(), mode, options.cache_bytes, options.mapped_bytes};
}

}  // namespace

class SqliteRecordRepository::Store {
 public:
  Store(StoreFile file, std::unique_ptr<Connection> connection, const SqliteOptions& options)
      : file_(std::move(file)),
        connection_(std::move(connection)),
        writer_(*connection_, catalog_),
        readers_(settings_for(file_, options, Connection::Mode::read_only),
                 options.read_connections),
        tuning_(options.tuning),
        queue_(writer_, {options.group_bytes, options.group_jobs}, meter_) {}

  static Result<std::unique_ptr<Store>> open(const SqliteOptions& options);

  Result<std::vector<WriteOutcome>> write(std::vector<Write> writes, Atomicity atomicity,
                                          Deadline deadline);
  void write_async(std::vector<Write> writes, Atomicity atomicity, Deadline deadline,
                   WriteCompletion done);
  Result<void> find(const KindTables& kind, std::span<const std::string> ids, Projection projection,
                    const RecordSink& sink, Deadline deadline);
  Result<std::vector<EraseStatus>> erase(const KindTables& kind, std::span<const Erase> erases,
                                         Deadline deadline);
  Result<void> check(Deadline deadline);

  Catalog& catalog() noexcept { return catalog_; }
  [[nodiscard]] const QueryTuning& tuning() const noexcept { return tuning_; }
  ConnectionPool& readers() noexcept { return readers_; }
  [[nodiscard]] CommitFigures figures() const {
    CommitFigures figures = meter_.figures();
    figures.queue_depth = queue_.depth();
    return figures;
  }
  [[nodiscard]] LogFigures log_figures() const {
    const Checkpointer::Figures figures = checkpointer_->figures();
    return {.bytes = figures.log.written * figures.page_bytes,
            .unmoved_bytes = (figures.log.written - figures.log.moved) * figures.page_bytes,
            .move_failures = figures.failures,
            .sync_failures = failed_syncs(),
            .pauses = figures.pauses,
            .held = figures.held};
  }

 private:
  Result<std::vector<PreparedWrite>> prepare(std::vector<Write> writes, Deadline deadline);
  Result<const KindTables*> tables_for(const std::string& kind, Deadline deadline);
  Result<TextReference> reference_to(const std::string& text, Deadline deadline);
  Result<void> submit(CommitJob& job);
  void note(const Result<void>& done);

  StoreFile file_;  // Owned until all connections are closed.
  Catalog catalog_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Checkpointer> checkpointer_;
  RecordWriter writer_;
  CommitMeter meter_;
  ConnectionPool readers_;
  const QueryTuning tuning_;
  std::atomic<bool> last_write_failed_ = false;
  CommitQueue queue_;  // Ends first: whom it still tells may use the others.
};

Result<std::unique_ptr<SqliteRecordRepository::Store>> SqliteRecordRepository::Store::open(
    const SqliteOptions& options) {
  auto file = StoreFile::own(options.path);
  if (!file) return std::move(file).error();
  auto connection = Connection::open(settings_for(*file, options, Connection::Mode::read_write));
  if (!connection) return std::move(connection).error();
  if (auto ready = prepare_schema(**connection); !ready) return std::move(ready).error();
  auto store = std::make_unique<Store>(*std::move(file), *std::move(connection), options);
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
  return store;
}

Result<std::vector<WriteOutcome>> SqliteRecordRepository::Store::write(std::vector<Write> writes,
                                                                       Atomicity atomicity,
                                                                       Deadline deadline) {
  auto prepared = prepare(std::move(writes), deadline);
  if (!prepared) return std::move(prepared).error();
  WriteJob job(writer_, *std::move(prepared), atomicity, deadline);
  if (auto done = submit(job); !done) return std::move(done).error();
  return std::move(job.outcomes());
}

void SqliteRecordRepository::Store::write_async(std::vector<Write> writes, Atomicity atomicity,
                                                Deadline deadline, WriteCompletion done) {
  auto prepared = prepare(std::move(writes), deadline);
  if (!prepared) {
    done(std::move(prepared).error());
    return;
  }
  auto job = std::make_shared<WriteJob>(writer_, *std::move(prepared), atomicity, deadline);
  WriteJob& kept = *job;  // By the queue, until it is done.
  queue_.submit_async(std::move(job), [this, &kept, done = std::move(done)](Result<void> written) {
    note(written);
    if (written) {
      done(std::move(kept.outcomes()));
    } else {
      done(std::move(written).error());
    }
  });
}

Result<std::vector<PreparedWrite>> SqliteRecordRepository::Store::prepare(std::vector<Write> writes,
                                                                          Deadline deadline) {
  std::vector<PreparedWrite> prepared;
  prepared.reserve(writes.size());
  for (Write& write : writes) {
    PreparedWrite& next = prepared.emplace_back();
    auto kind = tables_for(write.kind, deadline);
    if (!kind) return std::move(kind).error();
    next.kind = *kind;
    auto pipeline = reference_to(write.meta.pipeline, deadline);
    if (!pipeline) return std::move(pipeline).error();
    next.pipeline = *std::move(pipeline);
    if (const auto pointers = timestamp_pointers(write.data); !pointers.empty()) {
      auto timestamps = reference_to(join_pointers(pointers), deadline);
      if (!timestamps) return std::move(timestamps).error();
      next.timestamps = *std::move(timestamps);
    }
    for (const FieldIndex& index : next.kind->indexes) {
      next.entries.push_back(entries_of(index.field.find_in(write.data)));
    }
    next.write = std::move(write);
  }
  return prepared;
}

Result<const KindTables*> SqliteRecordRepository::Store::tables_for(const std::string& kind,
                                                                    Deadline deadline) {
  if (const KindTables* known = catalog_.find_kind(kind)) return known;
  std::optional<KindTables> made;
  SmallJob job(
      [&]() -> Result<void> {
        auto tables = make_kind(*connection_, kind);
        if (!tables) return std::move(tables).error();
        made = *std::move(tables);
        return {};
      },
      deadline);
  if (auto done = submit(job); !done) return std::move(done).error();
  return catalog_.add_kind(*std::move(made));
}

Result<TextReference> SqliteRecordRepository::Store::reference_to(const std::string& text,
                                                                  Deadline deadline) {
  if (text.size() > kMaxSharedText) return TextReference(text);
  if (const auto known = catalog_.find_text(text)) return TextReference(*known);
  if (catalog_.is_full()) return TextReference(text);
  std::optional<std::int64_t> number;
  SmallJob job(
      [&]() -> Result<void> {
        auto made = make_text(*connection_, text);
        if (!made) return std::move(made).error();
        number = *made;
        return {};
      },
      deadline);
  if (auto done = submit(job); !done) return std::move(done).error();
  if (!number) return TextReference(text);
  catalog_.add_text(*number, text);
  return TextReference(*number);
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
                                                 Deadline deadline) {
  auto connection = readers_.lease(deadline);
  if (!connection) return std::move(connection).error();
  auto cursor = (*connection)->prepare(select_record(kind, columns_for(projection, false)));
  if (!cursor) return std::move(cursor).error();
  RecordRow record(**connection, catalog_);
  for (const std::string& id : ids) {
    cursor->reset();
    cursor->bind(std::string_view(id));
    const Step step = cursor->step();
    if (step == Step::failed) return cursor->error();
    if (step == Step::done) continue;
    record.at(*cursor);
    auto view = record.view(projection);
    if (!view) return std::move(view).error();
    sink(*view);
  }
  return {};
}

Result<std::vector<EraseStatus>> SqliteRecordRepository::Store::erase(const KindTables& kind,
                                                                      std::span<const Erase> erases,
                                                                      Deadline deadline) {
  EraseJob job(writer_, kind, erases, deadline);
  if (auto done = submit(job); !done) return std::move(done).error();
  return std::move(job.statuses());
}

// After a failed write it tries another, which changes nothing: the disk may have space again.
// There and back, because SQLite does not write what is the same.
Result<void> SqliteRecordRepository::Store::check(Deadline deadline) {
  if (last_write_failed_) {
    SmallJob job(
        [&] {
          auto there = connection_->run("UPDATE kinds SET records = records + 1");
          return there ? connection_->run("UPDATE kinds SET records = records - 1") : there;
        },
        deadline);
    if (auto done = submit(job); !done) return done;
  }
  auto connection = readers_.lease(deadline);
  if (!connection) return std::move(connection).error();
  auto kinds = (*connection)->integer("SELECT count(*) FROM kinds", 0);
  if (!kinds) return std::move(kinds).error();
  return {};
}

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
  if (is_past(options.deadline)) return too_late();
  if (writes.empty()) return std::vector<WriteOutcome>();
  return store_->write(std::move(writes), atomicity, options.deadline);
}

void SqliteRecordRepository::write_async(std::vector<Write> writes, Atomicity atomicity,
                                         const CallOptions& options, WriteCompletion done) {
  if (is_past(options.deadline)) {
    done(too_late());
  } else if (writes.empty()) {
    done(std::vector<WriteOutcome>());
  } else {
    store_->write_async(std::move(writes), atomicity, options.deadline, std::move(done));
  }
}

Result<void> SqliteRecordRepository::find(const std::string& kind, std::span<const std::string> ids,
                                          Projection projection, const RecordSink& sink,
                                          const CallOptions& options) {
  if (is_past(options.deadline)) return too_late();
  const KindTables* tables = store_->catalog().find_kind(kind);
  if (!tables) return {};
  return store_->find(*tables, ids, projection, sink, options.deadline);
}

Result<std::optional<Position>> SqliteRecordRepository::query(const Query& query,
                                                              Projection projection,
                                                              const RecordSink& sink,
                                                              const CallOptions& options) {
  if (is_past(options.deadline)) return too_late();
  const KindTables* tables = store_->catalog().find_kind(query.kind);
  if (!tables) return std::optional<Position>();
  auto connection = store_->readers().lease(options.deadline);
  if (!connection) return std::move(connection).error();
  auto snapshot = Transaction::begin_read(**connection);
  if (!snapshot) return std::move(snapshot).error();
  return QueryRun(**connection, store_->catalog(), *tables, query, projection, sink,
                  store_->tuning())
      .run();
}

Result<Aggregates> SqliteRecordRepository::aggregate(const AggregateQuery& query,
                                                     const CallOptions& options) {
  if (is_past(options.deadline)) return too_late();
  const KindTables* tables = store_->catalog().find_kind(query.kind);
  if (!tables) return Aggregator(query).result();
  auto connection = store_->readers().lease(options.deadline);
  if (!connection) return std::move(connection).error();
  auto snapshot = Transaction::begin_read(**connection);
  if (!snapshot) return std::move(snapshot).error();
  return run_aggregate(**connection, store_->catalog(), *tables, query);
}

Result<std::vector<EraseStatus>> SqliteRecordRepository::erase(const std::string& kind,
                                                               std::span<const Erase> erases,
                                                               const CallOptions& options) {
  if (is_past(options.deadline)) return too_late();
  const KindTables* tables = store_->catalog().find_kind(kind);
  if (!tables || erases.empty()) {
    return std::vector<EraseStatus>(erases.size(), EraseStatus::missing);
  }
  return store_->erase(*tables, erases, options.deadline);
}

Result<std::vector<std::string>> SqliteRecordRepository::kinds(const CallOptions& options) {
  if (is_past(options.deadline)) return too_late();
  auto connection = store_->readers().lease(options.deadline);
  if (!connection) return std::move(connection).error();
  auto cursor = (*connection)->prepare("SELECT name FROM kinds WHERE records > 0 ORDER BY name");
  if (!cursor) return std::move(cursor).error();
  std::vector<std::string> names;
  Step step = cursor->step();
  for (; step == Step::row; step = cursor->step()) names.emplace_back(cursor->bytes(0));
  if (step == Step::failed) return cursor->error();
  return names;
}

Result<void> SqliteRecordRepository::check(const CallOptions& options) {
  return store_->check(options.deadline);
}

CommitFigures SqliteRecordRepository::figures() const { return store_->figures(); }

LogFigures SqliteRecordRepository::log_figures() const { return store_->log_figures(); }

}  // namespace dropzone::sqlite
