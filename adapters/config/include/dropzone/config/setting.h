#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/error.h>

namespace dropzone::config {

/// The text that an option was given, and its place as a fault would name it:
/// "--max-body", "DROPZONE_MAX_BODY", "/etc/dropzone.toml:3: max-body".
struct Setting {
  std::string text;
  std::string where;
};

/// Settings by the option's name, "max-body".
using Settings = std::map<std::string, Setting, std::less<>>;

/// A fault in what the server was started with, in one line: where, what, and how to mend it.
[[nodiscard]] Error fault(std::string_view where, std::string_view what);

/// A fault in what an option names, whose error says where in it: "--users /etc/users:3: …".
[[nodiscard]] Error fault_in(std::string_view option, const Error& error);

/// Says which control character a secret has, and where, without the secret: "it ends with a line
/// feed …". Nothing if it has none.
[[nodiscard]] std::optional<std::string> control_character_in(std::string_view secret);

}  // namespace dropzone::config
