// Kind files, which POST /transform takes from anybody.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <dropzone/json/decode_value.h>
#include <dropzone/kind/kind.h>
#include <dropzone/steps/all_steps.h>
#include <dropzone/value/json_text.h>

#include "check.h"

namespace dropzone {
namespace {

const std::vector<Object>& samples() {
  static const std::vector<Object> objects{
      {},
      {{"time_stamp", "2019-05-01T06:00:00-04:00"}, {"data", Array{1, 2, 4.5}}},
      {{"a", 1},
       {"b", Object{{"c", Array{1e300, 1e308}}, {"d", "2019-05-01T06:00:00-0400"}}},
       {"data", Array{1, Value()}},
       {"time_stamp", Value()}},
      {{"n", "1.234,50"},
       {"s", " a=1;b=\"\xc3\x84 2\" "},
       {"t", 1'700'000'000},
       {"j", R"({"a":[1]})"},
       {"x.y", Object{{"z", true}}},
       {"items", Array{Object{{"w", Array{Object{}}}}, 3, "v"}},
       {"data", Array{3, 1.5, 18446744073709551615UL}}}};
  return objects;
}

/// Whatever a pipeline makes of an object can be written.
void check_kind(const Kind& kind) {
  check(is_kind_name(kind.name()));
  for (const Object& object : samples()) {
    const auto transformed = kind.transform(object);
    if (transformed) static_cast<void>(to_json(*transformed));
  }
}

}  // namespace
}  // namespace dropzone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dropzone;
  static const StepRegistry registry = all_steps();
  const std::vector<char> bytes(data, data + size);
  const auto definition = json::decode_value({bytes.data(), bytes.size()}, 64);
  if (!definition) return 0;
  const auto kind = Kind::parse(*definition, registry);
  if (kind) check_kind(*kind);
  return 0;
}
