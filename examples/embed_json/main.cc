// A drop zone inside a program, with JSON and a file: keeps records in SQLite and asks for some.
//
//   dropzone-embed-json FILE
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/json/decode_filter.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/sqlite/sqlite_record_repository.h>
#include <dropzone/store/drop_zone.h>

using namespace dropzone;

namespace {

constexpr std::size_t kMaxDepth = 20;

// What a file kinds/readings.json would hold.
constexpr std::string_view kReadings = R"({
  "name": "readings",
  "version": 1,
  "pipeline": [{"require": {"fields": ["t"]}}, {"rename": {"from": "t", "to": "celsius"}}],
  "indexes": ["celsius"]
})";

constexpr std::string_view kRecords = R"({"_id": "cold", "t": 3.5}
{"_id": "warm", "t": 21.5}
{"no": "temperature"}
)";

constexpr std::string_view kWarm = R"({"field": "celsius", "operator": ">", "value": 20})";

Result<KindCatalog> read_kinds() {
  DROPZONE_TRY(const Value definition, json::decode_value(kReadings, kMaxDepth));
  DROPZONE_TRY(Kind kind, Kind::parse(definition, StepRegistry::with_core_steps()));
  std::vector<Kind> kinds;
  kinds.push_back(std::move(kind));
  return KindCatalog::of(std::move(kinds));
}

Result<void> run(const std::filesystem::path& file) {
  DROPZONE_TRY(KindCatalog kinds, read_kinds());
  sqlite::SqliteOptions options;
  options.path = file;
  options.kinds = kinds.kinds();  // Their indexes are built when the store is opened.
  DROPZONE_TRY(const auto repository, sqlite::SqliteRecordRepository::open(options));
  SystemClock clock;
  RandomIdSource ids;
  DropZone zone({.repository = *repository, .clock = clock, .ids = ids}, std::move(kinds));

  DROPZONE_TRY(auto records, json::decode_ndjson(kRecords, {}));
  DROPZONE_TRY(const StoreReport report, zone.store({.kind = "readings",
                                                     .records = std::move(records),
                                                     .if_exists = IfExists::replace},
                                                    kNoDeadline));
  std::cout << report.stored + report.replaced << " kept, " << report.rejected << " rejected\n";

  DROPZONE_TRY(json::FilterRequest asked, json::decode_filter(kWarm));
  const Query query{
      .kind = "readings", .filter = std::move(asked.filter), .order = {}, .after = {}};
  const auto print = [](const RecordView& record) {
    std::cout << record.id << ' ' << record.data << '\n';
  };
  DROPZONE_CHECK(zone.fetch(query, {}, print, kNoDeadline));
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = run(argc > 1 ? argv[1] : "readings.db");
  if (done) return EXIT_SUCCESS;
  std::cerr << done.error().detail << '\n';
  return EXIT_FAILURE;
}
