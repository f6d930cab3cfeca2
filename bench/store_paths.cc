// The paths of the SQLite store without HTTP and JSON around them, to be counted by callgrind
// (whose counts repeat to the digit) or timed.
//
//   store_paths FILE RECORDS PATH TIMES   prints microseconds of CPU a call
//
// PATH is one of find, page (of 100), keys (1,000), filter (100 hits by an index), broad (a filter
// that selects all, 100 shown), scan (without an index), write and batch (of 10,000). The file is
// filled with so many measurements if it does not exist yet.
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/sqlite/sqlite_record_repository.h>
#include <dropzone/store/id_source.h>
#include <dropzone/value/json_text.h>

namespace dropzone::sqlite {
namespace {

constexpr std::string_view kKind = "measurements";
constexpr int kBatch = 10'000;

template <typename T>
T expect(Result<T> result) {
  if (result) return *std::move(result);
  std::cerr << result.error().detail << '\n';
  std::exit(1);
}

Value definition() {
  const auto index = [](const char* field) { return Value(field); };
  return Object{{"name", kKind},
                {"version", 1},
                {"indexes", Array{index("timeUTC"), index("mean"), index("stdev")}}};
}

/// Ids, and values that are as spread as those of real series.
class Source {
 public:
  std::vector<Write> writes(int count) {
    std::vector<Write> writes(static_cast<std::size_t>(count));
    for (Write& write : writes) fill(write);
    return writes;
  }

 private:
  void fill(Write& write) {
    write.kind = kKind;
    write.id = ids_.next();
    write.original = original_;
    write.data.append("timeUTC", Timestamp{1'556'704'800'000'000 + 1'000'000 * made_});
    write.data.append("mean", static_cast<double>(made_++) + 0.5);
    write.data.append("stdev", std::uniform_real_distribution<>(0.5, 1.5)(random_));
    write.data_json = to_json(write.data);
    write.meta.pipeline = "measurements@1";
    write.meta.version = ids_.next();
    write.meta.sha256.emplace();
  }

  RandomIdSource ids_;
  std::mt19937_64 random_{20'190'501};
  std::int64_t made_ = 0;
  const std::string original_ = std::string(2'000, '7');
};

class Paths {
 public:
  Paths(RecordRepository& store, int records) : store_(store), records_(records) {
    Query query{.kind = std::string(kKind), .filter = {}, .order = {}, .after = {}, .limit = 1};
    expect(store_.query(
        query, {}, [&](const RecordView& view) { ids_.emplace_back(view.id); }, kNoDeadline));
  }

  void find() {
    if (!store_.find(std::string(kKind), ids_, {}, count_, kNoDeadline)) std::exit(1);
  }
  void page() { select({}, 100, {}); }
  void keys() { select({}, 1'000, {.data = false}); }
  void filter() {
    select({Condition{*FieldPath::parse("mean"), Operator::greater, records_ - 100}}, 1'000, {});
  }
  void broad() { select({Condition{*FieldPath::parse("mean"), Operator::greater, -1}}, 100, {}); }
  void scan() { select({Condition{*FieldPath::parse("none"), Operator::equal, -1}}, 100, {}); }
  void write() { write(1); }
  void batch() { write(kBatch); }

 private:
  void select(const Filter& filter, std::size_t limit, Projection projection) {
    const Query query{
        .kind = std::string(kKind), .filter = filter, .order = {}, .after = {}, .limit = limit};
    expect(store_.query(query, projection, count_, kNoDeadline));
  }
  void write(int count) {
    expect(store_.write(source_.writes(count), Atomicity::partial, kNoDeadline));
  }

  RecordRepository& store_;
  const int records_;
  std::vector<std::string> ids_;
  std::size_t shown_ = 0;
  RecordSink count_ = [this](const RecordView&) { ++shown_; };
  Source source_;
};

const std::map<std::string_view, void (Paths::*)()> kPaths = {
    {"find", &Paths::find},     {"page", &Paths::page},   {"keys", &Paths::keys},
    {"filter", &Paths::filter}, {"broad", &Paths::broad}, {"scan", &Paths::scan},
    {"write", &Paths::write},   {"batch", &Paths::batch}};

int run(int argc, char** argv) {
  if (argc != 5 || !kPaths.contains(argv[3])) {
    std::cerr << "usage: store_paths FILE RECORDS PATH TIMES\n";
    return 2;
  }
  const bool fresh = !std::filesystem::exists(argv[1]);
  const int records = std::stoi(argv[2]);
  const int times = std::stoi(argv[4]);
  SqliteOptions options;
  options.path = argv[1];
  options.kinds.push_back(std::make_shared<const Kind>(
      expect(Kind::parse(definition(), StepRegistry::with_core_steps()))));
  const auto store = expect(SqliteRecordRepository::open(options));
  if (fresh) {
    Source source;
    for (int made = 0; made < records; made += kBatch) {
      expect(store->write(source.writes(kBatch), Atomicity::partial, kNoDeadline));
    }
  }
  Paths paths(*store, records);
  const auto path = kPaths.at(argv[3]);
  (paths.*path)();
  const std::clock_t begun = std::clock();
  for (int i = 0; i < times; ++i) (paths.*path)();
  const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  std::cout << seconds * 1e6 / times << '\n';
  return 0;
}

}  // namespace
}  // namespace dropzone::sqlite

int main(int argc, char** argv) { return dropzone::sqlite::run(argc, argv); }
