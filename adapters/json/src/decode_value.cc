#include <dropzone/json/decode_value.h>

#include "syntax_fault.h"
#include "text.h"
#include "value_collector.h"

namespace dropzone::json {

Result<Value> decode_value(std::string_view text, std::size_t max_depth) {
  const std::string_view json = without_byte_order_mark(text);
  if (is_blank(json)) return Error{ErrorCode::empty_body, "There is nothing where JSON should be."};
  ValueBuilder builder(max_depth, Duplicates::refused);
  ValueCollector collector(json, builder);
  Reader reader;
  if (const auto fault = reader.read(json, collector)) {
    return make_error(*fault, place_of(text, fault->offset + text.size() - json.size()));
  }
  return builder.finish();
}

}  // namespace dropzone::json
