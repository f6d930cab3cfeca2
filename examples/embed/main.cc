// A drop zone inside a program: the core and the memory store, no server, no JSON library.
#include <cstdlib>
#include <iostream>
#include <utility>
#include <vector>

#include <dropzone/memory/memory_record_repository.h>
#include <dropzone/store/drop_zone.h>

using namespace dropzone;

namespace {

// What a file kinds/readings.json would hold.
Value readings_definition() {
  return Object{{"name", "readings"},
                {"version", 1},
                {"pipeline", Array{Object{{"require", Object{{"fields", Array{"t"}}}}},
                                   Object{{"rename", Object{{"from", "t"}, {"to", "celsius"}}}}}}};
}

Result<void> run() {
  DROPZONE_TRY(Kind kind, Kind::parse(readings_definition(), StepRegistry::with_core_steps()));
  std::vector<Kind> kinds;
  kinds.push_back(std::move(kind));
  DROPZONE_TRY(KindCatalog catalog, KindCatalog::of(std::move(kinds)));

  memory::MemoryRecordRepository repository;
  SystemClock clock;
  RandomIdSource ids;
  DropZone zone({.repository = repository, .clock = clock, .ids = ids}, std::move(catalog));

  StoreRequest request{.kind = "readings", .records = {}};
  request.records.push_back(
      {R"({"_id": "first", "t": 21.5})", Object{{"_id", "first"}, {"t", 21.5}}});
  request.records.push_back({R"({"no": "temperature"})", Object{{"no", "temperature"}}});
  DROPZONE_TRY(const StoreReport report, zone.store(std::move(request), kNoDeadline));

  for (const StoreResult& result : report.results) {
    if (result.status == StoreStatus::stored) {
      std::cout << "stored " << result.id << ": " << result.data << '\n';
    } else {
      std::cout << "rejected: " << error_name(result.error.code) << '\n';
    }
  }
  return {};
}

}  // namespace

int main() {
  const auto done = run();
  if (done) return EXIT_SUCCESS;
  std::cerr << done.error().detail << '\n';
  return EXIT_FAILURE;
}
