// Scripts and the records that they are given: POST /transform takes both from anybody. The bytes
// are a record in JSON, a line feed and a script.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/json/decode_value.h>
#include <dropzone/steps_lua/lua_step.h>
#include <dropzone/value/extent.h>
#include <dropzone/value/json_text.h>

#include "check.h"

namespace dropzone {
namespace {

/// What the step makes of a record, as text. Whatever it makes keeps to the limits, and is JSON.
std::string outcome(const Step& step, Object object) {
  Allowance allowance{RecordLimits{}};
  const auto applied = step.apply(object, StepContext(allowance));
  if (!applied) return std::string(error_name(applied.error().code)) + applied.error().detail;
  check(extent_of(Value(object)).depth <= allowance.limits().max_depth);
  std::string text = to_json(object);
  check(json::decode_value(text, allowance.limits().max_depth).has_value());
  return text;
}

}  // namespace
}  // namespace dropzone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dropzone;
  const std::vector<char> bytes(data, data + size);
  const std::string_view text(bytes.data(), bytes.size());
  const std::size_t line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  const auto record = json::decode_value(text.substr(0, line), 20);
  if (!record || !record->as_object()) return 0;
  const auto step = make_lua(Object{{"source", text.substr(line + 1)},
                                    {"max_instructions", 20'000},
                                    {"max_memory_bytes", 1 << 20}});
  if (!step) return 0;
  const std::string first = outcome(**step, *record->as_object());
  check(outcome(**step, *record->as_object()) == first);
  return 0;
}
