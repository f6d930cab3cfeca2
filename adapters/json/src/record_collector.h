#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <dropzone/json/decode_limits.h>
#include <dropzone/store/drop_zone.h>

#include "reader.h"
#include "value_builder.h"

namespace dropzone::json {

[[nodiscard]] Error too_many_records(const DecodeLimits& limits);

/// A reader's handler that cuts a text into its records and builds their objects.
class RecordCollector {
 public:
  enum class Shape : std::uint8_t {
    body,  ///< One record, or an array of them.
    line,  ///< One record.
  };

  RecordCollector(const DecodeLimits& limits, Shape shape)
      : limits_(limits),
        shape_(shape),
        meter_(limits.memory),
        builder_(limits, Duplicates::last_wins, &meter_) {}

  /// Takes a text whose events come next. It must outlive them.
  void begin(std::string_view text);
  /// Forgets the results of the present text.
  void restart();
  /// Adds a record that is not built, as its text is malformed.
  void add(IncomingRecord record);
  /// Charges what has not been charged yet.
  void settle() { meter_.settle(); }

  [[nodiscard]] std::vector<IncomingRecord>& records() noexcept { return records_; }
  /// Why the text's records cannot be had, if it is well-formed; or why there can be none
  /// any more, if there is no memory.
  [[nodiscard]] const std::optional<Error>& fault() const noexcept { return fault_; }

  bool null(Span span) {
    if (nesting_ == record_level_) return take_scalar("null", span);
    builder_.null();
    return has_memory();
  }
  bool boolean(bool value, Span span) {
    if (nesting_ == record_level_) return take_scalar("a boolean", span);
    builder_.boolean(value);
    return has_memory();
  }
  bool number(Span span) {
    if (nesting_ == record_level_) return take_scalar("a number", span);
    builder_.number(text_.substr(span.begin, span.end - span.begin));
    return has_memory();
  }
  bool string(std::string_view text, Span span) {
    if (nesting_ == record_level_) return take_scalar("a string", span);
    builder_.string(text);
    return has_memory();
  }
  bool key(std::string_view name, Span) {
    builder_.key(name);
    return has_memory();
  }
  bool start_object(std::size_t begin) {
    if (nesting_++ == record_level_ && !begin_record(begin)) return false;
    builder_.start_object();
    return has_memory();
  }
  bool end_object(std::size_t end) {
    builder_.end_object();
    if (--nesting_ == record_level_) end_record(end);
    return has_memory();
  }
  bool start_array(std::size_t begin);
  bool end_array(std::size_t end);

 private:
  bool has_memory() {
    if (!meter_.fault()) return true;
    fault_ = meter_.fault();
    return false;
  }
  bool begin_record(std::size_t begin);
  void end_record(std::size_t end);
  bool take_scalar(std::string_view what, Span span);
  void refuse_as(std::string_view what);

  const DecodeLimits limits_;
  const Shape shape_;
  std::string_view text_;
  std::vector<IncomingRecord> records_;
  std::size_t first_ = 0;  ///< The present text's first record.
  MemoryMeter meter_;
  ValueBuilder builder_;
  std::size_t nesting_ = 0;
  std::size_t record_level_ = 0;  ///< Where records stand: 1 in an array, else 0.
  std::size_t record_begin_ = 0;
  std::optional<Error> fault_;
};

}  // namespace dropzone::json
