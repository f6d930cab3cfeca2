#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <dropzone/json/decode_value.h>
#include <dropzone/kind/kind.h>
#include <dropzone/steps/all_steps.h>

namespace dropzone {

/// The text of a file of the source tree.
inline std::string read_source(const std::string& path) {
  std::ifstream file(DROPZONE_SOURCE_DIR "/" + path, std::ios::binary);
  if (!file) throw std::runtime_error("no file " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Value decode(std::string_view text) { return json::decode_value(text, 20).value(); }

inline Kind read_kind(const std::string& name) {
  return Kind::parse(decode(read_source("kinds/" + name + ".json")), all_steps()).value();
}

}  // namespace dropzone
