#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <dropzone/expects.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

#include "files/log_index.h"

struct sqlite3;
struct sqlite3_stmt;

namespace dropzone::sqlite {

enum class Step : std::uint8_t { row, done, failed };

/// Bytes to be bound as a BLOB; they order after every text.
struct Blob {
  std::string_view bytes;
};

/// The use of a prepared statement, which goes back to its connection with it. What is bound must
/// outlive the execution; what a column shows is valid until the next step.
class Statement {
 public:
  /// A statement of a connection, and whether it is in use.
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };

  /// Precondition: not in use.
  explicit Statement(Prepared& prepared) : prepared_(&prepared) {
    DROPZONE_EXPECTS(!prepared.in_use);
    prepared.in_use = true;
  }
  Statement(Statement&& other) noexcept : prepared_(std::exchange(other.prepared_, nullptr)) {}
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  /// Binds the values to the parameters ?1, ?2, …
  template <typename... Values>
  Statement& bind(const Values&... values) {
    int parameter = 0;
    (bind_one(++parameter, values), ...);
    return *this;
  }
  void bind_one(int parameter, std::int64_t integer);
  void bind_one(int parameter, double number);
  void bind_one(int parameter, std::string_view text);
  void bind_one(int parameter, Blob blob);
  void bind_one(int parameter, std::nullptr_t);
  /// Binds a text that need not outlive the call.
  void bind_copy(int parameter, std::string_view text);

  Step step();
  /// Ends the execution, so that other values can be bound for another.
  void reset();
  /// After a failed step.
  [[nodiscard]] Error error() const;

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] bool is_integer(int column) const;
  [[nodiscard]] bool is_text(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double number(int column) const;
  /// The bytes of a text or BLOB.
  [[nodiscard]] std::string_view bytes(int column) const;

 private:
  [[nodiscard]] sqlite3_stmt* statement() const noexcept { return prepared_->statement; }

  Prepared* prepared_;
};

/// Called after each commit of a connection, in its thread. The commit is durable by then.
class LogObserver {
 public:
  virtual ~LogObserver() = default;
  virtual void committed() noexcept = 0;
};

/// A connection to the store's file, for one thread at a time. Keeps its statements prepared.
class Connection {
 public:
  enum class Mode : std::uint8_t { read_write, read_only };

  struct Settings {
    std::filesystem::path path;
    Mode mode = Mode::read_write;
    std::size_t cache_bytes = 0;
  };

  /// What it commits is durable, and so is what it moves from the log into the file.
  static Result<std::unique_ptr<Connection>> open(const Settings& settings);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Statements that begin later fail with `deadline_exceeded` once the call is over. Null: they
  /// run to their end. The options must outlive them.
  void end_with(const CallOptions* options) noexcept { options_ = options; }

  /// Ends the transaction without its changes, even if the call is over.
  Result<void> roll_back();
  /// Begins a transaction that writes.
  Result<void> begin_write();
  /// Called before each of these transactions, except its own; if it fails, none begins.
  void before_write(std::function<Result<void>()> hook) { before_write_ = std::move(hook); }

  /// Whether statements wait some seconds for locks of other programs, as they do at first.
  void wait_for_others(bool wait) noexcept;

  /// Precondition: no statement of this text is in use.
  Result<Statement> prepare(std::string_view sql);
  /// Runs statements without parameters and without an interest in their rows.
  Result<void> execute(const std::string& sql);
  /// Runs one statement to its end.
  template <typename... Values>
  Result<void> run(std::string_view sql, const Values&... values) {
    auto statement = prepare(sql);
    if (!statement) return std::move(statement).error();
    statement->bind(values...);
    return finish(*statement);
  }
  /// The first column of the first row; `absent` if there is no row.
  template <typename... Values>
  Result<std::int64_t> integer(std::string_view sql, std::int64_t absent, const Values&... values) {
    auto statement = prepare(sql);
    if (!statement) return std::move(statement).error();
    statement->bind(values...);
    switch (statement->step()) {
      case Step::row: return statement->integer(0);
      case Step::done: return absent;
      case Step::failed: break;
    }
    return statement->error();
  }

  /// Notified in place of SQLite's own checkpoints within a commit. Null: nobody is,
  /// and there are none.
  void observe_log(LogObserver* observer) noexcept;
  /// Precondition: the connection has read or written something.
  [[nodiscard]] LogPages log_pages() noexcept;
  /// Moves as much of the log into the file as no reader keeps from it, brings it to the disk, and
  /// waits for nobody: while another connection does the same, or begins the log again, it moves
  /// nothing. Outside a transaction only. After a failure nothing of the log may count as moved any
  /// more.
  Result<LogPages> checkpoint();
  /// How much a checkpoint of this connection writes before it syncs, in bytes. A commit that comes
  /// meanwhile waits for such a sync.
  void sync_each(std::int64_t bytes) noexcept;
  /// Whether the log stays when the file's last connection is closed, to be moved after the next
  /// opening. Else it is moved then.
  void keep_log(bool keep) noexcept;
  /// Whether the connection's transactions may begin the log again. They may at first.
  void let_log_begin(bool let) noexcept;
  /// Whether the system's lock for a read stays when the read ends, for the next one. The next
  /// takes its own snapshot nevertheless. Meanwhile the connection counts as one that reads: it
  /// keeps the log from beginning again.
  void keep_read_lock(bool keep) noexcept;
  /// From any thread: a checkpoint that is under way ends soon, and fails.
  void interrupt() noexcept;

  /// Rows that the last INSERT, UPDATE or DELETE changed.
  [[nodiscard]] std::int64_t changes() const noexcept;
  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] std::filesystem::path path() const;
  [[nodiscard]] sqlite3* handle() const noexcept { return handle_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  Connection() = default;
  static int is_call_over(void* connection) noexcept;
  static Result<void> finish(Statement& statement);
  void forget_unused_statements();

  sqlite3* handle_ = nullptr;
  const CallOptions* options_ = nullptr;
  std::function<Result<void>()> before_write_;
  bool in_hook_ = false;
  bool keeps_read_lock_ = false;
  std::unordered_map<std::string, Statement::Prepared, Hash, std::equal_to<>> statements_;
};

/// A transaction that is rolled back unless it is committed.
class Transaction {
 public:
  static Result<Transaction> begin_read(Connection& connection);
  static Result<Transaction> begin_write(Connection& connection);
  Transaction(Transaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Result<void> commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace dropzone::sqlite
