#pragma once

#include <string_view>
#include <vector>

#include <dropzone/json/decode_limits.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>

namespace dropzone::json {

/// The records of a JSON body: of one object, or of an array of objects.
///
/// A record's original is its text from `{` to the matching `}`, byte for byte. Its object has each
/// number as a 64-bit integer if the value is one, else as the nearest double; of duplicate
/// members the last value, in the place of the first.
///
/// Errors of the whole: `invalid_json` (RFC 8259 strictly, UTF-8 without faults; the detail has
/// line, column and byte offset, the latter counted from 0), `empty_body`, `too_many_records`,
/// `overloaded` if there is no memory for the result, and `invalid_request` if the body
/// is neither object nor array. A byte order mark is skipped.
///
/// Errors of one record, which leave the others alone: `not_an_object`, `too_deep`,
/// `too_many_values`, `number_out_of_range`, and `invalid_id` if `_id` is there twice.
Result<std::vector<IncomingRecord>> decode_records(std::string_view body,
                                                   const DecodeLimits& limits);

/// The records of a body with one object on each line. Lines end in LF or CRLF; blank ones are
/// ignored, but counted. A line that is not JSON is an error of that line's record alone, whose
/// original then is the whole line. Byte order marks at the beginning of lines are skipped, and one
/// between two records begins a line: files may have been joined. A text between two record
/// separators (U+001E, RFC 7464) is one record, however many lines it has.
///
/// Errors of the whole: `empty_body`, `too_many_records`, `overloaded`.
Result<std::vector<IncomingRecord>> decode_ndjson(std::string_view body,
                                                  const DecodeLimits& limits);

/// The same, one after the other, so that they are never all in memory. An error of the sink ends
/// the decoding and is its result. An error of the whole may come after records were passed on.
Result<void> decode_records(std::string_view body, const DecodeLimits& limits,
                            const IncomingSink& sink);
Result<void> decode_ndjson(std::string_view body, const DecodeLimits& limits,
                           const IncomingSink& sink);

}  // namespace dropzone::json
