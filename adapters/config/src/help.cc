#include <dropzone/config/help.h>

#include <algorithm>
#include <cstddef>

namespace dropzone::config {
namespace {

constexpr std::size_t kHelpColumn = 32;
constexpr std::size_t kWidth = 100;

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

void append_help(std::string& out, std::string_view left, std::string_view help) {
  out.append("  ").append(left);
  std::size_t column = 2 + left.size();
  if (column + 2 > kHelpColumn) {
    out += '\n';
    column = 0;
  }
  out.append(kHelpColumn - column, ' ');
  append_wrapped(out, kHelpColumn, help);
}

void append_help(std::string& out, const OptionTable& table) {
  std::string_view group;
  for (const OptionSpec& spec : table.specs()) {
    if (spec.group != group) {
      group = spec.group;
      out.append("\n").append(group).append("\n");
    }
    append_help(out, spec.secret ? environment_name(spec.name) : left_of(spec), help_of(spec));
  }
}

std::string options_manual(const OptionTable& table) {
  std::string out;
  std::string_view group;
  for (const OptionSpec& spec : table.specs()) {
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

}  // namespace dropzone::config
