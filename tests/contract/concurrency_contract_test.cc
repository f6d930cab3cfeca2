#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "subject.h"

namespace dropzone::contract {
namespace {

constexpr int kThreads = 8;
constexpr int kRounds = 25;

// Runs the work in as many threads, each with its number.
template <typename Work>
void in_threads(int count, Work work) {
  std::vector<std::thread> threads;
  for (int number = 0; number < count; ++number) threads.emplace_back(work, number);
  for (std::thread& thread : threads) thread.join();
}

// Catch's assertions are not for threads, so what happens in them is returned.
Result<WriteOutcome> write_one(RecordRepository& repository, Write write) {
  auto outcomes = repository.write({std::move(write)}, Atomicity::partial, kNoDeadline);
  if (!outcomes) return std::move(outcomes).error();
  return std::move(outcomes->at(0));
}

Result<RecordMeta> read_meta(RecordRepository& repository, const std::string& id,
                             std::string& data) {
  RecordMeta meta;
  const std::vector<std::string> ids{id};
  auto found = repository.find(
      "indexed", ids, {.meta = true},
      [&](const RecordView& view) {
        meta = *view.meta;
        data = view.data;
      },
      kNoDeadline);
  if (!found) return std::move(found).error();
  return meta;
}

TEST_CASE("of many writers that would create a record one does") {
  Subject subject(GENERATE(each_repository()));
  RecordRepository& repository = subject.repository();
  std::atomic<int> created = 0;
  std::atomic<int> failures = 0;
  in_threads(kThreads, [&](int) {
    for (int round = 0; round < kRounds; ++round) {
      const auto outcome =
          write_one(repository, record("indexed", "r" + std::to_string(round), {{"a", round}}));
      if (!outcome) ++failures;
      if (outcome && outcome->status == WriteStatus::created) ++created;
    }
  });
  CHECK(failures == 0);
  CHECK(created == kRounds);
}

TEST_CASE("writes that nobody waits for are confirmed once each, and are there then") {
  Subject subject(GENERATE(each_repository()));
  RecordRepository& repository = subject.repository();
  std::atomic<int> confirmed = 0;
  std::atomic<int> created = 0;
  std::atomic<int> missing = 0;
  in_threads(kThreads, [&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      const auto id =
          "r" + std::to_string(round) + (thread < 2 ? "" : "-" + std::to_string(thread));
      std::vector<Write> writes;
      writes.push_back(record("indexed", id, {{"a", round}}));
      repository.write_async(std::move(writes), Atomicity::partial, kNoDeadline,
                             [&, id](Result<std::vector<WriteOutcome>> outcomes) {
                               if (outcomes && outcomes->at(0).status == WriteStatus::created) {
                                 ++created;
                               }
                               std::string data;
                               if (!read_meta(repository, id, data) || data.empty()) ++missing;
                               ++confirmed;
                             });
    }
  });
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (confirmed < kThreads * kRounds && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(created == (kThreads - 1) * kRounds);  // Two threads wrote the same ids.
  CHECK(missing == 0);
  CHECK(confirmed == kThreads * kRounds);
}

TEST_CASE("no update is lost where each is for the version that it read") {
  Subject subject(GENERATE(each_repository()));
  RecordRepository& repository = subject.repository();
  subject.fill("indexed", {{"counter", {{"a", 0}}}});
  std::atomic<int> failures = 0;
  in_threads(kThreads / 2, [&](int) {
    for (int done = 0; done < kRounds;) {
      std::string data;
      const auto meta = read_meta(repository, "counter", data);
      if (!meta) {
        ++failures;
        return;
      }
      Write next = replacing(record("indexed", "counter", {{"a", std::stoi(data.substr(5)) + 1}}));
      next.if_version = meta->version;
      const auto outcome = write_one(repository, std::move(next));
      if (!outcome) {
        ++failures;
        return;
      }
      if (outcome->status == WriteStatus::replaced) ++done;
    }
  });
  CHECK(failures == 0);
  CHECK(subject.find("indexed", {"counter"}).at(0).data ==
        "{\"a\":" + std::to_string(kThreads / 2 * kRounds) + "}");
}

TEST_CASE("what was confirmed is seen by every read that begins later") {
  Subject subject(GENERATE(each_repository()));
  RecordRepository& repository = subject.repository();
  subject.fill("indexed", {{"x", {{"a", 0}}}});
  std::atomic<int> confirmed = 0;
  std::atomic<int> stale = 0;
  in_threads(4, [&](int number) {
    if (number == 0) {
      for (int i = 1; i <= 4 * kRounds; ++i) {
        if (write_one(repository, replacing(record("indexed", "x", {{"a", i}})))) confirmed = i;
      }
      confirmed = -1;
      return;
    }
    for (int least = confirmed; least >= 0; least = confirmed) {
      const Filter older = where("a", Operator::less, least);
      const auto page = repository.query(
          {.kind = "indexed", .filter = older, .order = {}, .after = {}}, {},
          [&](const RecordView&) { ++stale; }, kNoDeadline);
      std::string data;
      const auto meta = read_meta(repository, "x", data);
      if (!page || !meta || std::stoi(data.substr(5)) < least) ++stale;
    }
  });
  CHECK(confirmed == -1);
  CHECK(stale == 0);
}

TEST_CASE("a page sees an atomic batch whole or not at all") {
  Subject subject(GENERATE(each_repository()));
  RecordRepository& repository = subject.repository();
  subject.fill("indexed", {{"x", {{"a", 0}}}, {"y", {{"a", 0}}}});
  std::atomic<bool> finished = false;
  std::atomic<int> torn = 0;
  in_threads(3, [&](int number) {
    if (number == 0) {
      for (int i = 1; i <= 2 * kRounds; ++i) {
        const auto written = repository.write({replacing(record("indexed", "x", {{"a", i}})),
                                               replacing(record("indexed", "y", {{"a", i}}))},
                                              Atomicity::atomic, kNoDeadline);
        if (!written) ++torn;
      }
      finished = true;
      return;
    }
    while (!finished) {
      std::vector<std::string> seen;
      const auto page = repository.query(
          {.kind = "indexed", .filter = {}, .order = order_by({"a"}), .after = {}}, {},
          [&](const RecordView& view) { seen.emplace_back(view.data); }, kNoDeadline);
      if (!page || seen.size() != 2 || seen[0] != seen[1]) ++torn;
    }
  });
  CHECK(torn == 0);
}

TEST_CASE("many writers at once each get their own outcomes") {
  Subject subject(GENERATE(each_repository()));
  RecordRepository& repository = subject.repository();
  std::atomic<int> wrong = 0;
  in_threads(kThreads, [&](int number) {
    const std::string prefix = "t" + std::to_string(number) + "-";
    for (int round = 0; round < kRounds; ++round) {
      const std::string id = prefix + std::to_string(round);
      auto outcomes = repository.write(
          {record("indexed", id, {{"a", round}}), record("indexed", id, {{"a", round}}),
           skipping(record("indexed", id)), record("indexed", "shared")},
          Atomicity::partial, kNoDeadline);
      if (!outcomes || outcomes->at(0).status != WriteStatus::created ||
          outcomes->at(1).status != WriteStatus::refused ||
          outcomes->at(2).status != WriteStatus::skipped) {
        ++wrong;
      }
      const auto atomic =
          repository.write({record("indexed", id + "-never"), record("indexed", "shared")},
                           Atomicity::atomic, kNoDeadline);
      if (!atomic || atomic->at(0).status != WriteStatus::aborted) ++wrong;
      const std::vector<Erase> erases{{.id = id}, {.id = id}};
      if (round % 2 == 0) continue;
      const auto erased = repository.erase("indexed", erases, kNoDeadline);
      if (!erased || erased->at(0) != EraseStatus::erased ||
          erased->at(1) != EraseStatus::missing) {
        ++wrong;
      }
    }
  });
  CHECK(wrong == 0);
  const auto left = subject.ask_all({.kind = "indexed",
                                     .filter = where("a", Operator::greater_or_equal, 0),
                                     .order = {},
                                     .after = {}},
                                    1'000);
  if (left) CHECK(left->size() == kThreads * ((kRounds + 1) / 2));
}

}  // namespace
}  // namespace dropzone::contract
