#pragma once

#include <functional>
#include <string_view>

#include <dropzone/config/option_table.h>
#include <dropzone/config/setting.h>

namespace dropzone::config {

/// `origin` is `default`, `command line`, `environment` or `file`. The value is the text of the
/// setting, else the default as the help describes it; a secret's is empty.
using OptionSink = std::function<void(std::string_view name, std::string_view group,
                                      std::string_view value, std::string_view origin)>;

/// Shows every option with the value that these settings give it, in the order of the help.
void each_in_force(const OptionTable& table, const Settings& settings, const OptionSink& sink);

}  // namespace dropzone::config
