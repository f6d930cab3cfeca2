#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "store_testing.h"

namespace dropzone::sqlite {

/// Opens the store, stores a record, and leaves the files as a process does that is killed then:
/// with a log. Before that it does what else is wanted.
inline void kill_after_storing(
    const std::filesystem::path& path, const std::string& id,
    const std::function<void()>& before_kill = [] {}) {
  namespace fs = std::filesystem;
  const std::string left = path.string() + "-left";
  {
    const auto repository = open_store(path);
    store(*repository, {thing(id, {})});
    before_kill();
    for (const char* suffix : {"", "-wal"}) fs::copy_file(path.string() + suffix, left + suffix);
  }
  for (const char* suffix : {"", "-wal"}) {
    fs::remove(path.string() + suffix);
    fs::rename(left + suffix, path.string() + suffix);
  }
  REQUIRE(std::filesystem::file_size(path.string() + "-wal") > 0);
}

inline std::string bytes_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::filesystem::file_size(path), '\0');
  // In one piece: an iterator for each byte is slow under sanitizers.
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

}  // namespace dropzone::sqlite
