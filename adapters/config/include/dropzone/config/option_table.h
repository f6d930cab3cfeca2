#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dropzone::config {

/// One option, for all places that use it: command line, environment, file, help and manual.
struct OptionSpec {
  std::string_view name;   ///< "max-body"
  std::string_view value;  ///< The placeholder of its value: "SIZE".
  std::string_view group;  ///< The heading above it.
  std::string_view help;   ///< One or two sentences.
  /// The default, as text that the option would take or as a description; empty: none.
  std::string default_text;
  bool secret = false;  ///< Refused on the command line, which all users of the machine can read.
  bool list = false;    ///< May be given several times.
};

/// The options of a program, in the order of the help. TableBuilder makes one.
class OptionTable {
 public:
  explicit OptionTable(std::vector<OptionSpec> specs) : specs_(std::move(specs)) {}

  [[nodiscard]] std::span<const OptionSpec> specs() const noexcept { return specs_; }

  /// Null if there is no such option.
  [[nodiscard]] const OptionSpec* find(std::string_view name) const;

  /// The option that a mistyped name most likely meant; empty if none is near.
  [[nodiscard]] std::string_view nearest(std::string_view name) const;

 private:
  std::vector<OptionSpec> specs_;
};

/// "DROPZONE_MAX_BODY" for "max-body".
[[nodiscard]] std::string environment_name(std::string_view option_name);

}  // namespace dropzone::config
