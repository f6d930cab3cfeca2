#include <dropzone/auth/users_file.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include <dropzone/crypto/password_hash.h>
#include <dropzone/files/read_file.h>
#include <dropzone/text/ascii.h>
#include <dropzone/value/record_id.h>

namespace dropzone::auth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestName = 100;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

Error refuse(std::string why) { return {ErrorCode::invalid_configuration, std::move(why)}; }

Result<void> read_line(UserTable& table, std::string_view line) {
  const auto first = line.find(':');
  const auto second = first == line.npos ? line.npos : line.find(':', first + 1);
  if (second == line.npos) return refuse("it does not have the form NAME:HASH:ROLES.");
  const auto name = line.substr(0, first);
  if (!is_user_name(name)) return refuse("a user cannot have this name.");
  std::string hash(line.substr(first + 1, second - first - 1));
  if (!crypto::is_password_hash(hash)) {
    return refuse("there is no Argon2id hash. Set the password with dropzone-server user passwd.");
  }
  auto grants = Grants::parse(line.substr(second + 1));
  if (!grants) return refuse(grants.error().detail);
  User user{.password_hash = std::move(hash), .grants = *std::move(grants)};
  if (!table.emplace(name, std::move(user)).second) return refuse("this user is there twice.");
  return {};
}

Result<UserTable> parse(std::string_view text, const std::string& path) {
  UserTable table;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty() || line.front() == '#') continue;
    if (const auto read = read_line(table, line); !read) {
      return refuse(path + ":" + std::to_string(number) + ": " + read.error().detail);
    }
  }
  return table;
}

Error unwritable(const fs::path& path, int error) {
  return refuse(path.string() + ": the file cannot be written (" + std::strerror(error) + ").");
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(descriptor) == 0;
}

Result<void> replace(const fs::path& path, const UserTable& table) {
  std::string text = "# Users of dropzone-server. Change it with: dropzone-server user\n";
  for (const auto& [name, user] : table) {
    text.append(name).append(":").append(user.password_hash).append(":");
    text.append(user.grants.text()).append("\n");
  }
  std::string temporary = path.string() + ".XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));  // Mode 0600.
  if (file.get() < 0) return unwritable(path, errno);
  if (!write_all(file.get(), text) || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    return unwritable(path, error);
  }
  return {};
}

}  // namespace

bool is_user_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && name.front() != '#' && is_utf8(name) &&
         name.find(':') == name.npos && std::ranges::none_of(name, is_control);
}

Result<UserTable> read_users_file(const fs::path& path) {
  const auto text = files::read_private_file(path);
  if (!text) {
    return refuse(path.string() + ": " + text.error().detail +
                  " A new one is made by: dropzone-server user add.");
  }
  return parse(*text, path.string());
}

Result<void> change_users_file(const fs::path& path,
                               const std::function<Result<void>(UserTable&)>& change) {
  // The file itself is replaced, so that its folder is what the lock is on.
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const Descriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.get() < 0 || ::flock(lock.get(), LOCK_EX) != 0) return unwritable(path, errno);
  UserTable table;
  std::error_code error;
  if (fs::exists(path, error)) {
    auto read = read_users_file(path);
    if (!read) return std::move(read).error();
    table = *std::move(read);
  }
  if (auto changed = change(table); !changed) return changed;
  return replace(path, table);
}

}  // namespace dropzone::auth
