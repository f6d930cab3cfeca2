#pragma once

#include <optional>
#include <string>

#include <dropzone/value/value.h>

namespace dropzone {

/// A scalar as text: a string as it is, the others as in JSON without quotes ("3", "true",
/// "2026-05-01T10:00:00Z"). Nothing for null, arrays and objects, which have no text of their own.
[[nodiscard]] std::optional<std::string> scalar_text(const Value& value);

}  // namespace dropzone
