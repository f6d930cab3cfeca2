#pragma once

// docs/steps.md taken apart: its sections, tables and examples.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "files.h"

namespace dropzone {

using Names = std::set<std::string, std::less<>>;

/// A part of the manual under a heading of the second or third level.
struct ManualSection {
  std::string title;
  std::string text;
};

inline std::vector<ManualSection> manual_sections() {
  const std::string manual = read_source("docs/steps.md");
  std::vector<ManualSection> sections;
  std::size_t at = 0;
  while (at < manual.size()) {
    const std::size_t next = std::min(manual.find("\n## ", at + 1), manual.size());
    const std::string text = manual.substr(at, next - at);
    const std::size_t line = text.find('\n', 1);
    sections.push_back({text.substr(0, line), text});
    at = next;
  }
  return sections;
}

inline ManualSection section_of(std::string_view step) {
  const std::string title = "\n## `" + std::string(step) + '`';
  for (const ManualSection& section : manual_sections()) {
    if (section.title == title) return section;
  }
  FAIL("docs/steps.md has no section of the step " << step);
  return {};
}

/// What is in backticks or quotes.
inline Names names_between(std::string_view text, char quote) {
  Names names;
  for (std::size_t at = text.find(quote); at != std::string_view::npos; at = text.find(quote, at)) {
    const std::size_t end = text.find(quote, at + 1);
    names.emplace(text.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return names;
}

/// The names in the first column of the table whose first heading this is.
inline Names first_column(const std::string& text, const std::string& heading) {
  Names names;
  const std::size_t table = text.find("\n| " + heading + " |");
  if (table == std::string::npos) return names;
  std::size_t line = text.find('\n', table + 1);
  while (text.compare(line, 3, "\n| ") == 0) {
    names.merge(names_between(text.substr(line + 3, text.find(" |", line) - line - 3), '`'));
    line = text.find('\n', line + 1);
  }
  return names;
}

/// A step, or a list of steps, the record that it gets, and the result.
struct ManualExample {
  Value steps;
  Value record;
  Value outcome;
  bool refused;  ///< The outcome is a problem: code, step and pointer, and the detail if it is
                 ///< shown.
};

/// The JSON blocks in groups of three. Before the second one is "makes of" or "refuses".
inline std::vector<ManualExample> examples_in(std::string_view text) {
  constexpr std::string_view kOpening = "```json\n";
  constexpr std::string_view kClosing = "\n```";
  std::vector<Value> blocks;
  std::vector<std::string> before;
  std::size_t last = 0;
  for (std::size_t at = text.find(kOpening); at != std::string_view::npos;
       at = text.find(kOpening, last)) {
    before.emplace_back(text.substr(last, at - last));
    at += kOpening.size();
    const std::size_t end = text.find(kClosing, at);
    INFO(text.substr(at, end - at));
    blocks.push_back(decode(text.substr(at, end - at)));
    last = end + kClosing.size();
  }
  REQUIRE(blocks.size() % 3 == 0);
  std::vector<ManualExample> examples;
  for (std::size_t i = 0; i < blocks.size(); i += 3) {
    const bool refused = before[i + 1].find("refuses") != std::string::npos;
    REQUIRE(refused != (before[i + 1].find("makes of") != std::string::npos));
    examples.push_back({blocks[i], blocks[i + 1], blocks[i + 2], refused});
  }
  return examples;
}

inline bool shows(const ManualExample& example, std::string_view step) {
  const Array* list = example.steps.as_array();
  const auto is_step = [&](const Value& one) { return one.as_object()->find(step) != nullptr; };
  return list ? std::ranges::any_of(*list, is_step) : is_step(example.steps);
}

}  // namespace dropzone
