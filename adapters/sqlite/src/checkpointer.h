#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include <dropzone/result.h>

#include "connection.h"

namespace dropzone::sqlite {

/// Moves the log into the file in a thread of its own, so that nobody who commits waits for it.
///
/// SQLite begins its log anew with the first write that finds all of it moved. While others go on
/// writing the thread never gets so far: it leaves a small rest to the writer, who moves it between
/// two of its transactions. Where the thread cannot keep up, the writer moves everything. So the
/// log's size is bounded, but for what a long reader keeps from being moved.
///
/// What is committed is durable in the log: a failure costs nothing, and the next try comes when
/// the log has grown further. Only when the disk fails to keep what was moved already, nothing is
/// moved any more, and the log stays for the store's next opening, which moves all of it again.
class Checkpointer final : public LogObserver {
 public:
  struct Figures {
    LogPages log;
    std::uint64_t rounds = 0;     ///< The thread moved what there was.
    std::uint64_t rests = 0;      ///< The writer moved a small rest.
    std::uint64_t takeovers = 0;  ///< The writer moved everything.
    std::uint64_t failures = 0;   ///< Of all these.
  };

  /// Observes the writer, which must outlive it and has no transaction when it ends. The log is
  /// begun anew when it has about so many bytes.
  static Result<std::unique_ptr<Checkpointer>> start(Connection& writer,
                                                     const std::filesystem::path& file,
                                                     std::size_t bytes);
  ~Checkpointer() override;
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  void committed(std::int64_t log_pages) noexcept override;

  [[nodiscard]] Figures figures() const;

 private:
  enum class Task : std::uint8_t { none, wake_thread, move_rest, take_over };

  Checkpointer(Connection& writer, std::unique_ptr<Connection> connection, std::int64_t pages);

  Task next_task(std::int64_t log_pages);
  void move_as_writer(Task task);
  void note(const Result<LogPages>& log);
  void run();
  void move_most(std::unique_lock<std::mutex>& lock);
  bool move_once(std::unique_lock<std::mutex>& lock);

  Connection& writer_;
  const std::unique_ptr<Connection> connection_;
  const std::int64_t full_;  ///< The log is to be begun anew. In pages, as all that follows.
  std::mutex moving_;        ///< Held while pages are moved.

  mutable std::mutex mutex_;  ///< For what follows.
  std::condition_variable is_due_;
  LogPages log_;
  std::int64_t wake_at_;
  std::int64_t take_over_at_;
  bool is_wanted_ = false;      ///< The thread is.
  bool rest_is_small_ = false;  ///< The writer shall move it.
  bool disk_failed_ = false;
  bool stop_ = false;
  Figures figures_;
  std::thread thread_;  ///< Last: it uses all the others.
};

}  // namespace dropzone::sqlite
