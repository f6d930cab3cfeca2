#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <dropzone/result.h>
#include <dropzone/store/record.h>
#include <dropzone/value/value.h>

namespace dropzone::http {

// The views are those of DropZone::rejects().

/// Appends a reject as the API shows it: `{"rejectId", …, "firstReceivedAt", "original"}`, or with
/// `originalBase64` if the original is not UTF-8.
void append_reject(std::string& out, const RecordView& view);
/// The same as a line of NDJSON.
void append_reject_line(std::string& out, const RecordView& view);

/// The names of the columns of a reject in CSV, as a line.
[[nodiscard]] std::string_view reject_columns() noexcept;
/// Appends a reject as a line of CSV (RFC 4180), every cell in quotes. A text that a spreadsheet
/// would take for a formula gets an apostrophe before it, as OWASP advises. An original that is not
/// UTF-8 is "base64:" and its Base64.
void append_reject_row(std::string& out, const RecordView& view);

/// Appends the original as a line of NDJSON if it is one JSON object, else nothing.
void append_original_line(std::string& out, const RecordView& view);

/// What a reject's data say: the members of the API but for the id and the original.
Result<Object> reject_data(const RecordView& view);

}  // namespace dropzone::http
