#include <dropzone/store/retention.h>

#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/memory/memory_record_repository.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

using std::chrono::seconds;

class ClockByHand final : public Clock {
 public:
  Timestamp now() override { return now_; }
  void go_on(seconds time) { now_.micros += std::chrono::microseconds(time).count(); }

 private:
  Timestamp now_{1'000'000'000'000'000};
};

/// A store in memory with a clock, and a sweep over what it should keep.
class Kept {
 public:
  explicit Kept(std::vector<Retention::KeptFor> kinds)
      : retention_({.repository = repository,
                    .clock = clock,
                    .kinds = [kinds] { return kinds; },
                    .erased = [this](const std::string& kind,
                                     std::size_t records) { erased[kind] += records; }}) {}

  void write(const std::string& kind, const std::string& id,
             IfExists if_exists = IfExists::replace) {
    Write write{.kind = kind,
                .id = id,
                .original = "{}",
                .data = {},
                .data_json = "{}",
                .meta = {.created_at = clock.now(),
                         .updated_at = clock.now(),
                         .version = "v" + std::to_string(++versions_),
                         .pipeline = kind + "@1",
                         .sha256 = {}},
                .if_exists = if_exists};
    REQUIRE(repository.write({std::move(write)}, Atomicity::partial, kNoDeadline));
  }

  /// Returns how many pages it took.
  int sweep() {
    for (int pages = 1;; ++pages) {
      const auto more = retention_.sweep(kNoDeadline);
      REQUIRE(more);
      if (!*more) return pages;
    }
  }

  std::vector<std::string> ids(const std::string& kind) {
    std::vector<std::string> ids;
    REQUIRE(repository.query(
        {.kind = kind, .filter = {}, .order = {}, .after = {}, .limit = 5'000}, {},
        [&](const RecordView& view) { ids.emplace_back(view.id); }, kNoDeadline));
    return ids;
  }

  memory::MemoryRecordRepository repository;
  ClockByHand clock;
  std::map<std::string, std::size_t> erased;

 private:
  int versions_ = 0;
  Retention retention_;
};

using Ids = std::vector<std::string>;

TEST_CASE("records are erased when they have been kept for as long as their kind says") {
  Kept kept({{"short", seconds(10)}, {"long", seconds(100)}});
  for (const char* kind : {"short", "long", "for-ever"}) kept.write(kind, "old");
  kept.clock.go_on(seconds(9));
  for (const char* kind : {"short", "long", "for-ever"}) kept.write(kind, "new");
  kept.sweep();
  CHECK(kept.ids("short") == Ids{"new", "old"});
  kept.clock.go_on(seconds(1));
  kept.sweep();
  CHECK(kept.ids("short") == Ids{"new"});
  CHECK(kept.ids("long") == Ids{"new", "old"});
  kept.clock.go_on(seconds(1'000));
  kept.sweep();
  CHECK(kept.ids("short").empty());
  CHECK(kept.ids("long").empty());
  CHECK(kept.ids("for-ever") == Ids{"new", "old"});
  CHECK(kept.erased == std::map<std::string, std::size_t>{{"long", 2}, {"short", 2}});
}

TEST_CASE("a record that is replaced is kept no longer for it") {
  Kept kept({{"short", seconds(10)}});
  kept.write("short", "a");
  kept.clock.go_on(seconds(9));
  kept.write("short", "a");
  kept.clock.go_on(seconds(1));
  kept.sweep();
  CHECK(kept.ids("short").empty());
}

TEST_CASE("many records are erased page by page, and all of them") {
  Kept kept({{"short", seconds(10)}});
  for (int i = 0; i < 1'234; ++i) kept.write("short", std::to_string(i));
  kept.clock.go_on(seconds(10));
  kept.write("short", "new");
  CHECK(kept.sweep() == 3);
  CHECK(kept.ids("short") == Ids{"new"});
  CHECK(kept.erased["short"] == 1'234);
  CHECK(kept.sweep() == 1);
}

TEST_CASE("nothing is asked of the store if every kind keeps its records for ever") {
  Kept kept({});
  CHECK(kept.sweep() == 1);
}

}  // namespace
}  // namespace dropzone
