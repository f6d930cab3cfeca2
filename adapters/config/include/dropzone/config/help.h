#pragma once

#include <string>
#include <string_view>

#include <dropzone/config/option_table.h>

namespace dropzone::config {

/// Appends one or more lines of help, at most 100 characters wide: the syntax and its purpose.
void append_help(std::string& out, std::string_view left, std::string_view help);

/// Appends the same of all options, under their headings.
void append_help(std::string& out, const OptionTable& table);

/// All options as a Markdown table, for a manual.
[[nodiscard]] std::string options_manual(const OptionTable& table);

}  // namespace dropzone::config
