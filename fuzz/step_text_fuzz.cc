// Texts that clients send, in the steps that take them apart.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <dropzone/json/decode_value.h>
#include <dropzone/kind/pipeline.h>
#include <dropzone/steps/all_steps.h>
#include <dropzone/value/json_text.h>

#include "check.h"

namespace dropzone {
namespace {

// Each step is skipped if it refuses the text, so that each sees every text.
constexpr std::string_view kSteps = R"json([
  {"parse_time": {"field": "v", "to": "a", "formats": ["rfc3339", "unix", "unix_ns", "%F %T%z"]},
   "onError": "skip"},
  {"parse_time": {"field": "v", "to": "b", "timezone": "Europe/Dublin", "ambiguous": "later",
    "formats": ["%A %e %B %Y %I:%M:%S %p", "%y%j", "%d/%b/%Y:%T", "%m/%d/%Y"]}, "onError": "skip"},
  {"extract": {"field": "v", "to": "c", "pattern": "(?i)(?P<k>\\w+)=(?P<t>.*?)(?:;|$)"
}
, "onError" : "skip"
},
  {"replace": {"field": "v", "to": "d", "pattern": "(.)x*(é)?", "with": "<$1$2>"},
   "onError": "skip"},
  {"redact": {"field": "v", "to": "e", "patterns": ["\\pL+", "[^a]*$", "\\b"]},
   "onError": "skip"},
  {"parse_json": {"field": "v", "to": "f"}, "onError": "skip"},
  {"validate": {"field": "f", "schema": {"uniqueItems": true, "multipleOf": 0.3,
    "patternProperties": {"^.?$": {"$ref": "#"}}, "additionalProperties": {"maxLength": 3}}},
   "onError": "skip"},
  {"hash": {"field": "v", "to": "g"}}
])json";

void check_text(const Pipeline& pipeline, std::string_view text) {
  const Value given = text;
  const auto result = pipeline.apply({{"v", given}});
  check(result.has_value());
  check(*result->find("v") == given);
  // Nothing that a step made has lost its UTF-8, so it reads back as it is.
  const std::string json = to_json(*result);
  const auto again = json::decode_value(json, 64);
  check(again.has_value());
  check(to_json(*again) == json);
}

Pipeline text_pipeline() {
  return Pipeline::parse(json::decode_value(kSteps, 64).value(), all_steps()).value();
}

}  // namespace
}  // namespace dropzone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dropzone;
  static const Pipeline pipeline = text_pipeline();
  // As a decoder would hand it on: UTF-8 without faults.
  std::string text;
  append_json_string(text, {reinterpret_cast<const char*>(data), size});
  const auto value = json::decode_value(text, 1);
  if (value) check_text(pipeline, *value->as_string());
  return 0;
}
