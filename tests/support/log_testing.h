#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include <dropzone/http/message/request.h>
#include <dropzone/store/clock.h>

namespace dropzone::test {

class FixedClock final : public Clock {
 public:
  Timestamp now() override { return {1'556'704'800'123'456}; }
};

/// A pipe of 64 KB, whose reader reads when asked to.
class Pipe {
 public:
  Pipe() { REQUIRE(::pipe2(ends_, O_CLOEXEC) == 0); }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  [[nodiscard]] int reader() const { return ends_[0]; }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_reader() { close(ends_[0]); }
  void close_writer() { close(ends_[1]); }
  /// All that is written until the last writer closes.
  [[nodiscard]] std::string read_all() const {
    std::string text;
    char piece[4'096];
    while (const ssize_t count = ::read(ends_[0], piece, sizeof piece)) {
      REQUIRE(count > 0);
      text.append(piece, static_cast<std::size_t>(count));
    }
    return text;
  }

 private:
  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }

  int ends_[2] = {-1, -1};
};

inline http::Request some_request(std::string_view method, std::string_view target) {
  auto request = http::make_request(method, target).value();
  request.remote_address = "192.0.2.1";
  request.request_id = "r1";
  return request;
}

}  // namespace dropzone::test
