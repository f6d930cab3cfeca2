// Joined writes are done together or not at all; an erasing write is one among others.
#include <atomic>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "subject.h"

namespace dropzone::contract {
namespace {

Write joined(Write write) {
  write.joined = true;
  return write;
}

Write erasing(const std::string& kind, const std::string& id,
              std::optional<std::string> version = std::nullopt) {
  Write write;
  write.kind = kind;
  write.id = id;
  write.erases = true;
  write.if_version = std::move(version);
  return write;
}

std::vector<WriteStatus> statuses_of(const std::vector<WriteOutcome>& outcomes) {
  std::vector<WriteStatus> statuses;
  for (const WriteOutcome& outcome : outcomes) statuses.push_back(outcome.status);
  return statuses;
}

using Statuses = std::vector<WriteStatus>;
constexpr WriteStatus kCreated = WriteStatus::created;
constexpr WriteStatus kReplaced = WriteStatus::replaced;
constexpr WriteStatus kSkipped = WriteStatus::skipped;
constexpr WriteStatus kRefused = WriteStatus::refused;
constexpr WriteStatus kAborted = WriteStatus::aborted;
constexpr WriteStatus kErased = WriteStatus::erased;

std::vector<std::string> ids_of(Subject& subject, const std::string& kind) {
  const auto ids = subject.ask_all({.kind = kind, .filter = {}, .order = {}, .after = {}}, 1'000);
  REQUIRE(ids);
  return *ids;
}

using Ids = std::vector<std::string>;

TEST_CASE("an erasing write erases the record, its original and its index entries") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"one", {{"a", 1}}}, {"two", {{"a", 1}}}});
  CHECK(subject.write(erasing(kind, "one")).status == kErased);
  CHECK(subject.find(kind, {"one"}).empty());
  CHECK(subject
            .ask({.kind = kind, .filter = where("a", Operator::equal, 1), .order = {}, .after = {}})
            .ids == Ids{"two"});
  CHECK(subject.write(record(kind, "one", {{"a", 2}})).status == kCreated);
}

TEST_CASE("an erasing write of what is missing, or has another version, is refused") {
  Subject subject(GENERATE(each_repository()));
  const Write first = record("plain", "one", {{"a", 1}});
  subject.write(first);
  const auto outcomes =
      subject.write({erasing("plain", "two"), erasing("plain", "two", "*"),
                     erasing("plain", "one", "stale"), erasing("never-heard-of", "one")});
  CHECK(statuses_of(outcomes) == Statuses(4, kRefused));
  CHECK(outcomes[0].error.code == ErrorCode::not_found);
  CHECK(outcomes[1].error.code == ErrorCode::precondition_failed);
  CHECK(outcomes[2].error.code == ErrorCode::precondition_failed);
  CHECK(outcomes[3].error.code == ErrorCode::not_found);
  CHECK(ids_of(subject, "plain") == Ids{"one"});
  CHECK(subject.write(erasing("plain", "one", first.meta.version)).status == kErased);
  CHECK(ids_of(subject, "plain").empty());
}

TEST_CASE("an erasing write that skips what is missing does not keep its group from being done") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"two", {{"a", 1}}}});
  const auto outcomes =
      subject.write({record(kind, "new", {{"a", 2}}), joined(skipping(erasing(kind, "one"))),
                     joined(skipping(erasing(kind, "two")))});
  CHECK(statuses_of(outcomes) == Statuses{kCreated, kSkipped, kErased});
  CHECK(ids_of(subject, kind) == Ids{"new"});
  CHECK(subject.write(skipping(erasing(kind, "one", "*"))).status == kRefused);
  CHECK(subject.write(skipping(erasing("never-heard-of", "one"))).status == kSkipped);
}

TEST_CASE("the writes of a batch come one after the other, erasing ones among them") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  const auto outcomes =
      subject.write({record(kind, "x", {{"a", 1}}), erasing(kind, "x"), erasing(kind, "x"),
                     record(kind, "x", {{"a", 2}}), record(kind, "y"), erasing(kind, "y")});
  CHECK(statuses_of(outcomes) ==
        Statuses{kCreated, kErased, kRefused, kCreated, kCreated, kErased});
  CHECK(ids_of(subject, kind) == Ids{"x"});
  CHECK(subject.find(kind, {"x"}).at(0).data == "{\"a\":2}");
}

TEST_CASE("a group moves a record from one kind to another") {
  Subject subject(GENERATE(each_repository()));
  subject.fill("plain", {{"r", {{"a", 1}}}});
  const auto outcomes =
      subject.write({record("indexed", "n", {{"a", 1}}), joined(erasing("plain", "r"))});
  CHECK(statuses_of(outcomes) == Statuses{kCreated, kErased});
  CHECK(ids_of(subject, "plain").empty());
  CHECK(ids_of(subject, "indexed") == Ids{"n"});
}

TEST_CASE("a refusal within a group undoes the group and nothing else of a batch") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"kept", {{"a", 1}}}, {"taken", {{"a", 1}}}});
  const auto outcomes = subject.write(
      {record(kind, "before", {{"a", 0}}), replacing(record(kind, "kept", {{"a", 2}})),
       joined(record(kind, "taken")), joined(record(kind, "never")), record(kind, "between"),
       record(kind, "undone", {{"a", 3}}), joined(erasing(kind, "missing")),
       skipping(record(kind, "taken")), joined(record(kind, "after"))});
  CHECK(statuses_of(outcomes) == Statuses{kCreated, kAborted, kRefused, kAborted, kCreated,
                                          kAborted, kRefused, kSkipped, kCreated});
  CHECK(outcomes[2].error.code == ErrorCode::already_exists);
  CHECK(outcomes[6].error.code == ErrorCode::not_found);
  CHECK(ids_of(subject, kind) == Ids{"after", "before", "between", "kept", "taken"});
  CHECK(subject.find(kind, {"kept"}).at(0).data == "{\"a\":1}");
  const auto indexed = subject.ask(
      {.kind = kind, .filter = where("a", Operator::greater, 1), .order = {}, .after = {}});
  CHECK(indexed.ids.empty());
  const auto before = subject.ask(
      {.kind = kind, .filter = where("a", Operator::less, 1), .order = {}, .after = {}});
  CHECK(before.ids == Ids{"before"});
}

TEST_CASE("two groups over one record in a batch see each other's work, or its undoing") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  const auto outcomes =
      subject.write({record(kind, "x", {{"a", 1}}), joined(erasing(kind, "missing")),
                     record(kind, "x", {{"a", 2}}), joined(record(kind, "y")),
                     replacing(record(kind, "x", {{"a", 3}})), joined(erasing(kind, "y")),
                     erasing(kind, "x"), joined(erasing(kind, "y"))});
  CHECK(statuses_of(outcomes) ==
        Statuses{kAborted, kRefused, kCreated, kCreated, kReplaced, kErased, kAborted, kRefused});
  CHECK(ids_of(subject, kind) == Ids{"x"});
  CHECK(subject.find(kind, {"x"}).at(0).data == "{\"a\":3}");
}

TEST_CASE("a group whose erasure finds another version does nothing") {
  Subject subject(GENERATE(each_repository()));
  Write first = record("plain", "r", {{"a", 1}});
  subject.write(first);
  subject.write(replacing(record("plain", "r", {{"a", 2}})));
  const auto outcomes =
      subject.write({record("indexed", "n"), joined(erasing("plain", "r", first.meta.version))});
  CHECK(statuses_of(outcomes) == Statuses{kAborted, kRefused});
  CHECK(outcomes[1].error.code == ErrorCode::precondition_failed);
  CHECK(ids_of(subject, "indexed").empty());
  CHECK(ids_of(subject, "plain") == Ids{"r"});
}

TEST_CASE("an atomic batch may erase, and is one group whatever is joined in it") {
  Subject subject(GENERATE(each_repository()));
  subject.fill("plain", {{"r", {{"a", 1}}}});
  const auto refused = subject.write(
      {record("indexed", "n"), erasing("plain", "r"), joined(erasing("plain", "missing"))},
      Atomicity::atomic);
  CHECK(statuses_of(refused) == Statuses{kAborted, kAborted, kRefused});
  CHECK(ids_of(subject, "plain") == Ids{"r"});
  const auto done =
      subject.write({record("indexed", "n"), erasing("plain", "r")}, Atomicity::atomic);
  CHECK(statuses_of(done) == Statuses{kCreated, kErased});
  CHECK(ids_of(subject, "plain").empty());
}

TEST_CASE("many groups fit a batch, and each is whole") {
  Subject subject(GENERATE(each_repository()));
  constexpr int kGroups = 400;  // Of three: more than one transaction of Datastore's takes.
  std::vector<Write> rejects;
  for (int i = 0; i < kGroups; i += 2) rejects.push_back(record("plain", "r" + std::to_string(i)));
  subject.write(std::move(rejects));
  std::vector<Write> writes;
  for (int i = 0; i < kGroups; ++i) {
    const std::string number = std::to_string(i);
    writes.push_back(record("indexed", "n" + number, {{"a", i}}));
    writes.push_back(joined(record("indexed", "m" + number, {{"a", i}})));
    writes.push_back(joined(erasing("plain", "r" + number)));
  }
  const auto outcomes = subject.write(std::move(writes));
  int wrong = 0;
  for (int i = 0; i < kGroups; ++i) {
    const auto group = statuses_of({outcomes.begin() + 3L * i, outcomes.begin() + 3L * i + 3});
    const bool moved = group == Statuses{kCreated, kCreated, kErased};
    const bool refused = group == Statuses{kAborted, kAborted, kRefused};
    if (i % 2 == 0 ? !moved : !refused) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(ids_of(subject, "plain").empty());
  CHECK(ids_of(subject, "indexed").size() == kGroups);
}

TEST_CASE("groups through writes that nobody waits for are whole") {
  Subject subject(GENERATE(each_repository()));
  subject.fill("plain", {{"r", {}}});
  constexpr int kBatches = 3;
  std::atomic<int> confirmed = 0;
  std::atomic<int> moved = 0;
  for (int i = 0; i < kBatches; ++i) {
    std::vector<Write> writes{record("new-kind", "n" + std::to_string(i)),
                              joined(erasing("plain", "r"))};
    subject.repository().write_async(
        std::move(writes), Atomicity::partial, kNoDeadline,
        [&](Result<std::vector<WriteOutcome>> outcomes) {
          if (outcomes && statuses_of(*outcomes) == Statuses{kCreated, kErased}) ++moved;
          ++confirmed;
          confirmed.notify_one();
        });
  }
  for (int seen = confirmed; seen < kBatches; seen = confirmed) confirmed.wait(seen);
  CHECK(moved == 1);
  CHECK(ids_of(subject, "new-kind").size() == 1);
  CHECK(ids_of(subject, "plain").empty());
}

TEST_CASE("of two threads that move the same records, each record is moved once") {
  Subject subject(GENERATE(each_repository()));
  RecordRepository& repository = subject.repository();
  constexpr int kRecords = 500;
  constexpr int kAtOnce = 50;
  std::vector<Write> there;
  for (int i = 0; i < kRecords; ++i) there.push_back(record("plain", std::to_string(i)));
  subject.write(std::move(there));
  std::atomic<int> moved = 0;
  std::atomic<int> failures = 0;
  const auto move_all = [&](const std::string& prefix) {
    for (int first = 0; first < kRecords; first += kAtOnce) {
      std::vector<Write> writes;
      for (int i = first; i < first + kAtOnce; ++i) {
        writes.push_back(record("indexed", prefix + std::to_string(i), {{"a", i}}));
        writes.push_back(joined(erasing("plain", std::to_string(i))));
      }
      const auto outcomes = repository.write(std::move(writes), Atomicity::partial, kNoDeadline);
      if (!outcomes) {
        ++failures;
        return;
      }
      for (int i = 0; i < kAtOnce; ++i) {
        const auto at = static_cast<std::size_t>(2 * i);
        if ((*outcomes)[at].status == kCreated && (*outcomes)[at + 1].status == kErased) ++moved;
      }
    }
  };
  std::thread other(move_all, "x");
  move_all("y");
  other.join();
  CHECK(failures == 0);
  CHECK(moved == kRecords);
  CHECK(ids_of(subject, "plain").empty());
  std::set<std::string> places;
  for (const std::string& id : ids_of(subject, "indexed")) places.insert(id.substr(1));
  CHECK(places.size() == kRecords);
  CHECK(ids_of(subject, "indexed").size() == kRecords);
}

}  // namespace
}  // namespace dropzone::contract
