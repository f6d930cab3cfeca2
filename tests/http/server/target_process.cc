#include "target_process.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace dropzone::http::testing {

TargetProcess::TargetProcess(const std::vector<std::string>& options)
    : process_(DROPZONE_TARGET_SERVER, options),
      port_(static_cast<std::uint16_t>(std::stoi(process_.read_line()))) {}

std::size_t TargetProcess::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(pid()) + "/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t TargetProcess::open_descriptors() const {
  const std::filesystem::directory_iterator open("/proc/" + std::to_string(pid()) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(open), end(open)));
}

}  // namespace dropzone::http::testing
