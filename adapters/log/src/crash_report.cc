#include <dropzone/log/crash_report.h>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dropzone::log {
namespace {

using http::RequestsUnderWay;
using std::chrono::milliseconds;

struct CrashSignal {
  int number;
  std::string_view name;
};
constexpr std::array<CrashSignal, 6> kCrashSignals{{{SIGSEGV, "SIGSEGV"},
                                                    {SIGBUS, "SIGBUS"},
                                                    {SIGFPE, "SIGFPE"},
                                                    {SIGILL, "SIGILL"},
                                                    {SIGSYS, "SIGSYS"},
                                                    {SIGABRT, "SIGABRT"}}};
constexpr int kMostWaitForReader = 1'000;  // Milliseconds, for a reader that takes nothing.

// What the handler works with; all of it is set before a signal can come.
std::atomic<const RequestsUnderWay*> crash_table = nullptr;
CrashReport::Settings crash_settings;
std::array<struct sigaction, kCrashSignals.size()> actions_before_crash;
std::atomic<bool> reporting_crash = false;

/// A line built without allocating memory. What does not fit is cut off.
class Line {
 public:
  Line& operator<<(std::string_view text) noexcept {
    for (const char c : text) add(c);
    return *this;
  }
  Line& operator<<(std::int64_t number) noexcept {
    std::array<char, 20> digits;
    std::size_t first = digits.size();
    std::uint64_t rest = number < 0 ? 0 : static_cast<std::uint64_t>(number);
    do {
      digits[--first] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    return *this << std::string_view(digits.data() + first, digits.size() - first);
  }
  /// Text that may hold anything, as a JSON string's content and one line need it.
  Line& foreign(std::string_view text) noexcept {
    for (const char c : text) add(c >= ' ' && c < 0x7f && c != '"' && c != '\\' ? c : '?');
    return *this;
  }
  void write() noexcept {
    text_[size_++] = '\n';
    pollfd room{.fd = crash_settings.descriptor, .events = POLLOUT, .revents = 0};
    while (::poll(&room, 1, kMostWaitForReader) < 0 && errno == EINTR) {
    }
    if ((room.revents & POLLOUT) != 0) {
      [[maybe_unused]] const auto written = ::write(crash_settings.descriptor, text_.data(), size_);
    }
    size_ = 0;
  }

 private:
  void add(char c) noexcept {
    if (size_ + 1 < text_.size()) text_[size_++] = c;
  }

  std::array<char, 1'024> text_;  // A pipe that has room takes as much without waiting.
  std::size_t size_ = 0;
};

std::string_view signal_name(int signal) noexcept {
  for (const CrashSignal& known : kCrashSignals) {
    if (known.number == signal) return known.name;
  }
  return "a signal";
}

void write_request(int signal, const RequestsUnderWay::Seen& seen, bool here) noexcept {
  const std::int64_t age = std::chrono::duration_cast<milliseconds>(seen.age).count();
  Line line;
  line << (crash_settings.json ? "{\"severity\":\"CRITICAL\",\"message\":\"" : "CRITICAL ");
  line << "crash by " << signal_name(signal) << ": under way for " << age << " ms";
  line << (here ? " in the thread that crashed: " : ": ");
  line.foreign(seen.method) << " ";
  line.foreign(seen.route) << " ";
  if (!crash_settings.json) {
    line.foreign(seen.address) << " ";
    line.foreign(seen.principal) << (seen.principal.empty() ? "" : " ");
    line.foreign(seen.id).write();
    return;
  }
  line << "\",\"requestId\":\"";
  line.foreign(seen.id) << "\",\"address\":\"";
  line.foreign(seen.address) << "\",\"principal\":\"";
  line.foreign(seen.principal) << "\",\"ageMs\":" << age;
  line << ",\"here\":" << (here ? "true}" : "false}");
  line.write();
}

void write_report(int signal, const RequestsUnderWay& under_way) noexcept {
  std::int64_t count = static_cast<std::int64_t>(under_way.without_place());
  under_way.for_each([&](const auto&) { ++count; });
  Line line;
  line << (crash_settings.json ? "{\"severity\":\"CRITICAL\",\"message\":\"" : "CRITICAL ");
  line << "the server crashes by " << signal_name(signal) << ", requests under way: " << count;
  line << (crash_settings.json ? "\"}" : "");
  line.write();
  const int thread = ::gettid();
  for (const bool here : {true, false}) {
    under_way.for_each([&](const RequestsUnderWay::Seen& seen) {
      if ((seen.thread == thread) == here) write_request(signal, seen, here);
    });
  }
}

void restore_actions() noexcept {
  for (std::size_t i = 0; i < kCrashSignals.size(); ++i) {
    ::sigaction(kCrashSignals[i].number, &actions_before_crash[i], nullptr);
  }
}

void on_crash(int signal) {
  if (reporting_crash.exchange(true)) {
    for (;;) ::pause();  // Another thread has begun to say so, and ends the process.
  }
  if (const auto* const under_way = crash_table.load()) write_report(signal, *under_way);
  restore_actions();
  ::raise(signal);  // Comes when this function returns.
}

}  // namespace

CrashReport::CrashReport(const RequestsUnderWay& under_way, Settings wanted) {
  crash_settings = wanted;
  crash_table = &under_way;
  struct sigaction action {};
  action.sa_handler = &on_crash;
  action.sa_flags = SA_ONSTACK;
  ::sigfillset(&action.sa_mask);  // A fault in the handler then ends the process.
  for (std::size_t i = 0; i < kCrashSignals.size(); ++i) {
    ::sigaction(kCrashSignals[i].number, &action, &actions_before_crash[i]);
  }
}

CrashReport::~CrashReport() {
  restore_actions();
  crash_table = nullptr;
}

}  // namespace dropzone::log
