#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <dropzone/query/query.h>

namespace dropzone::crypto {

/// Appends a place in a result as compact bytes; exact for every scalar. Precondition: the sort
/// values are scalars.
void append_position(std::string& out, const Position& position);

/// Reads back what append_position() wrote; nothing if the bytes are anything else.
[[nodiscard]] std::optional<Position> decode_position(std::string_view bytes);

}  // namespace dropzone::crypto
