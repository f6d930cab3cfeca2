#include <dropzone/process/password_prompt.h>

#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <string_view>

namespace dropzone::process {
namespace {

constexpr std::size_t kLeastBytes = 8;
constexpr std::size_t kLongestPassword = 1'000;

Error refuse_password(std::string_view why) {
  return {ErrorCode::invalid_request, std::string(why)};
}

/// The terminal shows nothing of what is typed while this lives.
class SilentTerminal {
 public:
  SilentTerminal() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }

 private:
  termios before_{};
};

std::string ask(std::string_view prompt) {
  std::cerr << prompt << std::flush;
  std::string line;
  std::getline(std::cin, line);
  std::cerr << '\n';
  return line;
}

Result<std::string> read_password() {
  std::string password;
  if (::isatty(STDIN_FILENO) != 1) {
    std::getline(std::cin, password);
    return password;
  }
  const SilentTerminal silent;
  password = ask("Password: ");
  if (ask("Again: ") != password) {
    return refuse_password("the two are not the same. Nothing was changed.");
  }
  return password;
}

}  // namespace

Result<std::string> read_new_password() {
  auto password = read_password();
  if (!password) return password;
  if (password->size() < kLeastBytes) {
    return refuse_password("it has fewer than 8 characters, which can be guessed.");
  }
  if (password->size() > kLongestPassword) return refuse_password("it is longer than 1,000 bytes.");
  return password;
}

}  // namespace dropzone::process
