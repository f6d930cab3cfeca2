#include <string>

#include <dropzone/store/document_decoder.h>

#include "subject.h"

namespace dropzone::contract {
namespace {

std::vector<std::string> ids_of(const std::vector<Shown>& records) {
  std::vector<std::string> ids;
  for (const Shown& shown : records) ids.push_back(shown.id);
  return ids;
}

TEST_CASE("records are found in the order asked, one asked twice twice, missing ones not") {
  Subject subject(GENERATE(each_repository()));
  subject.fill("plain", {{"a", {}}, {"b", {}}, {"c", {}}});
  CHECK(ids_of(subject.find("plain", {"c", "none", "a", "c", "b"})) ==
        std::vector<std::string>{"c", "a", "c", "b"});
  CHECK(subject.find("plain", {}).empty());
}

TEST_CASE("records whose ids a URL cannot name are found and erased as others") {
  Subject subject(GENERATE(each_repository()));
  subject.fill("plain", {{".", {}}, {"..", {}}, {"...", {}}});
  CHECK(ids_of(subject.find("plain", {"..", "."})) == std::vector<std::string>{"..", "."});
  Query query;
  query.kind = "plain";
  CHECK(subject.ask(query).ids == std::vector<std::string>{".", "..", "..."});
  CHECK(subject.erase("plain", {{.id = "."}, {.id = ".."}}) ==
        std::vector<EraseStatus>{EraseStatus::erased, EraseStatus::erased});
  CHECK(ids_of(subject.find("plain", {".", "..", "..."})) == std::vector<std::string>{"..."});
}

TEST_CASE("many records are found in one call") {
  Subject subject(GENERATE(each_repository()));
  constexpr int kRecords = 1'000;
  std::vector<Write> writes;
  std::vector<std::string> ids;
  for (int i = 0; i < kRecords; ++i) {
    ids.push_back("r" + std::to_string(i));
    writes.push_back(record("plain", ids.back(), {{"a", i}}));
  }
  subject.write(std::move(writes));
  const auto shown = subject.find("plain", ids);
  REQUIRE(ids_of(shown) == ids);
  for (int i = 0; i < kRecords; ++i) {
    REQUIRE(shown[static_cast<std::size_t>(i)].data == "{\"a\":" + std::to_string(i) + "}");
  }
}

TEST_CASE("a read shows what was asked for and nothing else") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  const bool original = GENERATE(false, true);
  const bool meta = GENERATE(false, true);
  const bool data = GENERATE(false, true);
  const Write write = record(kind, "one", {{"a", 1}});
  subject.write(write);
  const Projection projection{.original = original, .meta = meta, .data = data};

  const auto check = [&](const std::vector<Shown>& records) {
    REQUIRE(records.size() == 1);
    CHECK(records[0].id == "one");
    CHECK(records[0].data == (data ? write.data_json : ""));
    CHECK(records[0].original == (original ? write.original : ""));
    CHECK(records[0].has_meta == meta);
    if (meta) CHECK(records[0].meta == write.meta);
  };
  check(subject.find(kind, {"one"}, projection));
  check(subject.read({.kind = kind, .filter = {}, .order = {}, .after = {}}, projection));
  check(subject.read({.kind = kind,
                      .filter = where("a", Operator::equal, 1),
                      .order = order_by({"a"}),
                      .after = {}},
                     projection));
}

TEST_CASE("timestamps are distinguished from text if that is asked") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  const Timestamp when{5'000'000};
  const Object data{{"a", when},
                    {"text", format_timestamp(when)},
                    {"nested", Object{{"d", when}, {"e", 1}}},
                    {"list", Array{"x", when}}};
  subject.fill(kind, {{"one", data}, {"two", {{"a", 1}}}});
  const auto pointers = timestamp_pointers(data);
  REQUIRE(pointers.size() == 3);

  const auto check = [&](bool timestamps) {
    const Projection projection{.timestamps = timestamps};
    const auto found = subject.find(kind, {"one", "two"}, projection);
    const auto read =
        subject.read({.kind = kind, .filter = {}, .order = {}, .after = {}}, projection);
    for (const auto& records : {found, read}) {
      REQUIRE(records.size() == 2);
      CHECK(records[0].timestamps == (timestamps ? pointers : std::vector<std::string>()));
      CHECK(records[1].timestamps.empty());
    }
  };
  check(true);
  check(false);
}

TEST_CASE("the kinds that have records are named in order") {
  Subject subject(GENERATE(each_repository()));
  using Names = std::vector<std::string>;
  if (!subject.kinds()) return;
  CHECK(subject.kinds() == Names());
  subject.fill("plain", {{"a", {}}});
  subject.fill("undeclared", {{"a", {}}, {"b", {}}});
  subject.fill("_dropzone_own", {{"a", {}}});
  CHECK(subject.kinds() == Names{"_dropzone_own", "plain", "undeclared"});
  subject.erase("plain", {{.id = "a"}});
  subject.erase("undeclared", {{.id = "a"}});
  CHECK(subject.kinds() == Names{"_dropzone_own", "undeclared"});
}

TEST_CASE("erased records are gone, from look-ups, queries and counts") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"a", {{"a", 1}}}, {"b", {{"a", Array{1, 2}}}}, {"c", {{"a", 1}}}});
  const auto statuses =
      subject.erase(kind, {{.id = "a"}, {.id = "none"}, {.id = "b"}, {.id = "a"}});
  CHECK(statuses == std::vector<EraseStatus>{EraseStatus::erased, EraseStatus::missing,
                                             EraseStatus::erased, EraseStatus::missing});
  CHECK(ids_of(subject.find(kind, {"a", "b", "c"})) == std::vector<std::string>{"c"});
  CHECK(subject
            .ask({.kind = kind, .filter = where("a", Operator::equal, 1), .order = {}, .after = {}})
            .ids == std::vector<std::string>{"c"});
  const auto count =
      subject.aggregate({.kind = kind, .filter = {}, .count = true, .sums = {}, .averages = {}});
  if (count) CHECK(count->count == 1);
}

TEST_CASE("a record can be written again after it was erased") {
  Subject subject(GENERATE(each_repository()));
  subject.fill("indexed", {{"a", {{"a", 1}}}});
  subject.erase("indexed", {{.id = "a"}});
  Write again = record("indexed", "a", {{"a", 2}});
  again.meta.created_at = {5'000'000};
  const WriteOutcome outcome = subject.write(again);
  CHECK(outcome.status == WriteStatus::created);
  CHECK(outcome.created_at == Timestamp{5'000'000});
  CHECK(subject.find("indexed", {"a"}).at(0).meta == again.meta);
}

TEST_CASE("a record is erased only in the version that was named") {
  Subject subject(GENERATE(each_repository()));
  const Write write = record("plain", "a");
  subject.write(write);
  CHECK(subject.erase("plain", {{.id = "a", .if_version = "stale"}}).at(0) ==
        EraseStatus::precondition_failed);
  CHECK(subject.find("plain", {"a"}).size() == 1);
  CHECK(subject.erase("plain", {{.id = "a", .if_version = write.meta.version}}).at(0) ==
        EraseStatus::erased);
  CHECK(subject.erase("plain", {{.id = "a", .if_version = "*"}}).at(0) == EraseStatus::missing);
}

TEST_CASE("a record is erased in any version if that is asked") {
  Subject subject(GENERATE(each_repository()));
  subject.fill("plain", {{"a", {}}});
  CHECK(subject.erase("plain", {{.id = "a", .if_version = "*"}}).at(0) == EraseStatus::erased);
}

}  // namespace
}  // namespace dropzone::contract
