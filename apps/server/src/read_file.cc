#include "read_file.h"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>

namespace dropzone::server {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20;

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

Error unreadable(int error) {
  return {ErrorCode::invalid_configuration,
          "the file cannot be read (" + std::string(std::strerror(error)) + ")."};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return unreadable(errno);
  std::string bytes;
  char piece[16 * 1024];
  while (const std::size_t count = std::fread(piece, 1, sizeof piece, file.get())) {
    bytes.append(piece, count);
    if (bytes.size() > kMostBytes) {
      return Error{ErrorCode::invalid_configuration, "the file is larger than 16 MiB."};
    }
  }
  if (std::ferror(file.get()) != 0) return unreadable(errno);
  return bytes;
}

}  // namespace dropzone::server
