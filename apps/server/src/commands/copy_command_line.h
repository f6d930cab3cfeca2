#pragma once

#include <string>
#include <vector>

#include <dropzone/config/setting.h>
#include <dropzone/result.h>

namespace dropzone::server {

/// The arguments of the command `dropzone-server copy`.
struct CopyCommandLine {
  std::string from;               ///< The URL of a store.
  std::string to;                 ///< The same.
  std::vector<std::string> only;  ///< Kinds; empty: all.
  bool secrets = false;           ///< Keys, tokens and the secret of the instances, too.
  config::Settings settings;      ///< Options of the server that say how stores are opened.
};

/// Reads the arguments after `copy`.
Result<CopyCommandLine> read_copy_command_line(std::vector<std::string> arguments);

}  // namespace dropzone::server
