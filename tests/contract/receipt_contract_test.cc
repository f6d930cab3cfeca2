// What became of a batch is noted in the same transaction as its records.
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "subject.h"

namespace dropzone::contract {
namespace {

constexpr const char* kReceipts = "_receipts";

/// Notes the outcomes as digits, in a record for each transaction.
class Notes final : public Receipts {
 public:
  explicit Notes(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] std::string kind() const override { return kReceipts; }
  [[nodiscard]] std::string id(std::size_t first) const override {
    return name_ + "-" + std::to_string(first);
  }
  [[nodiscard]] Write receipt(std::size_t first,
                              std::span<const WriteOutcome> outcomes) const override {
    std::string digits;
    for (const WriteOutcome& outcome : outcomes) {
      digits += static_cast<char>('0' + static_cast<int>(outcome.status));
    }
    Write write = record(kReceipts, id(first), {{"first", static_cast<std::int64_t>(first)}});
    write.original = digits;
    write.if_version = if_version;
    if (if_version) write.if_exists = IfExists::replace;
    return write;
  }

  std::optional<std::string> if_version = std::nullopt;

 private:
  std::string name_;
};

std::string digits_of(std::span<const WriteOutcome> outcomes) {
  std::string digits;
  for (const WriteOutcome& outcome : outcomes) {
    digits += static_cast<char>('0' + static_cast<int>(outcome.status));
  }
  return digits;
}

// All digits of a batch's receipts, in order.
std::string noted(Subject& subject) {
  std::map<std::int64_t, std::string> parts;
  for (const Shown& shown :
       subject.read({.kind = kReceipts, .filter = {}, .order = {}, .after = {}, .limit = 1'000})) {
    parts[std::stoll(shown.data.substr(9))] = shown.original;
  }
  std::string all;
  for (const auto& [first, digits] : parts) {
    CHECK(static_cast<std::size_t>(first) == all.size());
    all += digits;
  }
  return all;
}

TEST_CASE("receipts say what became of each write of a batch") {
  Subject subject(GENERATE(each_repository()));
  const auto count = GENERATE(1, 40, 1'200);  // The last takes several transactions of Datastore's.
  subject.fill("indexed", {{"taken", {}}});
  std::vector<Write> writes;
  for (int i = 0; i < count; ++i) {
    writes.push_back(record("indexed", i % 7 == 3 ? "taken" : std::to_string(i), {{"a", i}}));
    if (i % 11 == 5) writes.back() = skipping(std::move(writes.back()));
    if (i % 5 == 1) writes.back().joined = true;
  }
  const Notes notes("batch");
  const auto outcomes = subject.repository().write_with_receipts(
      std::move(writes), Atomicity::partial, notes, kNoDeadline);
  REQUIRE(outcomes);
  REQUIRE(outcomes->size() == static_cast<std::size_t>(count));
  CHECK(noted(subject) == digits_of(*outcomes));
}

TEST_CASE("a batch of which nothing is done has its receipt") {
  Subject subject(GENERATE(each_repository()));
  const auto atomicity = GENERATE(Atomicity::partial, Atomicity::atomic);
  subject.fill("plain", {{"taken", {}}});
  const Notes notes("batch");
  const auto outcomes = subject.repository().write_with_receipts(
      {record("plain", "taken"), record("plain", "taken")}, atomicity, notes, kNoDeadline);
  REQUIRE(outcomes);
  CHECK(noted(subject) == digits_of(*outcomes));
  CHECK(noted(subject) == (atomicity == Atomicity::atomic ? "34" : "33"));
}

TEST_CASE("a receipt that is there already keeps a batch from being done again") {
  Subject subject(GENERATE(each_repository()));
  const auto atomicity = GENERATE(Atomicity::partial, Atomicity::atomic);
  const Notes notes("batch");
  RecordRepository& repository = subject.repository();
  REQUIRE(repository.write_with_receipts({record("plain", "one")}, atomicity, notes, kNoDeadline));
  const auto again = repository.write_with_receipts(
      {record("plain", "two"), replacing(record("plain", "one", {{"a", 1}}))}, atomicity, notes,
      kNoDeadline);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::already_exists);
  CHECK(subject.find("plain", {"one", "two"}).size() == 1);
  CHECK(subject.find("plain", {"one"}).at(0).data == "{}");
  CHECK(noted(subject) == "0");
}

TEST_CASE("a receipt may replace the one that it names, and no other") {
  Subject subject(GENERATE(each_repository()));
  Notes notes("batch");
  RecordRepository& repository = subject.repository();
  REQUIRE(repository.write_with_receipts({record("plain", "one")}, Atomicity::partial, notes,
                                         kNoDeadline));
  notes.if_version = subject.find(kReceipts, {"batch-0"}).at(0).meta.version;
  REQUIRE(repository.write_with_receipts({record("plain", "two"), record("plain", "two")},
                                         Atomicity::partial, notes, kNoDeadline));
  CHECK(noted(subject) == "03");
  const auto late = repository.write_with_receipts({record("plain", "three")}, Atomicity::partial,
                                                   notes, kNoDeadline);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == ErrorCode::precondition_failed);
  CHECK(subject.find("plain", {"one", "two", "three"}).size() == 2);
  CHECK(noted(subject) == "03");
}

TEST_CASE("an empty batch has no receipt") {
  Subject subject(GENERATE(each_repository()));
  const auto outcomes =
      subject.repository().write_with_receipts({}, Atomicity::partial, Notes("batch"), kNoDeadline);
  REQUIRE(outcomes);
  CHECK(outcomes->empty());
  CHECK(noted(subject).empty());
}

}  // namespace
}  // namespace dropzone::contract
