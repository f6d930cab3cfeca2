#pragma once

#include <string>
#include <vector>

#include <dropzone/config/option_table.h>
#include <dropzone/config/setting.h>
#include <dropzone/result.h>

namespace dropzone::config {

/// The parsed arguments.
struct OptionArguments {
  Settings settings;
  std::vector<std::string> others;  ///< What is not an option of the table, in its order.
};

/// Reads the options of the table among these arguments. Values are not checked yet. An option
/// without its value, or more than once, is an error, and so is a secret.
Result<OptionArguments> read_option_arguments(const OptionTable& table,
                                              std::vector<std::string> arguments);

}  // namespace dropzone::config
