#include "query/query_plan.h"

#include <sqlite3.h>

#include <catch2/catch.hpp>

#include "db/schema.h"
#include "query/query_run.h"
#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

constexpr int kRecords = 20'000;

// A store of many records, closed, and a connection to look at what queries do to its file.
class FilledStore {
 public:
  FilledStore() {
    {
      const auto repository = open_store(path_, {"number", "text", Array{"pair", "-number"}});
      std::vector<Write> writes;
      for (int i = 0; i < kRecords; ++i) {
        writes.push_back(thing(
            "r" + std::to_string(i),
            {{"number", i}, {"text", std::to_string(i % 100)}, {"pair", i / 2}, {"free", i}}));
      }
      store(*repository, std::move(writes));
    }
    auto opened = Connection::open({path_, Connection::Mode::read_only, std::size_t{1} << 20});
    REQUIRE(opened);
    connection_ = *std::move(opened);
    REQUIRE(load_texts(*connection_, catalog_));
    REQUIRE(load_kinds(*connection_, catalog_));
  }

  Connection& connection() { return *connection_; }
  const KindTables& kind() { return *catalog_.find_kind("things"); }

  // What SQLite says that it will do.
  std::string plan_of(const std::string& sql) {
    auto cursor = connection_->prepare("EXPLAIN QUERY PLAN " + sql);
    REQUIRE(cursor);
    std::string plan;
    while (cursor->step() == Step::row) plan += std::string(cursor->bytes(3)) + '\n';
    return plan;
  }

  // How many steps SQLite's machine takes for a page.
  int steps_for(const Query& query, std::size_t expected) {
    std::size_t shown = 0;
    REQUIRE(run(query, shown, {}));
    CHECK(shown == expected);
    return steps();
  }

  // The same for a call that may not take long, and whether it has its page.
  std::pair<int, bool> brief_steps_for(const Query& query) {
    CallOptions options;
    options.may_wait = false;
    std::size_t shown = 0;
    const auto page = run(query, shown, options);
    if (!page) CHECK(page.error().code == ErrorCode::unavailable);
    return {steps(), page.has_value()};
  }

 private:
  Result<std::optional<Position>> run(const Query& query, std::size_t& shown,
                                      const CallOptions& options) {
    const RecordSink sink = [&](const RecordView&) { ++shown; };
    return QueryRun(*connection_, catalog_, kind(), query, {}, sink, QueryTuning(), options).run();
  }

  int steps() {
    int steps = 0;
    sqlite3_stmt* statement = nullptr;
    while ((statement = sqlite3_next_stmt(connection_->handle(), statement))) {
      steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
    }
    return steps;
  }

  test::TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "store.db";
  Catalog catalog_;
  std::unique_ptr<Connection> connection_;
};

std::vector<SortKey> by(std::string_view field, bool descending = false) {
  return {{*FieldPath::parse(field), descending}};
}

// One for each form that a condition has, in each direction, with arrays and without.
std::vector<EntrySelection> selections_of(const FieldIndex& index) {
  std::vector<EntrySelection> selections;
  for (const KeyRange& range : {KeyRange{Bound::before(4), Bound::before(7)},
                                {Bound::before(4), Bound::after(7)},
                                {Bound::after(4), Bound::before(7)},
                                {Bound::after(4), Bound::after(7)},
                                {Bound::after(4, "a"), Bound::before(7)}}) {
    for (const bool scalars_alone : {false, true}) {
      for (const bool descending : {false, true}) {
        selections.push_back({condition_for({&index, {}}, range), scalars_alone, descending});
      }
    }
  }
  return selections;
}

TEST_CASE("the statements on indexes and ids search, they neither scan nor sort") {
  FilledStore filled;
  std::vector<std::string> statements;
  for (const FieldIndex& index : filled.kind().indexes) {
    for (const EntrySelection& selection : selections_of(index)) {
      statements.push_back(select_entries(index, selection));
      statements.push_back(
          select_entries_with_rows(index, filled.kind(), Columns::document, selection));
    }
  }
  REQUIRE(statements.size() == 3 * 20 * 2);
  for (const Columns columns : {Columns::id, Columns::document, Columns::everything}) {
    statements.push_back(select_record(filled.kind(), columns));
    for (const KeyRange& range : {KeyRange(), KeyRange{{}, Bound::before("m")}}) {
      const std::string condition = condition_for({nullptr, {}}, range);
      statements.push_back(select_records(filled.kind(), columns, condition, false));
      statements.push_back(select_records(filled.kind(), columns, condition, true));
      statements.push_back(select_records_with_originals(filled.kind(), columns, condition, false));
    }
  }
  for (const std::string& statement : statements) {
    const std::string plan = filled.plan_of(statement);
    INFO(statement << '\n' << plan);
    CHECK(plan.starts_with("SEARCH "));
    CHECK(plan.find("USING PRIMARY KEY (") != std::string::npos);
    CHECK(plan.find("SCAN") == std::string::npos);
    CHECK(plan.find("TEMP B-TREE") == std::string::npos);
  }
}

TEST_CASE("both ends of a range of entries are sought, whatever they are") {
  FilledStore filled;
  const FieldIndex& index = filled.kind().indexes[0];
  const auto plan_of = [&](const KeyRange& range) {
    return filled.plan_of(select_entries(index, {condition_for({&index, {}}, range)}));
  };
  const std::string of_values = plan_of({Bound::after(4), Bound::before(7)});
  CHECK(of_values.find("(class=? AND value>? AND value<?)") != std::string::npos);
  const std::string of_entries = plan_of({Bound::after(4, "a"), Bound::before(7)});
  CHECK(of_entries.find("((class,value,id)>(?,?,?) AND (class,value,id)<(?,?,?))") !=
        std::string::npos);
}

TEST_CASE("an index over several fields is one over each of them") {
  FilledStore filled;
  for (const char* field : {"number", "text", "pair"}) {
    CHECK(filled.kind().index_of(*FieldPath::parse(field)));
  }
  CHECK(filled.kind().indexes.size() == 3);
}

TEST_CASE("a page found by an index costs what it shows, not what is stored") {
  FilledStore filled;
  // A scan of the kind would take more than a step a record.
  constexpr int kMostSteps = kRecords / 2;
  const auto steps = [&](Filter filter, std::vector<SortKey> order, std::size_t expected) {
    return filled.steps_for({.kind = "things",
                             .filter = std::move(filter),
                             .order = std::move(order),
                             .after = {},
                             .limit = 100},
                            expected);
  };
  const auto number = [](Operator op, int value) { return where("number", op, value); };
  CHECK(steps(number(Operator::equal, 7), {}, 1) < 500);
  CHECK(steps(number(Operator::less, 50), {}, 50) < kMostSteps);
  CHECK(steps({Filter::And{{number(Operator::greater, 500), number(Operator::less, 600)}}}, {},
              99) < kMostSteps);
  CHECK(steps({Filter::Or{{number(Operator::less, 5), where("text", Operator::equal, "7")}}}, {},
              100) < kMostSteps);
  CHECK(steps(where("text", Operator::equal, "7"), {}, 100) < kMostSteps);
  CHECK(steps(where("text", Operator::equal, "7"), by("number", true), 100) < 2 * kMostSteps);
  CHECK(steps({}, by("number"), 100) < kMostSteps);
  CHECK(steps({}, by("number", true), 100) < kMostSteps);
  CHECK(steps(where("free", Operator::greater, 100), by("number"), 100) < kMostSteps);
  CHECK(steps({}, {{*FieldPath::parse("pair"), true}, {*FieldPath::parse("number"), false}}, 100) <
        kMostSteps);
  CHECK(steps({}, {}, 100) < kMostSteps);
  CHECK(steps(where("_id", Operator::greater, "r5"), {}, 100) < kMostSteps);
}

TEST_CASE("a filter that selects nearly everything costs about what its page shows") {
  FilledStore filled;
  const Query query{.kind = "things",
                    .filter = where("number", Operator::greater_or_equal, 10),
                    .order = {},
                    .after = {},
                    .limit = 10};
  CHECK(filled.steps_for(query, 10) < 1'000);
}

TEST_CASE("a call that may not take long has its page by a short way, or soon gives up") {
  FilledStore filled;
  const auto steps = [&](Filter filter, std::vector<SortKey> order = {}) {
    return filled.brief_steps_for({.kind = "things",
                                   .filter = std::move(filter),
                                   .order = std::move(order),
                                   .after = {},
                                   .limit = 100});
  };
  const auto number = [](Operator op, int value) { return where("number", op, value); };
  const auto free_field = [](Operator op, int value) { return where("free", op, value); };
  constexpr int kFewSteps = kRecords / 2;
  for (const auto& [filter, order] : std::vector<std::pair<Filter, std::vector<SortKey>>>{
           {number(Operator::less, 50), {}},
           {number(Operator::less, 50), by("free")},
           {number(Operator::greater, 10), {}},
           {number(Operator::less, 15'000), by("number", true)},
           {where("text", Operator::equal, "7"), {}},
           {free_field(Operator::greater, 10), {}},
           {free_field(Operator::less, 15'000), by("number")}}) {
    const auto [taken, complete] = steps(filter, order);
    CHECK(taken < kFewSteps);
    CHECK(complete);
  }
  for (const auto& [filter, order] : std::vector<std::pair<Filter, std::vector<SortKey>>>{
           {number(Operator::less, 1'000), {}},
           {number(Operator::greater, 10), by("free")},
           {free_field(Operator::less, 0), {}},
           {free_field(Operator::greater, 19'000), by("number")},
           {{}, by("free")}}) {
    const auto [taken, complete] = steps(filter, order);
    CHECK(taken < kFewSteps);
    CHECK_FALSE(complete);
  }
}

TEST_CASE("a walk whose first records are rarely selected is given up") {
  FilledStore filled;
  const Query query{.kind = "things",
                    .filter = where("number", Operator::less, 400),
                    .order = {},
                    .after = {},
                    .limit = 300};
  CHECK(filled.steps_for(query, 300) < 25 * 400);
}

TEST_CASE("of two indexed conditions the one with fewer candidates leads") {
  FilledStore filled;
  QueryPlanner planner(filled.connection(), filled.kind());
  const auto driver = planner.driver_for(Filter{
      Filter::And{{where("text", Operator::equal, "7"), where("number", Operator::less, 20)}}});
  REQUIRE(driver);
  REQUIRE(*driver);
  REQUIRE((*driver)->accesses.size() == 1);
  CHECK((*driver)->accesses[0].index->field.name() == "number");
  CHECK_FALSE((*driver)->exact);
}

}  // namespace
}  // namespace dropzone::sqlite
