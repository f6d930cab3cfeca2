#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <dropzone/json/original_form.h>
#include <dropzone/json/project.h>
#include <dropzone/store/record.h>
#include <dropzone/value/field_path.h>

namespace dropzone::json {

/// What of a record is shown besides its id and data.
struct RecordFormat {
  OriginalForm original = OriginalForm::none;
  bool meta = false;
  std::span<const FieldPath> fields = {};  ///< Empty for all fields of the data.
  OnField on_field = nullptr;              ///< Called for those that the record has.
};

/// Appends a record as the API shows it:
/// `{"_id": …, …fields…, "_original": …verbatim, or as a string…, "_meta": {…}}`.
/// Precondition: the view has what is to be shown.
void append_record(std::string& out, const RecordView& view, const RecordFormat& show);

/// Makes one line of the JSON text that begins there and ends with the string: what programs may
/// take for the end of a line goes. CR and LF, which stand between values alone, become spaces.
/// U+0085, U+2028 and U+2029, which stand in strings alone, become escapes.
void make_one_line(std::string& text, std::size_t begin);

/// Appends a record as a line of NDJSON: the text of append_record() made one line, and LF.
void append_line(std::string& out, const RecordView& view, const RecordFormat& show);

/// Appends `{"createdAt", "updatedAt", "version", "pipeline", "sha256"}`, the last in hexadecimal
/// digits and left out if there is none.
void append_meta(std::string& out, const RecordMeta& meta);

}  // namespace dropzone::json
