#include "db/connection.h"

#include <sqlite3.h>

#include <mutex>
#include <utility>

#include <dropzone/expects.h>

#include "db/sqlite_error.h"
#include "files/database_file.h"
#include "files/log_file_system.h"

namespace dropzone::sqlite {
namespace {

constexpr int kStepsBetweenLooks = 20'000;
constexpr int kBusyMilliseconds = 5'000;
constexpr std::size_t kMaxStatements = 500;

// Counting each allocation would take a process-wide lock each time.
void configure_library_once() {
  static std::once_flag once;
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

int length_of(std::string_view bytes) { return static_cast<int>(bytes.size()); }

// SQLite takes a null pointer for NULL, which an empty text is not.
const char* data_of(std::string_view bytes) { return bytes.data() ? bytes.data() : ""; }

class SetWhileInside {
 public:
  explicit SetWhileInside(bool& flag) : flag_(flag) { flag_ = true; }
  ~SetWhileInside() { flag_ = false; }
  SetWhileInside(const SetWhileInside&) = delete;
  SetWhileInside& operator=(const SetWhileInside&) = delete;

 private:
  bool& flag_;
};

sqlite3_file* main_file(sqlite3* handle) noexcept {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return file;
}

}  // namespace

Statement::~Statement() {
  if (!prepared_) return;
  reset();
  prepared_->in_use = false;
}

void Statement::bind_one(int parameter, std::int64_t integer) {
  sqlite3_bind_int64(statement(), parameter, integer);
}

void Statement::bind_one(int parameter, double number) {
  sqlite3_bind_double(statement(), parameter, number);
}

void Statement::bind_one(int parameter, std::string_view text) {
  sqlite3_bind_text(statement(), parameter, data_of(text), length_of(text), SQLITE_STATIC);
}

void Statement::bind_copy(int parameter, std::string_view text) {
  // SQLite's mark for "make a copy" is not a real pointer.
  sqlite3_bind_text(statement(), parameter, data_of(text), length_of(text),
                    SQLITE_TRANSIENT);  // NOLINT
}

void Statement::bind_one(int parameter, Blob blob) {
  sqlite3_bind_blob(statement(), parameter, data_of(blob.bytes), length_of(blob.bytes),
                    SQLITE_STATIC);
}

void Statement::bind_one(int parameter, std::nullptr_t) {
  sqlite3_bind_null(statement(), parameter);
}

Step Statement::step() {
  switch (sqlite3_step(statement())) {
    case SQLITE_ROW: return Step::row;
    case SQLITE_DONE: return Step::done;
    default: return Step::failed;
  }
}

void Statement::reset() { sqlite3_reset(statement()); }

Error Statement::error() const { return last_error(sqlite3_db_handle(statement())); }

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement(), column) == SQLITE_NULL;
}

bool Statement::is_integer(int column) const {
  return sqlite3_column_type(statement(), column) == SQLITE_INTEGER;
}

bool Statement::is_text(int column) const {
  return sqlite3_column_type(statement(), column) == SQLITE_TEXT;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement(), column);
}

double Statement::number(int column) const { return sqlite3_column_double(statement(), column); }

std::string_view Statement::bytes(int column) const {
  // Looks for the column once, where sqlite3_column_blob() and …_bytes() would do so twice.
  sqlite3_value* const value = sqlite3_column_value(statement(), column);
  const void* bytes = sqlite3_value_blob(value);
  const int length = bytes ? sqlite3_value_bytes(value) : 0;
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(length)};
}

Result<std::unique_ptr<Connection>> Connection::open(const Settings& settings) {
  configure_library_once();
  std::unique_ptr<Connection> connection(new Connection);
  const bool writes = settings.mode == Mode::read_write;
  const int mode = writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  const int opened =
      sqlite3_open_v2(settings.path.c_str(), &connection->handle_,
                      mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, log_file_system());
  if (opened != SQLITE_OK) {
    return error_of(opened, connection->handle_ ? sqlite3_system_errno(connection->handle_) : 0);
  }
  sqlite3_busy_timeout(connection->handle_, kBusyMilliseconds);
  sqlite3_progress_handler(connection->handle_, kStepsBetweenLooks, &Connection::is_call_over,
                           connection.get());
  auto configured = connection->execute(
      "PRAGMA cache_size = -" + std::to_string(settings.cache_bytes / 1024) +
      "; PRAGMA mmap_size = 0; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
  if (!configured) return std::move(configured).error();
  return connection;
}

Connection::~Connection() {
  forget_unused_statements();
  sqlite3_close(handle_);
}

void Connection::forget_unused_statements() {
  std::erase_if(statements_, [](const auto& entry) {
    const Statement::Prepared& prepared = entry.second;
    if (!prepared.in_use) sqlite3_finalize(prepared.statement);
    return !prepared.in_use;
  });
}

Result<void> Connection::begin_write() {
  if (before_write_ && !in_hook_) {
    const SetWhileInside hook(in_hook_);
    if (auto ready = before_write_(); !ready) return ready;
  }
  return run("BEGIN IMMEDIATE");
}

// Left open, the transaction would go to the next call with the connection.
Result<void> Connection::roll_back() {
  const CallOptions* const options = std::exchange(options_, nullptr);
  auto rolled_back = run("ROLLBACK");
  options_ = options;
  return rolled_back;
}

void Connection::wait_for_others(bool wait) noexcept {
  sqlite3_busy_timeout(handle_, wait ? kBusyMilliseconds : 0);
}

int Connection::is_call_over(void* connection) noexcept {
  const CallOptions* const options = static_cast<Connection*>(connection)->options_;
  return options && options->is_over();
}

Result<Statement> Connection::prepare(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) {
    DROPZONE_EXPECTS(!known->second.in_use);
    return Statement(known->second);
  }
  if (statements_.size() >= kMaxStatements) forget_unused_statements();
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_, sql.data(), length_of(sql), SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK) {
    return last_error(handle_);
  }
  return Statement(statements_.emplace(sql, Statement::Prepared{statement}).first->second);
}

Result<void> Connection::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return last_error(handle_);
}

Result<void> Connection::finish(Statement& statement) {
  Step step = statement.step();
  while (step == Step::row) step = statement.step();
  if (step == Step::failed) return statement.error();
  return {};
}

void Connection::observe_log(LogObserver* observer) noexcept {
  // The commit is durable by now: whatever happens here does not fail it.
  const auto notify = [](void* context, sqlite3*, const char*, int) noexcept {
    static_cast<LogObserver*>(context)->committed();
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle_, observer ? +notify : nullptr, observer);
}

LogPages Connection::log_pages() noexcept {
  sqlite3_file* const file = main_file(handle_);
  return file ? read_log_index(file).value_or(LogPages{}) : LogPages{};
}

Result<LogPages> Connection::checkpoint() {
  if (const LogPages log = log_pages(); log.moved >= log.written) return log;
  const int result =
      sqlite3_wal_checkpoint_v2(handle_, "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  CheckpointFault fault;
  sqlite3_file_control(handle_, "main", kTakeCheckpointFault, &fault);
  if (fault.status != SQLITE_OK) return error_of(fault.status, fault.system_error);
  // Somebody else moves the log at this moment, begins it again, or has just moved all of it.
  if (result == SQLITE_BUSY) return log_pages();
  if (result != SQLITE_OK) return error_of(result, sqlite3_system_errno(handle_));
  return log_pages();
}

void Connection::sync_each(std::int64_t bytes) noexcept {
  if (DatabaseFile* const ours = database_file_of(main_file(handle_))) ours->most_unsynced = bytes;
}

void Connection::keep_log(bool keep) noexcept {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, nullptr);
}

void Connection::let_log_begin(bool let) noexcept {
  if (DatabaseFile* const ours = database_file_of(main_file(handle_))) ours->log_may_begin = let;
}

void Connection::keep_read_lock(bool keep) noexcept {
  if (keep == std::exchange(keeps_read_lock_, keep)) return;
  if (DatabaseFile* const ours = database_file_of(main_file(handle_))) keep_share(*ours, keep);
}

void Connection::interrupt() noexcept { sqlite3_interrupt(handle_); }

std::int64_t Connection::changes() const noexcept { return sqlite3_changes64(handle_); }

std::filesystem::path Connection::path() const { return sqlite3_db_filename(handle_, "main"); }

bool Connection::in_transaction() const noexcept { return !sqlite3_get_autocommit(handle_); }

Result<Transaction> Transaction::begin_read(Connection& connection) {
  if (auto begun = connection.run("BEGIN"); !begun) return std::move(begun).error();
  return Transaction(connection);
}

Result<Transaction> Transaction::begin_write(Connection& connection) {
  if (auto begun = connection.begin_write(); !begun) return std::move(begun).error();
  return Transaction(connection);
}

Transaction::~Transaction() {
  // SQLite may have rolled back by itself already, after a full disk for example.
  if (connection_ && connection_->in_transaction()) (void)connection_->roll_back();
}

Result<void> Transaction::commit() {
  auto committed = connection_->run("COMMIT");
  if (committed) connection_ = nullptr;
  return committed;
}

}  // namespace dropzone::sqlite
