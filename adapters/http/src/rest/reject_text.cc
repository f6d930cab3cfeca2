#include "rest/reject_text.h"

#include <algorithm>
#include <array>

#include <dropzone/json/decode_records.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/json/record_text.h>
#include <dropzone/text/base64.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/record_id.h>

namespace dropzone::http {
namespace {

/// Whether a spreadsheet may take a text for a formula: with the full-width signs that some take
/// for those of ASCII.
bool may_be_formula(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 11> kSigns = {"=",
                                                       "+",
                                                       "-",
                                                       "@",
                                                       "\t",
                                                       "\r",
                                                       "\n",
                                                       "\xef\xbc\x9d",
                                                       "\xef\xbc\x8b",
                                                       "\xef\xbc\x8d",
                                                       "\xef\xbc\xa0"};
  return std::ranges::any_of(kSigns, [&](std::string_view sign) { return text.starts_with(sign); });
}

void append_cell(std::string& out, std::string_view text, char after = ',') {
  out += '"';
  if (may_be_formula(text)) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
  out += after;
}

/// A member as a cell: a string as it is, other values as JSON.
void append_cell_of(std::string& out, const Object& data, std::string_view name) {
  const Value* const value = data.find(name);
  append_cell(out, !value               ? std::string()
                   : value->as_string() ? *value->as_string()
                                        : to_json(*value));
}

}  // namespace

void append_reject(std::string& out, const RecordView& view) {
  out += "{\"rejectId\":";
  append_json_string(out, view.id);
  // The data is an object's text with at least one member: splice its members in.
  out += ',';
  out += view.data.substr(1, view.data.size() - 2);
  out += ",\"firstReceivedAt\":\"";
  append_timestamp(out, view.meta->created_at);
  out += '"';
  if (is_utf8(view.original)) {
    out += ",\"original\":";
    append_json_string(out, view.original);
  } else {
    out += ",\"originalBase64\":\"";
    out += base64_encode(view.original, Base64::standard);
    out += '"';
  }
  out += '}';
}

void append_reject_line(std::string& out, const RecordView& view) {
  const std::size_t begin = out.size();
  append_reject(out, view);
  json::make_one_line(out, begin);
  out += '\n';
}

std::string_view reject_columns() noexcept {
  return "rejectId,kind,receivedAt,times,code,step,pointer,reason,value,original\r\n";
}

void append_reject_row(std::string& out, const RecordView& view) {
  const auto decoded = reject_data(view);
  const Object data = decoded ? *decoded : Object();
  append_cell(out, view.id);
  for (const std::string_view name :
       {"kind", "receivedAt", "times", "code", "step", "pointer", "detail", "value"}) {
    append_cell_of(out, data, name);
  }
  if (is_utf8(view.original)) {
    append_cell(out, view.original, '\r');
  } else {
    append_cell(out, "base64:" + base64_encode(view.original, Base64::standard), '\r');
  }
  out += '\n';
}

void append_original_line(std::string& out, const RecordView& view) {
  const std::size_t first = view.original.find_first_not_of(" \t\r\n");
  const bool is_object = first != std::string_view::npos && view.original[first] == '{' &&
                         json::decode_records(view.original, {.max_records = 1});
  if (!is_object) return;
  const std::size_t begin = out.size();
  out += view.original;
  json::make_one_line(out, begin);
  out += '\n';
}

Result<Object> reject_data(const RecordView& view) {
  static const json::JsonDocumentDecoder kDecoder;
  return kDecoder.decode(view.data, {});
}

}  // namespace dropzone::http
