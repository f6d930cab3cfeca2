#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <dropzone/result.h>

#include "options/options.h"

namespace dropzone::server {

/// One option, for all places that know of it: command line, environment, file, help and manual.
struct OptionSpec {
  std::string_view name;   ///< "max-body"
  std::string_view value;  ///< What the value is called: "SIZE".
  std::string_view group;  ///< The heading that it stands under.
  std::string_view help;   ///< One or two sentences.
  /// Sets the option. An error's detail says what is wrong with the text.
  std::function<Result<void>(Options&, std::string_view text)> set;
  /// The default, as text that `set` would take or as a description; empty: none.
  std::string default_text;
  bool secret = false;  ///< Refused on the command line, which everybody on the machine can read.
  bool list = false;    ///< May be given several times.
};

/// All options, in the order of the help.
[[nodiscard]] std::span<const OptionSpec> option_table();

/// "DROPZONE_MAX_BODY".
[[nodiscard]] std::string environment_name(std::string_view option_name);

/// Null where there is no such option.
[[nodiscard]] const OptionSpec* find_option(std::string_view name);

/// The option that a mistyped name most likely meant; empty where none is near.
[[nodiscard]] std::string_view nearest_option(std::string_view name);

}  // namespace dropzone::server
