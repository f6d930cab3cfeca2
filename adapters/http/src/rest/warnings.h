#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <dropzone/store/drop_zone.h>

namespace dropzone::http {

/// Which of a request's records a warning is about.
struct WarnedRecord {
  std::optional<std::size_t> index = std::nullopt;
  std::optional<std::size_t> line = std::nullopt;
};

/// The further member `"warnings": […]` of an answer: what was done, but perhaps not as it was
/// meant. It is left out if there are none; of very many it has the first, and how many more.
class Warnings {
 public:
  static constexpr std::size_t kMost = 1'000;

  void add(std::string_view code, std::string_view pointer, std::string_view detail,
           const WarnedRecord& record = {});
  /// One for each integer of a record that was rounded.
  void add(const RoundedIntegers& rounded, const WarnedRecord& record = {});

  /// Appends `,"warnings":[…]` if there are any.
  void append_to(std::string& out);

 private:
  std::string text_;
  std::size_t count_ = 0;
};

// Of an answer that is the record itself headers warn. They have the pointers of the first few, as
// fragments: `#/eui, #/list/3`.

/// The places in the body of integers that were rounded.
inline constexpr std::string_view kRoundedIntegers = "X-Rounded-Integers";
/// Which of the fields that were asked for the record does not have.
inline constexpr std::string_view kAbsentFields = "X-Absent-Fields";
[[nodiscard]] std::string header_of(std::span<const std::string> pointers);

}  // namespace dropzone::http
