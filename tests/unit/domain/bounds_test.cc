#include <latch>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/json/decode_records.h>
#include <dropzone/memory/memory_record_repository.h>
#include <dropzone/query/filter_matcher.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/id_source.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

Value step(std::string name, Object parameters) {
  Object definition;
  definition.append(std::move(name), std::move(parameters));
  return definition;
}

Value set(std::string field, Value value) {
  return step("set", {{"field", std::move(field)}, {"value", std::move(value)}});
}

Value copy(std::string from, std::string to) {
  return step("copy", {{"from", std::move(from)}, {"to", std::move(to)}});
}

Value rename(std::string from, std::string to) {
  return step("rename", {{"from", std::move(from)}, {"to", std::move(to)}});
}

Pipeline parse(Array steps, const StepRegistry& registry = StepRegistry::with_core_steps()) {
  auto parsed = Pipeline::parse(std::move(steps), registry);
  if (!parsed) FAIL(parsed.error().detail);
  return *std::move(parsed);
}

std::size_t depth_of(const Object& object) { return extent_of(Value(object)).depth; }

/// A call with an account of a budget of so many bytes.
struct Accounted {
  explicit Accounted(std::size_t bytes) : budget(bytes) {
    options.memory = std::make_shared<MemoryAccount>(budget);
  }
  MemoryBudget budget;
  CallOptions options;
};

struct Zone {
  explicit Zone(Array steps) : zone(ports(), catalog(std::move(steps))) {}

  DropZone::Ports ports() { return {.repository = repository, .clock = clock, .ids = ids}; }
  static KindCatalog catalog(Array steps) {
    std::vector<Kind> kinds;
    kinds.push_back(
        Kind::parse(Object{{"name", "k"}, {"version", 1}, {"pipeline", std::move(steps)}},
                    StepRegistry::with_core_steps())
            .value());
    return KindCatalog::of(std::move(kinds)).value();
  }
  const Kind& kind() { return **zone.kinds()->find("k"); }
  std::int64_t records() {
    return zone
        .aggregate({.kind = "k", .filter = {}, .count = true, .sums = {}, .averages = {}}, {})
        ->count.value();
  }
  Result<StoreReport> store(std::size_t count, const CallOptions& options) {
    StoreRequest request{.kind = "k", .records = {}};
    for (std::size_t i = 0; i < count; ++i) request.records.push_back({"{}", Object()});
    return zone.store(std::move(request), options);
  }

  memory::MemoryRecordRepository repository;
  SystemClock clock;
  RandomIdSource ids;
  DropZone zone;
};

/// Asks its call to stop.
class Stopper final : public Step {
 public:
  static inline std::stop_source* source = nullptr;
  std::string_view name() const noexcept override { return "stopper"; }
  Result<void> apply(Object&, const StepContext&) const override {
    source->request_stop();
    return {};
  }
};

}  // namespace

TEST_CASE("whatever steps do, they make nothing deeper than a record may be") {
  constexpr std::size_t kDepth = 20;
  std::string path = "a";
  for (std::size_t i = 1; i < kDepth; ++i) path += ".a";
  Array levels;
  while (extent_of(levels).depth < kDepth - 1) levels = Array{Value(std::move(levels))};

  const auto apply = [](Array steps, Object object = {}) {
    Allowance allowance{RecordLimits{.max_depth = kDepth}};
    return parse(std::move(steps)).apply(std::move(object), allowance);
  };
  CHECK(depth_of(*apply({set(path, 1)})) == kDepth);
  CHECK(depth_of(*apply({set("a", levels)})) == kDepth);

  const auto refused = [&](Array steps, Object object = {}) {
    const auto result = apply(std::move(steps), std::move(object));
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::too_deep);
    return result.error().step + ' ' + result.error().pointer;
  };
  CHECK(refused({set("b", levels), set("x.y", levels)}) == "set /x/y");
  CHECK(refused({set(path + ".a", 1)}).starts_with("set /a/a"));
  CHECK(refused({copy("a", "x.y")}, {{"a", levels}}) == "copy /x/y");
  CHECK(refused({rename("a", "x.y")}, {{"a", levels}}) == "rename /x/y");
  CHECK(refused({step("parse_time", {{"field", "t"}, {"to", path + ".a"}})},
                {{"t", "2024-01-01T00:00:00Z"}})
            .starts_with("parse_time /a"));
  CHECK(refused({step("statistics", {{"field", "n"}, {"mean", path + ".a"}})}, {{"n", Array{1, 2}}})
            .starts_with("statistics /a"));
  // Each turn nests the result of the one before.
  Array turns{set("a", Array{})};
  for (int i = 0; i < 100; ++i) {
    turns.push_back(rename("a", "b.c"));
    turns.push_back(rename("b", "a"));
  }
  CHECK(refused(std::move(turns)).starts_with("rename /"));
}

TEST_CASE("a rename that goes no deeper than before is free, however deep the value is") {
  Array levels;
  while (extent_of(levels).depth < 19) levels = Array{Value(std::move(levels))};
  Allowance allowance{RecordLimits{.max_depth = 20, .max_made_bytes = 500}};
  Object object;
  object.append("a", std::move(levels));
  CHECK(parse({rename("a", "b")}).apply(std::move(object), allowance));
}

TEST_CASE("what steps make of one record is bounded, however they make it") {
  const std::string text(100, 'x');
  Array doubling{set("a", Array{text})};
  for (int i = 0; i < 18; ++i) {
    doubling.push_back(copy("a", "b"));
    doubling.push_back(set("c", Object{}));
    doubling.push_back(rename("a", "c.l"));
    doubling.push_back(rename("b", "c.r"));
    doubling.push_back(rename("c", "a"));
  }
  Array copies;
  for (int i = 0; i < 900; ++i) copies.push_back(copy("big", "copy" + std::to_string(i)));
  Array again;
  for (int i = 0; i < 900; ++i) {
    again.push_back(copy("big", "same"));
    again.push_back(step("remove", {{"fields", Array{"same"}}}));
  }
  const Object big{{"big", std::string(100'000, 'x')}};
  for (const Array& steps : {doubling, copies, again}) {
    if (steps.size() > kDeployedDefinition.max_steps) continue;
    Allowance allowance{RecordLimits{.max_depth = 200, .max_made_bytes = kMegabyte}};
    const auto result = parse(steps).apply(big, allowance);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::record_too_large);
    CHECK_FALSE(result.error().step.empty());
    CHECK_FALSE(result.error().pointer.empty());
    CHECK_FALSE(allowance.exhausted());
  }
}

TEST_CASE("each record has its own limit, and all of them the request's account") {
  const Pipeline pipeline = parse({set("a", std::string(1'000, 'x'))});
  Accounted call(kMegabyte);
  Allowance allowance(RecordLimits{.max_made_bytes = 2'000}, call.options);
  for (int i = 0; i < 200; ++i) REQUIRE(pipeline.apply({}, allowance));
  CHECK(call.budget.used() > 190'000);
  Result<Object> last = Object();
  for (int i = 0; i < 2'000 && last; ++i) last = pipeline.apply({}, allowance);
  REQUIRE_FALSE(last);
  CHECK(last.error().code == ErrorCode::overloaded);
  CHECK(allowance.exhausted());
  allowance.give_back();
  CHECK(call.budget.used() == 0);
}

TEST_CASE("a deployed kind whose steps make too much of a batch stores nothing") {
  Zone zone({set("constant", std::string(100'000, 'x'))});
  {
    Accounted call(10 * kMegabyte);
    const auto report = zone.store(1'000, call.options);
    REQUIRE_FALSE(report);
    CHECK(report.error().code == ErrorCode::overloaded);
    CHECK(call.budget.used() <= call.budget.limit());
    call.options.memory.reset();
    CHECK(call.budget.used() == 0);
  }
  CHECK(zone.records() == 0);
  Accounted call(10 * kMegabyte);
  CHECK(zone.store(10, call.options));
  CHECK(zone.records() == 10);
}

TEST_CASE("a dry run gives back what it made, and shows no more than it may") {
  Zone zone({set("a", std::string(1'000, 'x')), set("b", 1), set("c", 1)});
  Accounted call(kMegabyte);
  for (int i = 0; i < 2'000; ++i) {
    const auto result = zone.zone.transform(zone.kind(), Object(), {.trace = true}, call.options);
    REQUIRE(result);
    CHECK(result->trace.size() == 3);
  }
  CHECK(call.budget.used() == 0);

  const auto refused =
      zone.zone.transform(zone.kind(), Object(), {.trace = true, .max_bytes = 3'000}, call.options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::record_too_large);
  CHECK(zone.zone.transform(zone.kind(), Object(), {.max_bytes = 3'000}, call.options));
}

TEST_CASE("a call that is over ends between two steps, and stores nothing") {
  StepRegistry registry = StepRegistry::with_core_steps();
  registry.add("stopper", [](const Value&) -> Result<std::unique_ptr<Step>> {
    return std::make_unique<Stopper>();
  });
  std::stop_source stop;
  Stopper::source = &stop;
  CallOptions options;
  options.stop = stop.get_token();
  Array steps{step("stopper", {})};
  for (int i = 0; i < 900; ++i) steps.push_back(set("a", 1));
  std::size_t seen = 0;
  Allowance allowance(RecordLimits{}, options);
  const auto result =
      parse(std::move(steps), registry).apply({}, allowance, [&](const Pipeline::Stage&) {
        ++seen;
      });
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::deadline_exceeded);
  CHECK(seen < 500);

  Zone zone({set("a", 1)});
  const auto report = zone.store(1'000, options);
  REQUIRE_FALSE(report);
  CHECK(report.error().code == ErrorCode::deadline_exceeded);
  CHECK(zone.records() == 0);
  CHECK(zone.zone.transform(zone.kind(), Object(), {}, options).error().code ==
        ErrorCode::deadline_exceeded);
}

TEST_CASE("a scan ends when its call is stopped, in the middle of comparing one record too") {
  std::stop_source stop;
  CallOptions options;
  options.stop = stop.get_token();
  stop.request_stop();
  Filter::And many;
  for (int i = 0; i < 500; ++i) {
    many.filters.push_back(
        {Condition{*FieldPath::parse("a" + std::to_string(i)), Operator::not_equal, -1}});
  }
  Object object;
  for (int i = 0; i < 5'000; ++i) object.append("a" + std::to_string(i), i);
  const Filter filter{std::move(many)};
  Watch watch(&options);
  CHECK_FALSE(FilterMatcher(filter).matches("id", object, watch));
  CHECK(watch.was_over());
  Watch patient(nullptr);
  CHECK(FilterMatcher(filter).matches("id", object, patient));

  Zone zone({});
  REQUIRE(zone.store(10, {}));
  Query query;
  query.kind = "k";
  const RecordSink sink = [](const RecordView&) {};
  CHECK(zone.zone.fetch(query, {}, sink, options).error().code == ErrorCode::deadline_exceeded);
  CHECK(zone.zone
            .aggregate({.kind = "k", .filter = filter, .count = true, .sums = {}, .averages = {}},
                       options)
            .error()
            .code == ErrorCode::deadline_exceeded);
}

TEST_CASE("a ready filter selects what the reference does") {
  const Value operands[] = {
      Value(), true,          3,        3.5,         "x",
      Array{}, Array{3, "x"}, Object{}, Timestamp{}, Array{Array{3}, Value(), 3.5, 3.5, 3, "y"}};
  const Object records[] = {{},
                            {{"a", 3}},
                            {{"a", "x"}},
                            {{"a", Value()}},
                            {{"a", Array{1, "y", Object{}, Array{3}}}},
                            {{"a", Array{}}},
                            {{"a", Object{{"a", 3}}}},
                            {{"a", Timestamp{}}, {"b", 3.5}},
                            {{"b", true}, {"a", 4}}};
  std::vector<Filter> filters;
  for (const Value& operand : operands) {
    for (const auto op :
         {Operator::equal, Operator::not_equal, Operator::less, Operator::greater_or_equal,
          Operator::in, Operator::not_in, Operator::exists, Operator::starts_with}) {
      const bool lists = op == Operator::in || op == Operator::not_in;
      if (!lists && !operand.is_scalar()) continue;
      filters.push_back({Condition{*FieldPath::parse("a"), op, operand}});
      filters.push_back({Condition{*FieldPath::parse("b"), op, operand}});
      filters.push_back({Condition{*FieldPath::parse("_id"), op, operand}});
    }
  }
  const std::size_t conditions = filters.size();
  for (std::size_t i = 0; i + 5 < conditions; ++i) {
    filters.push_back({Filter::Or{{filters[i], filters[i + 5], filters[i + 2]}}});
    filters.push_back({Filter::And{{filters[i], filters[i + 5]}}});
    filters.push_back({Filter::Or{{filters[i], Filter{Filter::And{{filters[i + 4]}}}}}});
  }
  filters.push_back({Filter::Or{}});
  filters.push_back({Filter::And{}});
  for (const Filter& filter : filters) {
    const FilterMatcher matcher(filter);
    for (const Object& record : records) {
      Watch watch(nullptr);
      CHECK(matcher.matches("x", record, watch) == matches(filter, "x", record));
    }
  }
}

TEST_CASE("of fifty who change one record at the same time all succeed") {
  constexpr int kWriters = 50;
  Zone zone({});
  REQUIRE(zone.zone.put({.kind = "k", .id = "counter", .record = {R"({"n":0})", Object{{"n", 0}}}},
                        {}));
  std::latch all_have_read(kWriters);
  std::vector<Result<PutResult>> results(kWriters, PutResult());
  std::vector<std::jthread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&, i] {
      bool first = true;
      results[static_cast<std::size_t>(i)] =
          zone.zone.revise("k", "counter",
                           [&](std::string_view before) -> Result<IncomingRecord> {
                             // All begin with the same version, so that all but one lose.
                             if (std::exchange(first, false)) all_have_read.arrive_and_wait();
                             auto records = json::decode_records(before, {});
                             const auto n = *(*records)[0].object->find("n")->as_integer() + 1;
                             Object next{{"n", n}};
                             return IncomingRecord{to_json(next), std::move(next)};
                           },
                           std::nullopt, {});
    });
  }
  writers.clear();
  for (const auto& result : results) CHECK(result);
  std::string last;
  const std::vector<std::string> ids{"counter"};
  CHECK(zone.zone.fetch_many("k", ids, {}, [&](const RecordView& view) { last = view.data; }, {}));
  CHECK(last == R"({"n":50})");
}

TEST_CASE(
    "a change that is overtaken for ever is asked to retry, and never blamed for a condition") {
  Zone zone({});
  const auto put = [&] {
    return zone.zone.put({.kind = "k", .id = "a", .record = {"{}", Object()}}, {});
  };
  REQUIRE(put());
  const Revision overtaken = [&](std::string_view) -> Result<IncomingRecord> {
    CHECK(put());
    return IncomingRecord{"{}", Object()};
  };
  for (const auto& unconditional :
       {std::optional<std::string>(), std::optional<std::string>("*")}) {
    const auto result = zone.zone.revise("k", "a", overtaken, unconditional, {});
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::unavailable);
    CHECK(result.error().retry_after > 0);
  }
  std::string version;
  const std::vector<std::string> ids{"a"};
  REQUIRE(zone.zone.fetch_many("k", ids, {.meta = true},
                               [&](const RecordView& view) { version = view.meta->version; }, {}));
  CHECK(zone.zone.revise("k", "a", overtaken, version, {}).error().code ==
        ErrorCode::precondition_failed);

  std::stop_source stop;
  CallOptions options;
  options.stop = stop.get_token();
  const Revision stopped = [&](std::string_view before) {
    stop.request_stop();
    return overtaken(before);
  };
  CHECK(zone.zone.revise("k", "a", stopped, std::nullopt, options).error().code ==
        ErrorCode::deadline_exceeded);
}

TEST_CASE("field names have a bound, wherever they stand") {
  CHECK(FieldPath::parse(std::string(kMaxPathBytes, 'a')));
  CHECK_FALSE(FieldPath::parse(std::string(kMaxPathBytes + 1, 'a')));
  std::string parts = "a";
  for (std::size_t i = 1; i < kMaxPathParts; ++i) parts += ".a";
  CHECK(FieldPath::parse(parts));
  const auto refused = FieldPath::parse(parts + ".a");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_request);
  CHECK(refused.error().detail == "A field name has more than 200 parts.");
}

TEST_CASE("a definition has bounds, each with an error that says which") {
  const auto fault_of = [](Object definition, DefinitionLimits limits = kDeployedDefinition) {
    definition.append("name", "k");
    definition.append("version", 1);
    const auto kind = Kind::parse(std::move(definition), StepRegistry::with_core_steps(), limits);
    if (kind) return std::string();
    CHECK(kind.error().code == ErrorCode::invalid_configuration);
    return kind.error().pointer + ": " + kind.error().detail;
  };
  const auto steps = [](std::size_t count) { return Array(count, set("a", 1)); };
  CHECK(fault_of({{"pipeline", steps(100)}}, kInlineDefinition).empty());
  CHECK(fault_of({{"pipeline", steps(101)}}, kInlineDefinition) ==
        "/pipeline/100: There are more than 100 steps.");
  CHECK(fault_of({{"pipeline", steps(1'000)}}).empty());
  CHECK(fault_of({{"pipeline", steps(1'001)}}) ==
        "/pipeline/1000: There are more than 1000 steps.");
  const auto names = [](std::size_t count) {
    Array list;
    for (std::size_t i = 0; i < count; ++i) list.push_back("f" + std::to_string(i));
    return list;
  };
  for (const std::string name : {"keep", "remove", "require"}) {
    CHECK(fault_of({{"pipeline", Array{step(name, {{"fields", names(1'000)}})}}}).empty());
    CHECK(fault_of({{"pipeline", Array{step(name, {{"fields", names(1'001)}})}}}) ==
          "/pipeline/0/" + name + "/fields: \"fields\" may list at most 1000 fields.");
  }
  CHECK(fault_of({{"indexes", names(200)}}).empty());
  CHECK(fault_of({{"indexes", names(201)}}) == "/indexes/200: There are more than 200 indexes.");
  CHECK(fault_of({{"indexes", Array{names(21)}}}) ==
        "/indexes/0/20: There are more than 20 fields.");
  Object fields;
  for (const Value& name : names(1'001)) fields.append(*name.as_string(), "any");
  CHECK(fault_of({{"fields", fields}}) == "/fields: There are more than 1000 fields.");
  const std::string endless(1'000'000, 'x');
  CHECK(fault_of({{"pipeline", Array{set(endless, 1)}}}).size() < 500);
  CHECK(fault_of({{"fields", Object{{endless, "any"}}}}) != "");
}

TEST_CASE("text that is not UTF-8 is written as JSON that is") {
  const auto written = [](std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
  };
  CHECK(written("a\xff"
                "b") ==
        "\"a\xef\xbf\xbd"
        "b\"");
  CHECK(written("\xc3") == "\"\xef\xbf\xbd\"");
  CHECK(written("\xc0\x80\xed\xa0\x80") ==
        "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(written("grün 日本 \xf0\x9f\x8e\x89\n") == "\"grün 日本 \xf0\x9f\x8e\x89\\n\"");
  std::string every;
  for (int byte = 0; byte < 256; ++byte) {
    for (int i = 0; i < 9; ++i) every += 'x';
    every += static_cast<char>(byte);
  }
  CHECK(json::decode_records("{\"a\":" + written(every) + "}", {}));
}

}  // namespace dropzone
