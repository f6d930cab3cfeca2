#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/kind/time_zone.h>
#include <dropzone/result.h>

namespace dropzone {

/// How a local time is written, in the words of strftime(): "%d.%m.%Y %H:%M:%S". It knows those
/// that docs/steps.md lists, and English names, whatever the process's locale is.
class TimePattern {
 public:
  /// What a text says.
  struct Reading {
    LocalTime time = {};
    std::optional<std::chrono::seconds> offset = {};  ///< From UTC, if the pattern has one.
  };

  /// `invalid_configuration`, without a pointer, for what it does not know.
  static Result<TimePattern> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] bool has_offset() const noexcept;
  /// Why texts cannot be read by it, since they would not say which moment is meant; or empty.
  [[nodiscard]] std::string unreadable() const;

  /// Reads the whole text. `invalid_time` says what it lacks and at which byte.
  [[nodiscard]] Result<Reading> read(std::string_view text) const;

  /// Precondition: the time is within the years 0001 to 9999, the offset in whole minutes.
  void write(std::string& out, LocalTime time, std::chrono::seconds offset) const;

  struct Directive;

 private:
  /// Text that stands for itself, or a directive.
  struct Part {
    std::string literal = {};
    const Directive* directive = nullptr;
  };

  Result<void> add(std::string_view text);
  void add_literal(std::string_view literal);
  [[nodiscard]] bool has(std::string_view letters) const noexcept;

  std::string text_;
  std::vector<Part> parts_;
};

}  // namespace dropzone
