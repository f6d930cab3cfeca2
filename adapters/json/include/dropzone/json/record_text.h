#pragma once

#include <span>
#include <string>

#include <dropzone/store/record.h>
#include <dropzone/value/field_path.h>

namespace dropzone::json {

/// What of a record is shown beside its id and data.
struct Show {
  bool original = false;
  bool meta = false;
  std::span<const FieldPath> fields = {};  ///< Empty for all fields of the data.
};

/// Appends a record as the API shows it:
/// `{"_id": …, …fields…, "_original": …verbatim…, "_meta": {…}}`.
/// Precondition: the view has what is to be shown.
void append_record(std::string& out, const RecordView& view, const Show& show);

/// Appends `{"createdAt", "updatedAt", "version", "pipeline", "sha256"}`, the last in hexadecimal
/// digits and left out where there is none.
void append_meta(std::string& out, const RecordMeta& meta);

}  // namespace dropzone::json
