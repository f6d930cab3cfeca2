#include <dropzone/json/decode_value.h>

#include "syntax_fault.h"
#include "text.h"
#include "value_collector.h"

namespace dropzone::json {
namespace {

constexpr std::size_t kMaxDefinitionDepth = 100;

}  // namespace

Result<Value> decode_definition(std::string_view text) {
  return decode_value(text, kMaxDefinitionDepth);
}

Result<Value> decode_value(std::string_view text, std::size_t max_depth) {
  return decode_value(text, DecodeLimits{.max_depth = max_depth});
}

Result<Value> decode_value(std::string_view text, const DecodeLimits& limits) {
  const std::string_view json = without_byte_order_mark(text);
  if (is_blank(json)) return Error{ErrorCode::empty_body, "The body is empty; it must be JSON."};
  MemoryMeter meter(limits.memory);
  ValueBuilder builder(limits, Duplicates::refused, &meter);
  ValueCollector collector(json, builder);
  Reader reader;
  if (const auto fault = reader.read(json, collector)) {
    return make_error(*fault, text_position(text, fault->offset + text.size() - json.size()));
  }
  auto value = builder.finish();
  if (!meter.settle()) return *meter.fault();
  return value;
}

}  // namespace dropzone::json
