#pragma once

#include <string>

#include <dropzone/text/ascii.h>

namespace dropzone {

/// The text with blanks in place of control characters, line ends among them.
[[nodiscard]] inline std::string one_line(std::string text) {
  for (char& c : text) {
    if (is_control(c)) c = ' ';
  }
  return text;
}

}  // namespace dropzone
