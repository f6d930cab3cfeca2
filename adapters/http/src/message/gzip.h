#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace dropzone::http {

/// Compresses one stream to gzip, in pieces.
class GzipEncoder {
 public:
  GzipEncoder();
  ~GzipEncoder();
  GzipEncoder(const GzipEncoder&) = delete;
  GzipEncoder& operator=(const GzipEncoder&) = delete;

  /// Compresses `input` and appends what is ready to `out`.
  void write(std::string_view input, std::string& out);
  /// Appends the rest. Call once, last.
  void finish(std::string& out);

 private:
  struct State;
  void run(std::string_view input, int flush, std::string& out);
  std::unique_ptr<State> state_;
};

}  // namespace dropzone::http
