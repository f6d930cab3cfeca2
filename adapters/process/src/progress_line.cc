#include <dropzone/process/progress_line.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <utility>

namespace dropzone::process {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenBars{100};
constexpr std::chrono::seconds kBetweenLines{10};
constexpr std::uint64_t kBarWidth = 20;
constexpr std::string_view kRedraw = "\r\x1b[K";

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::lround(seconds));
  if (whole < 120) return std::to_string(whole) + " s";
  if (whole < 7'200) return std::to_string(whole / 60) + " min";
  return std::to_string(whole / 3'600) + " h";
}

}  // namespace

ProgressLine ProgressLine::on_standard_error() { return {std::cerr, ::isatty(STDERR_FILENO) == 1}; }

void ProgressLine::begin(std::string what, std::uint64_t total) {
  what_ = std::move(what);
  total_ = total;
  done_ = 0;
  began_ = shown_ = steady_clock::now();
  if (terminal_) draw(began_);
}

void ProgressLine::at(std::uint64_t done) {
  done_ = done;
  const auto now = steady_clock::now();
  if (terminal_ ? now - shown_ >= kBetweenBars : now - shown_ >= kBetweenLines) draw(now);
}

void ProgressLine::end() {
  draw(steady_clock::now());
  if (terminal_) out_ << '\n' << std::flush;
}

std::function<void(std::int64_t, std::int64_t)> ProgressLine::counting(std::string what) {
  return
      [this, what = std::move(what), begun = false](std::int64_t done, std::int64_t total) mutable {
        if (!std::exchange(begun, true)) begin(what, static_cast<std::uint64_t>(total));
        at(static_cast<std::uint64_t>(done));
        if (done == total) end();
      };
}

void ProgressLine::draw(Time now) {
  shown_ = now;
  total_ = std::max(total_, done_);  // More may have come meanwhile.
  const std::uint64_t percent = total_ == 0 ? 100 : done_ * 100 / total_;
  const std::string counts = std::to_string(done_) + " of " + std::to_string(total_);
  if (!terminal_) {
    out_ << what_ << ": " << counts << " (" << percent << " %)" << std::endl;
    return;
  }
  const std::uint64_t filled = percent * kBarWidth / 100;
  out_ << kRedraw << what_ << " [" << std::string(filled, '#')
       << std::string(kBarWidth - filled, '-') << "] " << percent << " %, " << counts;
  const double seconds = std::chrono::duration<double>(now - began_).count();
  if (done_ > 0 && seconds >= 1) {
    const double rate = static_cast<double>(done_) / seconds;
    out_ << ", " << std::llround(rate) << "/s";
    if (done_ < total_) {
      out_ << ", " << duration_text(static_cast<double>(total_ - done_) / rate) << " left";
    }
  }
  out_ << std::flush;
}

}  // namespace dropzone::process
