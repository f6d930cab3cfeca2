#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <dropzone/json/decode_records.h>
#include <dropzone/value/json_text.h>

namespace dropzone::json {

inline std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

/// The records of a body that must be well-formed.
inline std::vector<IncomingRecord> records_of(std::string_view body) {
  auto records = decode_records(body, {});
  REQUIRE(records);
  return *std::move(records);
}

/// The one record of a body, which must be well-formed.
inline IncomingRecord record_of(std::string_view body) {
  auto records = records_of(body);
  REQUIRE(records.size() == 1);
  return std::move(records.front());
}

/// Its object as canonical text.
inline std::string object_of(std::string_view body) {
  const auto record = record_of(body);
  REQUIRE(record.object);
  return to_json(*record.object);
}

/// Why the body's one record is refused.
inline Error fault_of(std::string_view body) {
  auto record = record_of(body);
  REQUIRE_FALSE(record.object);
  return std::move(record.object).error();
}

/// Why a body is refused as a whole.
inline Error refusal_of(std::string_view body) {
  auto records = decode_records(body, {});
  REQUIRE_FALSE(records);
  return std::move(records).error();
}

}  // namespace dropzone::json
