#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/json/record_text.h>
#include <dropzone/record_repository.h>

#include "api/parameters.h"

namespace dropzone::http {

/// The beginning of an answer that is a page, with room for what most pages have.
[[nodiscard]] inline std::string begin_page(std::string_view text) {
  constexpr std::size_t kUsualBytes = std::size_t{16} << 10;
  std::string out;
  out.reserve(kUsualBytes);
  out += text;
  return out;
}

/// Writes records into a JSON array as a repository shows them.
class RecordArray {
 public:
  /// Both must outlive it; appends to `out`.
  RecordArray(std::string& out, const Shown& shown) : out_(out), shown_(shown) { out_ += '['; }

  void append(const RecordView& view) {
    if (!first_) out_ += ',';
    first_ = false;
    json::append_record(
        out_, view, {.original = shown_.original, .meta = shown_.meta, .fields = shown_.fields});
  }
  void close() { out_ += ']'; }

 private:
  std::string& out_;
  const Shown& shown_;
  bool first_ = true;
};

/// What must be read for an answer that shows this.
[[nodiscard]] inline Projection projection_of(const Shown& shown) {
  return {.original = shown.original, .meta = shown.meta, .data = true};
}

}  // namespace dropzone::http
