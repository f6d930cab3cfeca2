#pragma once

#include <string>
#include <string_view>

#include <dropzone/value/value.h>

namespace dropzone {

/// Appends the value's canonical JSON text: no white space, members in their order, the shortest
/// spelling of a number that reads back the same bits, only what must be escaped is escaped, a
/// timestamp as RFC 3339 text.
void append_json(std::string& out, const Value& value);
void append_json(std::string& out, const Object& object);

[[nodiscard]] std::string to_json(const Value& value);
[[nodiscard]] std::string to_json(const Object& object);

/// Appends text as a JSON string, with its quotes. Each byte that is not part of well-formed UTF-8
/// becomes U+FFFD, so the result is well-formed whatever the text is.
void append_json_string(std::string& out, std::string_view text);

/// The same for bytes that may be anything: if they are not UTF-8 as a whole, each that is not
/// ASCII becomes a question mark.
void append_lossy_json_string(std::string& out, std::string_view bytes);

}  // namespace dropzone
