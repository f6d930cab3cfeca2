// How fast a job transforms what is stored, against a bare loop that does the same to the same
// records: reads originals, runs the pipeline, writes.
//
//   retransform FOLDER RECORDS ROUNDS   prints a line for each way: its name, records a second, and
//   MiB
//
// Both ways take their turn in every round, and the best round of each is printed, with what the
// process then had resident beyond what it had once the records were there. The folder must be
// empty.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <dropzone/job/job_runner.h>
#include <dropzone/job/jobs.h>
#include <dropzone/job/retransform.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/kind/kind.h>
#include <dropzone/sqlite/sqlite_record_repository.h>
#include <dropzone/steps/all_steps.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view kKind = "series";
constexpr std::size_t kPage = 500;

template <typename T>
T expect(Result<T> result) {
  if (result) return *std::move(result);
  std::cerr << result.error().detail << '\n';
  std::exit(1);
}

/// The pipeline of measurements, and an index, as a version.
std::shared_ptr<const Kind> series(std::int64_t version) {
  const Value pipeline = expect(json::decode_value(R"([
      {"require": {"fields": ["time_stamp", "data"]}},
      {"parse_time": {"field": "time_stamp", "to": "timeUTC"}},
      {"statistics": {"field": "data", "mean": "mean", "stdev": "stdev"}},
      {"keep": {"fields": ["timeUTC", "mean", "stdev"]}}])",
                                                   20));
  return std::make_shared<const Kind>(expect(Kind::parse(Object{{"name", kKind},
                                                                {"version", version},
                                                                {"pipeline", pipeline},
                                                                {"indexes", Array{"timeUTC"}}},
                                                         all_steps())));
}

double resident_mib() {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  file >> pages >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

class Bench {
 public:
  Bench(RecordRepository& store, DropZone& zone) : store_(store), zone_(zone) {}

  void fill(int records) {
    for (int i = 0; i < records;) {
      StoreRequest request{.kind = std::string(kKind), .records = {}};
      for (; i < records && request.records.size() < 5'000; ++i) {
        const std::string original = R"({"time_stamp": "2019-05-01T06:00:00-04:00", "data": [)" +
                                     std::to_string(i % 97) + ", 3.25, 8, 1.5, 4, 7.75]}";
        auto decoded = expect(json::decode_records(original, {}));
        request.records.push_back(std::move(decoded.front()));
      }
      expect(zone_.store(std::move(request), kNoDeadline));
    }
  }

  /// What nobody could do without: no checkpoints, no report, no look at what is asked for.
  std::size_t bare_loop(const Kind& kind) {
    std::size_t done = 0;
    Query query{.kind = kind.name(), .filter = {}, .order = {}, .after = {}};
    query.limit = kPage;
    do {
      std::vector<Write> writes;
      query.after = expect(store_.query(
          query, {.original = true, .meta = true, .data = false},
          [&](const RecordView& view) {
            Write write;
            write.kind = kind.name();
            write.id = view.id;
            write.meta = *view.meta;
            write.original = view.original;
            write.if_exists = IfExists::replace;
            write.if_version = std::exchange(write.meta.version, ids_.next());
            writes.push_back(std::move(write));
          },
          kNoDeadline));
      for (Write& write : writes) {
        auto decoded = expect(json::decode_records(write.original, {}));
        write.data = expect(kind.transform(expect(std::move(decoded.front().object))));
        write.data_json = to_json(write.data);
        write.meta.pipeline = kind.pipeline_name();
      }
      done += writes.size();
      expect(store_.write(std::move(writes), Atomicity::partial, kNoDeadline));
    } while (query.after);
    return done;
  }

  /// Returns how many records were done, and how long it took but for the pause before the first.
  std::pair<std::size_t, steady_clock::duration> job() {
    const auto decode = [](std::string_view text) { return json::decode_value(text, kMaxNesting); };
    Jobs jobs({.repository = store_, .clock = clock_, .ids = ids_, .decode = decode});
    const auto work = std::make_shared<Retransform>(Retransform::Ports{
        .zone = zone_,
        .clock = clock_,
        .ids = ids_,
        .decode_record = [](std::string_view original) -> Result<IncomingRecord> {
          DROPZONE_TRY(auto records, json::decode_records(original, {}));
          return std::move(records.front());
        },
        .decode = decode});
    JobRunner runner({.jobs = jobs,
                      .clock = clock_,
                      .works = {{std::string(Retransform::kType), work}},
                      .shared_store = false,
                      .tell = nullptr});
    const Job asked =
        expect(ask_for_retransform(zone_, jobs, {.kind = std::string(kKind)}, kNoDeadline));
    std::optional<steady_clock::time_point> began;
    while (runner.figures().ended.empty()) {
      const auto before = steady_clock::now();
      const auto due = runner.run(kNoDeadline);
      if (!began && runner.figures().records[asked.type] > 0) began = before;
      std::this_thread::sleep_until(due);
    }
    const auto time = steady_clock::now() - *began;
    const Job job = expect(jobs.find(asked.id, kNoDeadline));
    return {static_cast<std::size_t>(job.progress.done), time};
  }

 private:
  RecordRepository& store_;
  DropZone& zone_;
  SystemClock clock_;
  RandomIdSource ids_;
};

void print(std::string_view name, double per_second, double mib) {
  std::cout << name << '\t' << per_second << '\t' << mib << std::endl;
}

double rate(std::size_t records, steady_clock::duration time) {
  return static_cast<double>(records) / std::chrono::duration<double>(time).count();
}

void run(const std::string& folder, int records, int rounds) {
  std::int64_t version = 1;
  const KindCatalog catalog = expect(KindCatalog::of(std::vector{series(version)}));
  auto kinds = catalog.kinds();
  kinds.insert(kinds.end(), catalog.system_kinds().begin(), catalog.system_kinds().end());
  const auto store = expect(sqlite::SqliteRecordRepository::open(
      {.path = folder + "/bench.db", .kinds = std::move(kinds)}));
  SystemClock clock;
  RandomIdSource ids;
  DropZone zone({.repository = *store, .clock = clock, .ids = ids}, catalog);
  Bench bench(*store, zone);
  bench.fill(records);
  const double idle = resident_mib();
  double bare = 0;
  double by_job = 0;
  double most = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto kind = series(++version);
    zone.set_kinds(expect(KindCatalog::of(std::vector{kind})));
    const auto began = steady_clock::now();
    const std::size_t done = bench.bare_loop(*kind);
    bare = std::max(bare, rate(done, steady_clock::now() - began));
    zone.set_kinds(expect(KindCatalog::of(std::vector{series(++version)})));
    const auto [records_done, time] = bench.job();
    by_job = std::max(by_job, rate(records_done, time));
    most = std::max(most, resident_mib() - idle);
  }
  print("bare loop", bare, most);
  print("job", by_job, most);
}

}  // namespace
}  // namespace dropzone

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: retransform FOLDER RECORDS ROUNDS\n";
    return 2;
  }
  dropzone::run(argv[1], std::atoi(argv[2]), std::atoi(argv[3]));
  return 0;
}
