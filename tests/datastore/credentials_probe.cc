// Opens a store as production does, with the credentials that the environment leads to, and calls
// it until its standard input ends:  credentials_probe ENDPOINT CA_FILE MILLISECONDS_FOR_A_CALL.
// Each thread calls it at least once. Prints one JSON line.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <dropzone/datastore/datastore_record_repository.h>
#include <dropzone/value/json_text.h>

namespace {

using namespace dropzone;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kThreads = 4;
constexpr milliseconds kPause{20};

/// What the calls have come to.
struct Report {
  std::mutex mutex;
  std::int64_t answered = 0;
  std::int64_t failed = 0;
  std::int64_t slowest_ms = 0;
  std::string error;

  void note(const Result<void>& result, steady_clock::duration latency) {
    const std::lock_guard lock(mutex);
    (result ? answered : failed) += 1;
    slowest_ms = std::max<std::int64_t>(slowest_ms,
                                        std::chrono::duration_cast<milliseconds>(latency).count());
    if (!result) error = result.error().detail;
  }

  void print() const {
    std::cout << to_json(Object{{"answered", Value(answered)},
                                {"failed", Value(failed)},
                                {"slowestMs", Value(slowest_ms)},
                                {"error", Value(error)}})
              << std::endl;
  }
};

void call_until(RecordRepository& repository, const std::atomic<bool>& end, milliseconds patience,
                Report& report) {
  const std::vector<std::string> ids{"any"};
  do {
    const auto start = steady_clock::now();
    const auto result = repository.find(
        "records", ids, {}, [](const RecordView&) {}, start + patience);
    report.note(result, steady_clock::now() - start);
    std::this_thread::sleep_for(kPause);
  } while (!end);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  auto options = datastore::DatastoreOptions::parse("credentials-test");
  if (!options) return 2;
  options->endpoint = argv[1];
  options->ca_file = argv[2];
  Report report;
  auto repository = datastore::DatastoreRecordRepository::open(*std::move(options));
  if (!repository) {
    report.note(repository.error(), {});
    report.print();
    return 0;
  }
  const milliseconds patience(std::atoi(argv[3]));
  std::atomic<bool> end = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] { call_until(**repository, end, patience, report); });
  }
  std::cin.ignore(std::numeric_limits<std::streamsize>::max());
  end = true;
  for (std::thread& thread : threads) thread.join();
  report.print();
  return 0;
}
