#include <dropzone/files/read_file.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

namespace dropzone::files {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20;

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

Error unreadable(int error) {
  return {ErrorCode::invalid_configuration,
          "the file cannot be read (" + std::string(std::strerror(error)) + ")."};
}

/// Why the open file is not its owner's alone.
Result<void> check_private(std::FILE* file, const std::string& path) {
  struct stat status {};
  if (::fstat(::fileno(file), &status) != 0) return unreadable(errno);
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Error{ErrorCode::invalid_configuration,
                 "others than its owner may read it. Run: chmod 600 " + path};
  }
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
    return Error{ErrorCode::invalid_configuration,
                 "it belongs to another user. Run as root: chown " + std::to_string(::geteuid()) +
                     " " + path};
  }
  return {};
}

Result<std::string> read(const std::filesystem::path& path, bool is_private) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return unreadable(errno);
  if (is_private) {
    if (auto checked = check_private(file.get(), path); !checked) return std::move(checked).error();
  }
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

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) { return read(path, false); }

Result<std::string> read_private_file(const std::filesystem::path& path) {
  return read(path, true);
}

}  // namespace dropzone::files
