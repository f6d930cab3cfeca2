// The originals that are replaced or deleted are kept, each once, in the same transaction.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/job/deletion.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/store/idempotent_store.h>
#include <dropzone/store/record_history.h>

#include "subject.h"
#include "support/kind_catalog.h"
#include "support/set_clock.h"

namespace dropzone::contract {
namespace {

KindCatalog plain_with(Object more) {
  Object definition{{"name", "plain"}, {"pipeline", Array()}};
  for (Member& member : more.members()) definition.set(member.name, member.value);
  return test::catalog_of(definition);
}

IncomingRecord incoming(const std::string& text) {
  auto records = json::decode_ndjson(text, {});
  REQUIRE(records);
  return std::move(records->front());
}

std::string numbered(const std::string& id, int number) {
  return R"({ "_id":")" + id + R"(", "n": )" + std::to_string(number) + ".0 }";
}

CallOptions options_of(const std::string& principal) {
  CallOptions options;
  options.principal = principal;
  return options;
}

/// Entries without what their original's text belongs to.
struct Entry : HistoryEntry {
  std::string text;
};

/// Another instance over the same store, whose kind "plain" has a history.
class HistoryZone {
 public:
  explicit HistoryZone(Subject& subject, Object more = {{"history", 3}})
      : zone_({.repository = subject.repository(), .clock = clock, .ids = ids_, .digest = &digest_},
              plain_with(std::move(more))) {}

  void deploy(Object more) { zone_.set_kinds(plain_with(std::move(more))); }

  Result<StoreReport> try_to_store(const std::vector<std::string>& originals, Atomicity atomicity,
                                   std::optional<std::string> key = std::nullopt) {
    StoreRequest request{
        .kind = "plain", .records = {}, .if_exists = IfExists::replace, .atomicity = atomicity};
    for (const std::string& original : originals) {
      auto records = json::decode_ndjson(original, {});
      if (!records) return std::move(records).error();
      request.records.push_back(std::move(records->front()));
    }
    if (!key) return zone_.store(std::move(request), options_of("storer"));
    auto keyed = idempotent_.store(std::move(request), {.text = *key}, options_of("storer"));
    if (!keyed) return std::move(keyed).error();
    return std::move(keyed->report);
  }

  StoreReport store(const std::vector<std::string>& originals,
                    Atomicity atomicity = Atomicity::partial,
                    std::optional<std::string> key = std::nullopt) {
    auto report = try_to_store(originals, atomicity, std::move(key));
    REQUIRE(report);
    return *std::move(report);
  }

  Result<PutResult> put(const std::string& id, const std::string& original,
                        VersionConditions conditions = {}) {
    return zone_.put({.kind = "plain",
                      .id = id,
                      .record = incoming(original),
                      .conditions = std::move(conditions)},
                     options_of("putter"));
  }

  /// All entries of a record, read in pages of `limit`.
  std::vector<Entry> entries(const std::string& id, std::size_t limit = 100) {
    std::vector<Entry> entries;
    std::optional<Position> after;
    do {
      const auto page = history_.page(
          "plain", id, limit, 1 << 20, after,
          [&](const HistoryEntry& entry) {
            entries.push_back({entry, std::string(entry.original)});
          },
          kNoDeadline);
      REQUIRE(page);
      after = page->next;
    } while (after);
    return entries;
  }

  std::vector<std::string> originals(const std::string& id) {
    std::vector<std::string> originals;
    for (const Entry& entry : entries(id)) originals.push_back(entry.text);
    return originals;
  }

  DropZone& zone() { return zone_; }
  RecordHistory& history() { return history_; }

  test::SetClock clock;

 private:
  RandomIdSource ids_;
  crypto::OpensslDigest digest_;
  json::JsonDocumentDecoder documents_;
  DropZone zone_;
  RecordHistory history_{{.zone = zone_, .documents = documents_}};
  IdempotentStore idempotent_{{.zone = zone_, .decode = [](std::string_view text) {
                                 return json::decode_definition(text);
                               }}};
};

std::size_t stored_in_history(Subject& subject) {
  const auto ids = subject.ask_all(
      {.kind = std::string(kHistoryKind), .filter = {}, .order = {}, .after = {}}, 1'000);
  REQUIRE(ids);
  return ids->size();
}

using Texts = std::vector<std::string>;

TEST_CASE(
    "a history has what was replaced and deleted, with who did it and when, the newest first") {
  Subject subject(GENERATE(each_repository()));
  HistoryZone zone(subject);
  const auto first = zone.put("a", numbered("a", 1));
  REQUIRE(first);
  CHECK(zone.entries("a").empty());
  zone.clock.time.micros += 1'000'000;
  const StoreReport second = zone.store({numbered("a", 2)});
  zone.clock.time.micros += 1'000'000;
  const auto third = zone.zone().revise(
      "plain", "a", [](std::string_view) { return Result(incoming(numbered("a", 3))); },
      std::nullopt, options_of("patcher"));
  REQUIRE(third);
  const Timestamp deleted_at{zone.clock.time.micros + 1'000'000};
  zone.clock.time = deleted_at;
  REQUIRE(zone.zone().remove_one("plain", "a", third->meta.version, options_of("deleter")));

  const auto entries = zone.entries("a", GENERATE(1, 2, 100));
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].text == numbered("a", 3));
  CHECK(entries[1].text == numbered("a", 2));
  CHECK(entries[2].text == numbered("a", 1));
  CHECK(entries[0].number == 3);
  CHECK(entries[2].number == 1);
  CHECK(entries[0].change == "deleted");
  CHECK(entries[0].changed_by == "deleter");
  CHECK(entries[0].changed_at == deleted_at);
  CHECK(entries[1].change == "replaced");
  CHECK(entries[1].changed_by == "patcher");
  CHECK(entries[2].changed_by == "storer");
  CHECK(entries[2].meta == first->meta);
  CHECK(entries[1].meta.version == second.results[0].meta.version);
  CHECK(entries[1].meta.created_at == first->meta.created_at);
  CHECK(*zone.history().original_of("plain", "a", first->meta.version, kNoDeadline) ==
        numbered("a", 1));
  CHECK(zone.history().original_of("plain", "b", first->meta.version, kNoDeadline).error().code ==
        ErrorCode::not_found);

  REQUIRE(zone.put("a", numbered("a", 4)));
  REQUIRE(zone.put("a", numbered("a", 5)));
  CHECK(zone.originals("a") == Texts{numbered("a", 4), numbered("a", 3), numbered("a", 2)});
}

TEST_CASE("a history has at most as many entries of a record as its kind says") {
  Subject subject(GENERATE(each_repository()));
  HistoryZone zone(subject);
  for (int i = 0; i < 6; ++i) REQUIRE(zone.put("a", numbered("a", i)));
  CHECK(zone.originals("a") == Texts{numbered("a", 4), numbered("a", 3), numbered("a", 2)});
  CHECK(stored_in_history(subject) == 3 + 1);
  zone.deploy({{"history", 1}});
  REQUIRE(zone.put("a", numbered("a", 6)));
  CHECK(zone.originals("a") == Texts{numbered("a", 5)});
  zone.deploy({});
  REQUIRE(zone.put("a", numbered("a", 7)));
  CHECK(zone.originals("a") == Texts{numbered("a", 5)});
  CHECK(stored_in_history(subject) == 1 + 1);
}

TEST_CASE("nothing is kept where nothing goes") {
  Subject subject(GENERATE(each_repository()));
  HistoryZone zone(subject);
  const auto first = zone.put("a", numbered("a", 1));
  REQUIRE(first);
  REQUIRE(zone.put("a", numbered("a", 1)));  // The same bytes.
  CHECK(zone.put("a", numbered("a", 2), {.if_match = first->meta.version}).error().code ==
        ErrorCode::precondition_failed);
  CHECK(zone.put("a", numbered("a", 2), {.if_none_match_any = true}).error().code ==
        ErrorCode::precondition_failed);
  CHECK(zone.put("b", numbered("b", 2), {.if_match = "*"}).error().code ==
        ErrorCode::precondition_failed);
  CHECK(zone.zone().remove_one("plain", "a", first->meta.version, kNoDeadline).error().code ==
        ErrorCode::precondition_failed);
  CHECK(zone.zone().remove_one("plain", "b", std::nullopt, kNoDeadline).error().code ==
        ErrorCode::not_found);
  CHECK(zone.store({numbered("a", 2), "[]"}, Atomicity::atomic).replaced == 0);
  CHECK(stored_in_history(subject) == 0);
  zone.deploy({});
  REQUIRE(zone.put("a", numbered("a", 2)));
  REQUIRE(zone.zone().remove("plain", Texts{"a"}, kNoDeadline));
  CHECK(stored_in_history(subject) == 0);
}

TEST_CASE("records of one batch are kept as if they came one after the other") {
  Subject subject(GENERATE(each_repository()));
  HistoryZone zone(subject);
  const auto atomicity = GENERATE(Atomicity::partial, Atomicity::atomic);
  const auto key = GENERATE(std::optional<std::string>(), std::optional<std::string>("key"));
  zone.store({numbered("a", 1), numbered("c", 1)});
  REQUIRE(zone.zone().remove_one("plain", "c", std::nullopt, kNoDeadline));
  const std::vector<std::string> batch{numbered("a", 2), numbered("b", 1), numbered("a", 3),
                                       numbered("b", 1), numbered("b", 2), numbered("c", 2),
                                       numbered("c", 3)};
  const StoreReport report = zone.store(batch, atomicity, key);
  CHECK(report.stored == 2);
  CHECK(report.replaced == 5);
  CHECK(zone.originals("a") == Texts{numbered("a", 2), numbered("a", 1)});
  CHECK(zone.originals("b") == Texts{numbered("b", 1)});
  CHECK(zone.originals("c") == Texts{numbered("c", 2), numbered("c", 1)});
  CHECK(zone.entries("a")[0].meta.version == report.results[0].meta.version);
  if (!key) return;
  CHECK(zone.store(batch, atomicity, key).replaced == 5);
  CHECK(zone.originals("a").size() == 2);
  CHECK(zone.originals("b").size() == 1);
}

TEST_CASE("of many records that are deleted each is kept once") {
  Subject subject(GENERATE(each_repository()));
  HistoryZone zone(subject);
  zone.store({numbered("a", 1), numbered("b", 1), numbered("c", 1), numbered("d", 1)});
  const auto report =
      zone.zone().remove("plain", Texts{"a", "none", "b", "a"}, options_of("deleter"));
  REQUIRE(report);
  CHECK(report->deleted == 2);
  CHECK(report->missing == Texts{"none", "a"});
  const auto deletion =
      deletion_of(zone.zone(), "plain", Object{{"field", "n"}, {"operator", "="}, {"value", 1}});
  REQUIRE(deletion);
  const auto selection = deletion->select(std::nullopt, 100, kNoDeadline);
  REQUIRE(selection);
  CHECK(*deletion->erase(*selection, options_of("filterer")) == 2);
  for (const std::string id : {"a", "b", "c", "d"}) {
    const auto entries = zone.entries(id);
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].text == numbered(id, 1));
    CHECK(entries[0].changed_by == (id < "c" ? "deleter" : "filterer"));
  }
}

TEST_CASE("a record is forgotten with its history") {
  Subject subject(GENERATE(each_repository()));
  HistoryZone zone(subject);
  for (int i = 0; i < 4; ++i) zone.store({numbered("a", i), numbered("b", i)});
  RecordHistory& history = zone.history();
  CHECK(history.forget("plain", "a", "other", kNoDeadline).error().code ==
        ErrorCode::precondition_failed);
  CHECK(zone.originals("a").size() == 3);
  const auto forgotten = history.forget("plain", "a", std::nullopt, kNoDeadline);
  REQUIRE(forgotten);
  CHECK(forgotten->record);
  CHECK(forgotten->entries == 3);
  CHECK(subject.find("plain", {"a"}).empty());
  const auto page = history.page(
      "plain", "a", 100, 1'000, std::nullopt, [](const HistoryEntry&) {}, kNoDeadline);
  CHECK(page.error().code == ErrorCode::not_found);
  CHECK(history.forget("plain", "a", std::nullopt, kNoDeadline).error().code ==
        ErrorCode::not_found);
  CHECK(zone.originals("b").size() == 3);
  CHECK(stored_in_history(subject) == 3 + 1);

  REQUIRE(zone.zone().remove_one("plain", "b", std::nullopt, kNoDeadline));
  CHECK_FALSE(history.forget("plain", "b", std::nullopt, kNoDeadline)->record);
  CHECK(stored_in_history(subject) == 0);
}

TEST_CASE("entries with an age are not shown beyond it") {
  Subject subject(GENERATE(each_repository()));
  HistoryZone zone(subject, {{"history", "10s"}});
  zone.store({numbered("a", 1)});
  zone.store({numbered("a", 2)});
  zone.clock.time.micros += 6'000'000;
  const StoreReport third = zone.store({numbered("a", 3)});
  CHECK(zone.originals("a") == Texts{numbered("a", 2), numbered("a", 1)});
  zone.clock.time.micros += 6'000'000;
  CHECK(zone.originals("a") == Texts{numbered("a", 2)});
  zone.clock.time.micros += 6'000'000;
  CHECK(zone.originals("a").empty());
  zone.deploy({{"history", "10s"}, {"retention", "15s"}});
  zone.store({numbered("a", 4)});  // The record itself has expired.
  CHECK(zone.originals("a").empty());
  CHECK(zone.history()
            .original_of("plain", "a", third.results[0].meta.version, kNoDeadline)
            .error()
            .code == ErrorCode::not_found);
}

/// What writers and deleters who race have confirmed: the originals that were there, in no order.
struct Race {
  static constexpr int kWriters = 4;
  static constexpr int kRounds = 12;

  std::multiset<std::string> written;
  std::size_t deleted = 0;
  std::string failures;
};

/// One writer of two records: alone, in batches, under keys.
void run_writer(HistoryZone& zone, int writer, Race& race) {
  for (int round = 0; round < Race::kRounds; ++round) {
    const int number = writer * 1'000 + round;
    std::vector<std::string> batch{numbered("hot", number)};
    if (round % 3 == 1) batch.push_back(numbered("warm", number));
    if (round % 3 == 2) batch.push_back(numbered("hot", number + 500));
    std::optional<std::string> key;
    if (round % 2 == 1) key = "key-" + std::to_string(number);
    const auto atomicity = round % 4 < 2 ? Atomicity::partial : Atomicity::atomic;
    const auto report = zone.try_to_store(batch, atomicity, key);
    if (!report || report->stored + report->replaced != batch.size()) {
      race.failures += report ? "not all was stored; " : report.error().detail + "; ";
      continue;
    }
    race.written.insert(batch.begin(), batch.end());
    if (round % 4 != 3) continue;
    const auto removed = zone.zone().remove("plain", Texts{"hot"}, kNoDeadline);
    if (!removed) race.failures += removed.error().detail + "; ";
    if (removed) race.deleted += removed->deleted;
  }
}

TEST_CASE("of originals that race each is kept exactly once") {
  Subject subject(GENERATE(each_repository()));
  HistoryZone one(subject, {{"history", 1'000}});
  HistoryZone other(subject, {{"history", 1'000}});
  std::vector<Race> races(Race::kWriters);
  std::vector<std::thread> threads;
  for (int writer = 0; writer < Race::kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      run_writer(writer % 2 == 0 ? one : other, writer, races[static_cast<std::size_t>(writer)]);
    });
  }
  for (std::thread& thread : threads) thread.join();

  std::multiset<std::string> written;
  std::size_t deleted = 0;
  for (Race& race : races) {
    CHECK(race.failures == "");
    written.merge(race.written);
    deleted += race.deleted;
  }
  std::multiset<std::string> found;
  std::size_t deletions = 0;
  for (const std::string id : {"hot", "warm"}) {
    std::int64_t number = 0;
    for (const Entry& entry : one.entries(id)) {
      if (number > 0) CHECK(entry.number == number - 1);
      number = entry.number;
      found.insert(entry.text);
      if (entry.change == "deleted") ++deletions;
    }
    CHECK(number == 1);
    for (const Shown& shown : subject.find("plain", {id})) found.insert(shown.original);
  }
  CHECK(found == written);
  CHECK(deletions == deleted);
}

}  // namespace
}  // namespace dropzone::contract
