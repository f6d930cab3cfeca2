#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dropzone {

/// Takes a number of so many digits from the front of a text, `least` to `most`; as many as there
/// are. Nothing, and the text as it was, if there are fewer.
std::optional<int> take_number(std::string_view& text, std::size_t least, std::size_t most);

/// Takes an offset from the front of a text: "Z", "+05", "+0530" or "+05:30", up to 23:59. Nothing
/// if none is there; the text is unspecified then.
std::optional<std::chrono::seconds> take_offset(std::string_view& text);

/// Appends "+05:30", or "+0530" without a colon. Precondition: whole minutes, below 24 hours.
void append_offset(std::string& out, std::chrono::seconds offset, bool colon);

/// Appends a number of at least so many digits.
void append_number(std::string& out, int number, std::size_t digits);

}  // namespace dropzone
