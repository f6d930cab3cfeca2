#include "rest/store_report.h"

#include <algorithm>
#include <string>
#include <utility>

#include <dropzone/json/record_text.h>
#include <dropzone/value/json_text.h>

#include "rest/answers.h"
#include "rest/warnings.h"

namespace dropzone::http {
namespace {

bool is_stored(const StoreResult& result) {
  return result.status == StoreStatus::stored || result.status == StoreStatus::replaced;
}

void append_number_member(std::string& out, std::string_view name, std::size_t number) {
  out += '"';
  out += name;
  out += "\":";
  out += std::to_string(number);
}

void append_result(std::string& out, std::size_t index, const StoreResult& result, Return shown) {
  out += '{';
  append_number_member(out, "index", index);
  if (result.line) {
    out += ',';
    append_number_member(out, "line", *result.line);
  }
  out += ",\"status\":\"";
  out += status_name(result.status);
  out += '"';
  if (!result.id.empty()) {
    out += ",\"_id\":";
    append_json_string(out, result.id);
  }
  if (is_stored(result) && shown == Return::records) {
    out += ",\"record\":";
    json::append_record(out, {.id = result.id, .data = result.data, .original = {}}, {});
  }
  if (result.status == StoreStatus::rejected) {
    out += ",\"rejectId\":";
    if (result.reject_id.empty()) {
      out += "null";
    } else {
      append_json_string(out, result.reject_id);
    }
    out += ",\"error\":";
    append_error(out, result.error);
  }
  out += '}';
}

std::string report_text(const StoreReport& report, Return shown) {
  std::string out;
  std::size_t size = 64;
  for (const StoreResult& result : report.results) size += result.data.size() + 128;
  out.reserve(shown == Return::counts ? 128 : size);
  out += '{';
  append_number_member(out, "stored", report.stored);
  out += ',';
  append_number_member(out, "replaced", report.replaced);
  out += ',';
  append_number_member(out, "skipped", report.skipped);
  out += ',';
  append_number_member(out, "rejected", report.rejected);
  out += ",\"results\":[";
  bool first = true;
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    if (shown == Return::counts && is_stored(report.results[i])) continue;
    if (!std::exchange(first, false)) out += ',';
    append_result(out, i, report.results[i], shown);
  }
  out += ']';
  Warnings warnings;
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    const StoreResult& result = report.results[i];
    if (is_stored(result)) warnings.add(result.rounded, {.index = i, .line = result.line});
  }
  warnings.append_to(out);
  out += '}';
  return out;
}

/// Whether every record that was refused has the id of one that is stored.
bool are_all_conflicts(const StoreReport& report) {
  return std::ranges::all_of(report.results, [](const StoreResult& result) {
    return result.status != StoreStatus::rejected || result.error.code == ErrorCode::already_exists;
  });
}

int status_of_report(const StoreReport& report) {
  const std::size_t accepted = report.stored + report.replaced + report.skipped;
  if (accepted == 0) return are_all_conflicts(report) ? 409 : 422;
  if (report.rejected > 0) return 207;
  return report.stored > 0 ? 201 : 200;
}

}  // namespace

Response store_response(const StoreReport& report, Return shown, Effect& effect) {
  effect.counts = {{"stored", report.stored},
                   {"replaced", report.replaced},
                   {"skipped", report.skipped},
                   {"rejected", report.rejected}};
  return json_response(report_text(report, shown), status_of_report(report));
}

}  // namespace dropzone::http
