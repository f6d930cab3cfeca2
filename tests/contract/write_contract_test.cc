#include <string>

#include "subject.h"

namespace dropzone::contract {
namespace {

TEST_CASE("a record is shown as it was written") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  Write write = record(kind, "one", {{"a", 1}, {"text", "caf\xc3\xa9"}, {"when", Timestamp{5}}});
  write.original = std::string("{ \"a\" : 1.10 }\xff\0!", 17);
  write.meta = {.created_at = {11},
                .updated_at = {22},
                .version = "7xQ",
                .pipeline = "things@3",
                .sha256 = Sha256{1, 2, 3}};

  const WriteOutcome outcome = subject.write(write);
  CHECK(outcome.status == WriteStatus::created);
  CHECK(outcome.created_at == Timestamp{11});

  const auto shown = subject.find(kind, {"one"});
  REQUIRE(shown.size() == 1);
  CHECK(shown[0].id == "one");
  CHECK(shown[0].data == write.data_json);
  CHECK(shown[0].original == write.original);
  REQUIRE(shown[0].has_meta);
  CHECK(shown[0].meta == write.meta);
}

TEST_CASE("how a record was received is kept with it until it is replaced") {
  Subject subject(GENERATE(each_repository()));
  const std::string by = GENERATE(as<std::string>{}, "ann", "", "caf\xc3\xa9");
  const bool large = GENERATE(false, true);
  Write write = record("plain", "one", {{"text", std::string(large ? 5'000 : 1, 'x')}});
  write.meta.received = Received{.at = {1'234'567}, .by = by};
  subject.write({write, record("plain", "two")});
  const auto received = [&](const std::string& id) {
    return subject.find("plain", {id}).at(0).meta.received;
  };
  CHECK(received("one") == write.meta.received);
  CHECK_FALSE(received("two"));
  write.meta.received->by = "ben";
  subject.write(replacing(write));
  CHECK(received("one") == write.meta.received);
  subject.write(replacing(record("plain", "one")));
  CHECK_FALSE(received("one"));
}

TEST_CASE("a record without a digest has none") {
  Subject subject(GENERATE(each_repository()));
  subject.write(record("plain", "one"));
  CHECK_FALSE(subject.find("plain", {"one"}).at(0).meta.sha256);
}

TEST_CASE("data of any size come back whole") {
  Subject subject(GENERATE(each_repository()));
  const auto size = GENERATE(as<std::size_t>{}, 0, 1, 500, 599, 600, 601, 1'000, 4'096, 100'000);
  const bool same = GENERATE(false, true);
  Write write = record("plain", "one", {{"text", std::string(size, 'x')}});
  if (same) write.original = write.data_json;
  subject.write(write);

  const Shown shown = subject.find("plain", {"one"}).at(0);
  CHECK(shown.data == write.data_json);
  CHECK(shown.original == write.original);
  Query query{.kind = "plain",
              .filter = where("text", Operator::greater_or_equal, ""),
              .order = {},
              .after = {}};
  CHECK(subject.read(query, {}).at(0).data == write.data_json);
}

TEST_CASE("an existing record refuses a write that shall not replace it") {
  Subject subject(GENERATE(each_repository()));
  const Write first = record("plain", "one", {{"a", 1}});
  subject.write(first);
  const WriteOutcome second = subject.write(record("plain", "one", {{"a", 2}}));
  CHECK(second.status == WriteStatus::refused);
  CHECK(second.error.code == ErrorCode::already_exists);
  CHECK(subject.find("plain", {"one"}).at(0).data == first.data_json);
}

TEST_CASE("a write that skips leaves an existing record as it is, and creates a missing one") {
  Subject subject(GENERATE(each_repository()));
  CHECK(subject.write(skipping(record("plain", "one", {{"a", 1}}))).status == WriteStatus::created);
  CHECK(subject.write(skipping(record("plain", "one", {{"a", 2}}))).status == WriteStatus::skipped);
  CHECK(subject.find("plain", {"one"}).at(0).data == "{\"a\":1}");
}

TEST_CASE("a replacement changes all but when the record was created") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.write(record(kind, "one", {{"a", 1}, {"b", "old"}}));

  Write second = replacing(record(kind, "one", {{"a", "now text"}}));
  second.meta.created_at = {9'000'000};
  second.meta.updated_at = {9'000'000};
  second.meta.sha256 = Sha256{9};
  const WriteOutcome outcome = subject.write(second);
  CHECK(outcome.status == WriteStatus::replaced);
  CHECK(outcome.created_at == Timestamp{1'000'000});

  const Shown shown = subject.find(kind, {"one"}).at(0);
  CHECK(shown.data == second.data_json);
  CHECK(shown.original == second.original);
  second.meta.created_at = {1'000'000};
  CHECK(shown.meta == second.meta);
}

TEST_CASE(
    "a replacement by a clock that is behind is no earlier than what it replaces was created") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.write(record(kind, "one", {{"a", 1}}));
  Write second = replacing(record(kind, "one", {{"a", 2}}));
  second.meta.created_at = {400'000};
  second.meta.updated_at = {400'000};
  subject.write(second);
  const Shown shown = subject.find(kind, {"one"}).at(0);
  CHECK(shown.meta.created_at == Timestamp{1'000'000});
  CHECK(shown.meta.updated_at == Timestamp{1'000'000});
}

TEST_CASE("a replacement of what is not there creates it") {
  Subject subject(GENERATE(each_repository()));
  const WriteOutcome outcome = subject.write(replacing(record("plain", "one")));
  CHECK(outcome.status == WriteStatus::created);
  CHECK(outcome.created_at == Timestamp{1'000'000});
}

TEST_CASE("a write for a version is done on that version alone") {
  Subject subject(GENERATE(each_repository()));
  const Write first = record("plain", "one", {{"a", 1}});
  subject.write(first);

  Write stale = replacing(record("plain", "one", {{"a", 2}}));
  stale.if_version = "stale";
  const WriteOutcome refused = subject.write(stale);
  CHECK(refused.status == WriteStatus::refused);
  CHECK(refused.error.code == ErrorCode::precondition_failed);
  CHECK(subject.find("plain", {"one"}).at(0).data == "{\"a\":1}");

  Write current = replacing(record("plain", "one", {{"a", 3}}));
  current.if_version = first.meta.version;
  CHECK(subject.write(current).status == WriteStatus::replaced);
  CHECK(subject.find("plain", {"one"}).at(0).data == "{\"a\":3}");
}

TEST_CASE("a write for any version is done if there is a record") {
  Subject subject(GENERATE(each_repository()));
  Write write = replacing(record("plain", "one", {{"a", 2}}));
  write.if_version = "*";
  const WriteOutcome refused = subject.write(write);
  CHECK(refused.status == WriteStatus::refused);
  CHECK(refused.error.code == ErrorCode::precondition_failed);
  CHECK(subject.find("plain", {"one"}).empty());

  subject.write(record("plain", "one", {{"a", 1}}));
  CHECK(subject.write(write).status == WriteStatus::replaced);
}

TEST_CASE("a batch is done in order, so a second write of an id meets the first") {
  Subject subject(GENERATE(each_repository()));
  const Atomicity atomicity = GENERATE(Atomicity::partial, Atomicity::atomic);
  const auto outcomes =
      subject.write({record("plain", "x", {{"a", 1}}), skipping(record("plain", "x", {{"a", 2}})),
                     replacing(record("plain", "x", {{"a", 3}})), record("plain", "y", {{"a", 4}}),
                     replacing(record("plain", "y", {{"a", 5}}))},
                    atomicity);
  CHECK(outcomes[0].status == WriteStatus::created);
  CHECK(outcomes[1].status == WriteStatus::skipped);
  CHECK(outcomes[2].status == WriteStatus::replaced);
  CHECK(outcomes[3].status == WriteStatus::created);
  CHECK(outcomes[4].status == WriteStatus::replaced);
  CHECK(subject.find("plain", {"x"}).at(0).data == "{\"a\":3}");
  CHECK(subject.find("plain", {"y"}).at(0).data == "{\"a\":5}");
}

TEST_CASE("a partial batch stores the good records whatever becomes of the others") {
  Subject subject(GENERATE(each_repository()));
  const auto outcomes =
      subject.write({record("plain", "x"), record("plain", "x"), record("plain", "y")});
  CHECK(outcomes[0].status == WriteStatus::created);
  CHECK(outcomes[1].status == WriteStatus::refused);
  CHECK(outcomes[1].error.code == ErrorCode::already_exists);
  CHECK(outcomes[2].status == WriteStatus::created);
  CHECK(subject.find("plain", {"x", "y"}).size() == 2);
}

TEST_CASE("an atomic batch with a refusal changes nothing") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"old", {{"a", 1}, {"b", 1}}}});
  const auto outcomes = subject.write(
      {record(kind, "new", {{"a", 2}}), replacing(record(kind, "old", {{"a", Array{2, 3}}})),
       record("another_kind", "new"), record(kind, "old", {{"a", 2}}),
       record(kind, "newer", {{"a", 2}})},
      Atomicity::atomic);
  CHECK(outcomes[0].status == WriteStatus::aborted);
  CHECK(outcomes[1].status == WriteStatus::aborted);
  CHECK(outcomes[2].status == WriteStatus::aborted);
  CHECK(outcomes[3].status == WriteStatus::refused);
  CHECK(outcomes[3].error.code == ErrorCode::already_exists);
  CHECK(outcomes[4].status == WriteStatus::aborted);

  CHECK(subject.find("another_kind", {"new"}).empty());
  const auto all = subject.read({.kind = kind, .filter = {}, .order = {}, .after = {}});
  REQUIRE(all.size() == 1);
  CHECK(all[0].data == "{\"a\":1,\"b\":1}");
  for (const char* name : {"a", "b"}) {
    const Page page = subject.ask(
        {.kind = kind, .filter = where(name, Operator::equal, 1), .order = {}, .after = {}});
    CHECK(page.ids == std::vector<std::string>{"old"});
    CHECK(
        subject
            .ask(
                {.kind = kind, .filter = where(name, Operator::equal, 2), .order = {}, .after = {}})
            .ids.empty());
  }
  const auto count =
      subject.aggregate({.kind = kind, .filter = {}, .count = true, .sums = {}, .averages = {}});
  if (count) CHECK(count->count == 1);
}

TEST_CASE("an atomic batch without a refusal is done whole") {
  Subject subject(GENERATE(each_repository()));
  subject.fill("plain", {{"old", {{"a", 1}}}});
  const auto outcomes = subject.write(
      {record("plain", "new", {{"a", 2}}), replacing(record("plain", "old", {{"a", 2}})),
       skipping(record("plain", "old", {{"a", 3}}))},
      Atomicity::atomic);
  CHECK(outcomes[0].status == WriteStatus::created);
  CHECK(outcomes[1].status == WriteStatus::replaced);
  CHECK(outcomes[2].status == WriteStatus::skipped);
  CHECK(subject.find("plain", {"old"}).at(0).data == "{\"a\":2}");
}

TEST_CASE("an atomic batch that skips stores the rest, and nothing if one is refused") {
  Subject subject(GENERATE(each_repository()));
  subject.fill("plain", {{"old", {{"a", 1}}}});
  const auto stored = subject.write(
      {record("plain", "new", {{"a", 2}}), skipping(record("plain", "old", {{"a", 2}})),
       skipping(record("plain", "newer", {{"a", 2}}))},
      Atomicity::atomic);
  CHECK(stored[0].status == WriteStatus::created);
  CHECK(stored[1].status == WriteStatus::skipped);
  CHECK(stored[2].status == WriteStatus::created);
  CHECK(subject.find("plain", {"old"}).at(0).data == "{\"a\":1}");
  CHECK(subject.find("plain", {"new", "newer"}).size() == 2);

  const auto refused = subject.write(
      {record("plain", "newest"), skipping(record("plain", "old")), record("plain", "new")},
      Atomicity::atomic);
  CHECK(refused[0].status == WriteStatus::aborted);
  CHECK(refused[1].status == WriteStatus::aborted);
  CHECK(refused[2].status == WriteStatus::refused);
  CHECK(subject.find("plain", {"newest"}).empty());
}

TEST_CASE("kinds are apart, and one that was never written is empty") {
  Subject subject(GENERATE(each_repository()));
  const auto outcomes =
      subject.write({record("plain", "x", {{"a", 1}}), record("indexed", "x", {{"a", 2}}),
                     record("never_declared", "x", {{"a", 3}})});
  for (const WriteOutcome& outcome : outcomes) CHECK(outcome.status == WriteStatus::created);
  CHECK(subject.find("plain", {"x"}).at(0).data == "{\"a\":1}");
  CHECK(subject.find("indexed", {"x"}).at(0).data == "{\"a\":2}");
  CHECK(subject.find("never_declared", {"x"}).at(0).data == "{\"a\":3}");

  CHECK(subject.find("empty", {"x"}).empty());
  CHECK(subject.ask({.kind = "empty", .filter = {}, .order = {}, .after = {}}).ids.empty());
  CHECK(subject.erase("empty", {{.id = "x"}}).at(0) == EraseStatus::missing);
  const auto count =
      subject.aggregate({.kind = "empty", .filter = {}, .count = true, .sums = {}, .averages = {}});
  if (count) CHECK(count->count == 0);
}

TEST_CASE("ids of every legal shape are kept apart") {
  Subject subject(GENERATE(each_repository()));
  const std::vector<std::string> ids{"a",
                                     "A",
                                     "a ",
                                     "'",
                                     "\"",
                                     "%",
                                     "a%2Fb",
                                     "\\",
                                     "\xc3\xa9",
                                     "e\xcc\x81",
                                     "\U0001F600",
                                     ";--",
                                     "0",
                                     "00",
                                     "1e3",
                                     "null",
                                     std::string(1'500, 'i')};
  std::vector<Write> writes;
  for (const std::string& id : ids) writes.push_back(record("plain", id));
  for (const WriteOutcome& outcome : subject.write(std::move(writes))) {
    CHECK(outcome.status == WriteStatus::created);
  }
  const auto shown = subject.find("plain", ids);
  REQUIRE(shown.size() == ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) CHECK(shown[i].id == ids[i]);
}

TEST_CASE("an empty batch is done at once") {
  Subject subject(GENERATE(each_repository()));
  CHECK(subject.write(std::vector<Write>()).empty());
}

TEST_CASE("a call whose time has run out does nothing") {
  Subject subject(GENERATE(each_repository()));
  RecordRepository& repository = subject.repository();
  const Deadline past = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  subject.fill("plain", {{"old", {{"a", 1}}}});

  const auto written = repository.write({record("plain", "new")}, Atomicity::partial, past);
  REQUIRE_FALSE(written);
  CHECK(written.error().code == ErrorCode::deadline_exceeded);
  CHECK(subject.find("plain", {"new"}).empty());

  const std::vector<Erase> erases{{.id = "old"}};
  const auto erased = repository.erase("plain", erases, past);
  REQUIRE_FALSE(erased);
  CHECK(erased.error().code == ErrorCode::deadline_exceeded);
  CHECK(subject.find("plain", {"old"}).size() == 1);
}

TEST_CASE("a repository in order says so") {
  Subject subject(GENERATE(each_repository()));
  CHECK(subject.repository().check(kNoDeadline));
}

}  // namespace
}  // namespace dropzone::contract
