#include "entity/value_json.h"

#include <charconv>
#include <cmath>

#include <dropzone/text/base64.h>
#include <dropzone/value/json_text.h>

#include "entity/exact_integers.h"

namespace dropzone::datastore {
namespace {

struct ScalarAppender {
  std::string& out;

  void operator()(Value::Null) const { out += "\"nullValue\":null"; }
  void operator()(bool boolean) const {
    out += boolean ? "\"booleanValue\":true" : "\"booleanValue\":false";
  }
  void operator()(std::int64_t integer) const { append_integer(out, integer); }
  void operator()(std::uint64_t integer) const { append_double(out, truncated(integer)); }
  void operator()(double number) const { append_double(out, number); }
  void operator()(const std::string& string) const { append_string(out, string); }
  void operator()(Timestamp timestamp) const { append_timestamp_value(out, timestamp); }
  void operator()(const Array&) const {}
  void operator()(const Object&) const {}
};

}  // namespace

void append_scalar(std::string& out, const Value& scalar) {
  std::visit(ScalarAppender{out}, scalar.storage());
}

void append_integer(std::string& out, std::int64_t integer) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, integer).ptr;
  out += "\"integerValue\":\"";
  out.append(digits, end);
  out += '"';
}

void append_double(std::string& out, double number) {
  out += "\"doubleValue\":";
  if (std::isinf(number)) {
    out += number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    return;
  }
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void append_string(std::string& out, std::string_view string) {
  out += "\"stringValue\":";
  append_json_string(out, string);
}

void append_timestamp_value(std::string& out, Timestamp timestamp) {
  out += "\"timestampValue\":\"";
  append_timestamp(out, timestamp);
  out += '"';
}

void append_blob(std::string& out, std::string_view bytes) {
  out += "\"blobValue\":\"";
  out += base64_encode(bytes, Base64::standard);
  out += '"';
}

}  // namespace dropzone::datastore
