#include "job/report_lists.h"

#include <utility>

#include <dropzone/job/job.h>
#include <dropzone/value/json_text.h>

namespace dropzone {

void ReportLists::append(std::string_view name, std::size_t most, Object entry) {
  Array& entries = *report_.find(name)->as_array();
  if (entries.size() >= most) return;
  if (!bytes_) bytes_ = to_json(report_).size();
  const std::size_t bytes = to_json(entry).size() + 1;
  if (*bytes_ + bytes > kMaxReportBytes) return;
  *bytes_ += bytes;
  entries.push_back(std::move(entry));
}

Object refused_entry(Member what, const Error& error) {
  Object entry{{"code", error_name(error.code)}};
  if (!error.step.empty()) entry.append("step", error.step);
  if (!error.pointer.empty()) entry.append("pointer", error.pointer);
  entry.members().insert(entry.members().begin(), std::move(what));
  return entry;
}

}  // namespace dropzone
