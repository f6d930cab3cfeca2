// What a record costs on its way from text to text through pipelines, without HTTP and a store.
//
//   pipelines [ROUNDS [WORDS]]   prints a line for each way, or each whose name has the words: its
//                                name and microseconds of CPU a record
//
// All ways take their turn in every round, so that all see the same machine; the medians are
// printed. An "event" is a webhook's record of twenty members, a "measurement" one of the seed's.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/kind/kind.h>
#include <dropzone/steps/all_steps.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

constexpr std::string_view kEvent = R"({
  "event": "  Order.Paid ", "id": "evt_8f14e45fceea167a", "created": "2026-05-01T10:00:00.123Z",
  "attempt": "3", "livemode": "true", "amount": "1249.50", "currency": "eur", "status": 2,
  "customer": {"id": "cus_4711", "email": "Ada.Lovelace@Example.org", "name": "Ada Lovelace"},
  "address": {"line1": "Turmstrasse 7", "city": "Berlin", "zip": "10559", "country": "DE"},
  "items": [{"sku": "A-1", "quantity": 2, "price": 499.5}, {"sku": "B-7", "quantity": 1, "price": 250.5}],
  "tags": "new,eu,paid", "debug": {"trace": "00-4bf92f3577b34da6a3ce929d0e0e4736", "span": 7}
})";

/// Ten steps, each of which does something.
constexpr std::string_view kTenSteps = R"([
  {"trim": {"field": "event"}},
  {"lowercase": {"fields": ["event", "customer.email"]}},
  {"parse_time": {"field": "created"}},
  {"convert": {"field": "attempt", "type": "integer"}},
  {"convert": {"field": "amount", "type": "number"}},
  {"uppercase": {"field": "currency"}},
  {"lookup": {"field": "status", "table": {"1": "open", "2": "paid", "3": "refunded"}}},
  {"split": {"field": "tags", "separator": ","}},
  {"default": {"field": "channel", "value": "web"}},
  {"remove": {"fields": ["debug"]}}
])";

constexpr std::string_view kOneStep = R"([{"remove": {"fields": ["debug"]}}])";
constexpr std::string_view kOneGuardedStep = R"([
  {"remove": {"fields": ["debug"]}, "if": {"field": "status", "operator": "=", "value": 2}}
])";
constexpr std::string_view kMeasurementSteps = R"([
  {"require": {"fields": ["time_stamp", "data"]}},
  {"parse_time": {"field": "time_stamp", "to": "timeUTC"}},
  {"statistics": {"field": "data", "mean": "mean", "stdev": "stdev"}},
  {"keep": {"fields": ["timeUTC", "mean", "stdev"]}}
])";

/// Reads every number of a measurement, and keeps all of it.
constexpr std::string_view kTenLines = R"json([{"lua": {"source": [
  "local sum, low, high = 0, math.huge, -math.huge",
  "for _, value in ipairs(record.data) do",
  "  sum = sum + value",
  "  if value < low then low = value end",
  "  if value > high then high = value end",
  "end",
  "record.mean = sum / #record.data",
  "record.low = low",
  "record.high = high",
  "record.at = timestamp(record.time_stamp)"
]}}])json";

template <typename T>
T expect(Result<T> result) {
  if (result) return *std::move(result);
  std::cerr << result.error().pointer << ": " << result.error().detail << '\n';
  std::exit(1);
}

Kind kind_of(std::string_view pipeline) {
  const Value steps = expect(json::decode_value(pipeline, 20));
  return expect(
      Kind::parse(Object{{"name", "bench"}, {"version", 1}, {"pipeline", steps}}, all_steps()));
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A text that goes through a pipeline, and what that has cost in each round.
class Way {
 public:
  Way(std::string name, std::string text, std::string_view pipeline)
      : name_(std::move(name)), text_(std::move(text)), kind_(kind_of(pipeline)) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  void run_round() {
    constexpr int kTimes = 2'000;
    const std::clock_t begin = std::clock();
    for (int i = 0; i < kTimes; ++i) bytes_ += run();
    const auto taken = static_cast<double>(std::clock() - begin);
    micros_.push_back(taken / CLOCKS_PER_SEC * 1e6 / kTimes);
  }

  void print() {
    std::ranges::nth_element(micros_,
                             micros_.begin() + static_cast<std::ptrdiff_t>(micros_.size() / 2));
    std::cout << name_ << '\t' << micros_[micros_.size() / 2] << '\n';
    if (bytes_ == 0) std::abort();
  }

 private:
  std::size_t run() const {
    auto records = expect(json::decode_records(text_, {}));
    return to_json(expect(kind_.transform(expect(std::move(records.front().object))))).size();
  }

  std::string name_;
  std::string text_;
  Kind kind_;
  std::vector<double> micros_;
  std::size_t bytes_ = 0;
};

}  // namespace
}  // namespace dropzone

int main(int argc, char** argv) {
  using namespace dropzone;
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 25;
  const std::string measurement =
      read_file(DROPZONE_SOURCE_DIR "/tests/data/seed-records/file_0.json");
  std::vector<Way> ways;
  ways.emplace_back("event, no step", std::string(kEvent), "[]");
  ways.emplace_back("event, ten steps", std::string(kEvent), kTenSteps);
  ways.emplace_back("event, one step", std::string(kEvent), kOneStep);
  ways.emplace_back("event, one step with if", std::string(kEvent), kOneGuardedStep);
  ways.emplace_back("measurement, no step", measurement, "[]");
  ways.emplace_back("measurement, its steps", measurement, kMeasurementSteps);
  ways.emplace_back("measurement, ten lines of Lua", measurement, kTenLines);
  const std::string_view words = argc > 2 ? argv[2] : "";
  std::erase_if(ways, [&](const Way& way) { return way.name().find(words) == std::string::npos; });
  for (int round = 0; round < rounds; ++round) {
    for (Way& way : ways) way.run_round();
  }
  for (Way& way : ways) way.print();
  return 0;
}
