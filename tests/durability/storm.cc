#include "storm.h"

#include <unistd.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <dropzone/sqlite/sqlite_record_repository.h>
#include <dropzone/value/json_text.h>

#include "ledger.h"
#include "storm_kind.h"

namespace dropzone::durability {
namespace {

constexpr int kThreads = 12;

Write numbered(const std::string& id, std::int64_t number) {
  Object data{{"n", number}, {"text", std::string(static_cast<std::size_t>(number % 900), 'x')}};
  Write write{.kind = "storm",
              .id = id,
              .original = {},
              .data = {},
              .data_json = to_json(data),
              .meta = {.created_at = {1},
                       .updated_at = {1},
                       .version = "v" + std::to_string(number),
                       .pipeline = "storm@1",
                       .sha256 = std::nullopt}};
  write.original = "{ \"n\":" + std::to_string(number) + "}" + std::string(1'000, ' ');
  write.data = std::move(data);
  return write;
}

bool is_of_disk(ErrorCode code) {
  return code == ErrorCode::outcome_unknown || code == ErrorCode::unavailable ||
         code == ErrorCode::store_full;
}

class Client {
 public:
  Client(RecordRepository& repository, std::string name, int thread, int descriptor,
         bool disk_fails)
      : repository_(repository),
        name_(std::move(name)),
        thread_(thread),
        descriptor_(descriptor),
        disk_fails_(disk_fails) {}

  void run() {
    for (std::int64_t turn = 1;; ++turn) {
      switch ((turn + thread_) % 3) {
        case 0: store_single(turn); break;
        case 1: store_batch(turn); break;
        default: replace_counter(turn);
      }
    }
  }

 private:
  void store_single(std::int64_t turn) {
    const std::string id = "single-" + name_ + "-" + std::to_string(turn);
    if (is_done({numbered(id, turn)}, Atomicity::partial)) promise("single " + id);
  }

  void store_batch(std::int64_t turn) {
    const std::string id = "batch-" + name_ + "-" + std::to_string(turn);
    std::vector<Write> writes;
    for (int i = 0; i < kAtomicBatch; ++i) {
      writes.push_back(numbered(id + "-" + std::to_string(i), turn));
    }
    if (is_done(std::move(writes), Atomicity::atomic)) promise("batch " + id);
  }

  void replace_counter(std::int64_t turn) {
    const std::string id = "counter-" + name_;
    Write write = numbered(id, turn);
    write.if_exists = IfExists::replace;
    if (is_done({std::move(write)}, Atomicity::partial)) {
      promise("counter " + id + " " + std::to_string(turn));
    }
  }

  bool is_done(std::vector<Write> writes, Atomicity atomicity) {
    const auto outcomes = repository_.write(std::move(writes), atomicity, kNoDeadline);
    if (!outcomes && disk_fails_ && is_of_disk(outcomes.error().code)) return false;
    if (!outcomes) _exit(1);
    for (const WriteOutcome& outcome : *outcomes) {
      if (outcome.status != WriteStatus::created && outcome.status != WriteStatus::replaced) {
        _exit(2);
      }
    }
    return true;
  }

  // Short lines go through a pipe whole.
  void promise(std::string line) const {
    line += '\n';
    if (::write(descriptor_, line.data(), line.size()) < 0) _exit(3);
  }

  RecordRepository& repository_;
  std::string name_;
  int thread_;
  int descriptor_;
  bool disk_fails_;
};

}  // namespace

void run_storm(const std::filesystem::path& path, int round, int descriptor, bool disk_fails) {
  // In every second round the log is moved into the file all the time, else hardly ever.
  const std::size_t checkpoint_bytes = round % 2 == 0 ? 64'000'000 : 200'000;
  const sqlite::SqliteOptions options{
      .path = path, .kinds = {storm_kind()}, .checkpoint_bytes = checkpoint_bytes};
  auto repository = sqlite::SqliteRecordRepository::open(options);
  while (!repository && disk_fails && is_of_disk(repository.error().code)) {
    repository = sqlite::SqliteRecordRepository::open(options);
  }
  if (!repository) _exit(4);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    const std::string name = std::to_string(round) + "-" + std::to_string(thread);
    threads.emplace_back(
        [&, name, thread] { Client(**repository, name, thread, descriptor, disk_fails).run(); });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace dropzone::durability
