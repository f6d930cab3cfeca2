#include "options/help.h"

#include <cstddef>
#include <string_view>

#include "commands/command_table.h"
#include "options/option_table.h"

namespace dropzone::server {
namespace {

constexpr std::size_t kHelpColumn = 32;
constexpr std::size_t kWidth = 100;

constexpr std::string_view kUsage = R"(A safe drop zone for JSON records.

Usage: dropzone-server [OPTION VALUE]...            starts the server
       dropzone-server COMMAND [OPTION VALUE]...    does something else; COMMAND --help says more

Commands
)";

constexpr std::string_view kSettings = R"(
Every option can also be set in the environment (--max-body as DROPZONE_MAX_BODY) and in the file
that --config names (max-body = "64MiB"). The command line wins over the environment, the
environment over the file.
)";

/// Appends the text between the help column and the last column.
void append_wrapped(std::string& out, std::size_t column, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const bool begins_line = column <= kHelpColumn;
    if (!begins_line && column + 1 + end > kWidth) {
      out.append("\n").append(kHelpColumn, ' ');
      column = kHelpColumn;
    } else if (!begins_line) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, end);
    column += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  out += '\n';
}

void append_option(std::string& out, std::string_view left, std::string_view help) {
  out.append("  ").append(left);
  std::size_t column = 2 + left.size();
  if (column + 2 > kHelpColumn) {
    out += '\n';
    column = 0;
  }
  out.append(kHelpColumn - column, ' ');
  append_wrapped(out, kHelpColumn, help);
}

std::string left_of(const CommandSpec& command) {
  std::string left(command.name);
  if (!command.arguments.empty()) left.append(" ").append(command.arguments);
  return left;
}

std::string left_of(const OptionSpec& spec) {
  return "--" + std::string(spec.name) + " " + std::string(spec.value);
}

std::string help_of(const OptionSpec& spec) {
  std::string help(spec.help);
  if (!spec.default_text.empty()) help.append(" [").append(spec.default_text).append("]");
  return help;
}

/// Markdown's table separator must not stand in a cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

std::string help_text() {
  std::string out(kUsage);
  for (const CommandSpec& command : command_table()) {
    append_option(out, left_of(command), command.help);
  }
  out += kSettings;
  std::string_view group;
  for (const OptionSpec& spec : option_table()) {
    if (spec.group != group) {
      group = spec.group;
      out.append("\n").append(group).append("\n");
    }
    append_option(out, spec.secret ? environment_name(spec.name) : left_of(spec), help_of(spec));
  }
  out += "\nOther\n";
  append_option(out, "-h, --help", "Prints this and exits.");
  append_option(out, "--version", "Prints the version and exits.");
  append_option(out, "--manual", "Prints the options as a Markdown table and exits.");
  append_option(out, "--print-indexes",
                "Prints the indexes that --kinds need on Google Datastore, as an index.yaml, and "
                "exits.");
  return out;
}

std::string options_manual() {
  std::string out;
  std::string_view group;
  for (const OptionSpec& spec : option_table()) {
    if (spec.group != group) {
      out.append(group.empty() ? "" : "\n").append("### ").append(spec.group);
      out += "\n\n| Option | Environment | Default | |\n| --- | --- | --- | --- |\n";
      group = spec.group;
    }
    out.append("| ").append(spec.secret ? "" : "`" + cell(left_of(spec)) + "` ");
    out.append("| `").append(environment_name(spec.name)).append("` | ");
    if (!spec.default_text.empty()) out.append(cell(spec.default_text)).append(" ");
    out.append("| ").append(cell(spec.help)).append(" |\n");
  }
  return out;
}

}  // namespace dropzone::server
