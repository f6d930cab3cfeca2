#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <dropzone/json/decode_limits.h>
#include <dropzone/store/drop_zone.h>

#include "reader.h"
#include "value_builder.h"

namespace dropzone::json {

[[nodiscard]] Error too_many_records(const DecodeLimits& limits);

/// A reader's handler that cuts texts into their records, builds the objects, and passes each
/// record to a sink: those of a body as they end, so that they are never all in memory; that of a
/// line after the whole line was read, since a fault behind it makes it another record.
class RecordCollector {
 public:
  enum class Shape : std::uint8_t {
    body,  ///< One record, or an array of them.
    line,  ///< One record.
  };

  /// The sink must outlive it.
  RecordCollector(const DecodeLimits& limits, Shape shape, const IncomingSink& sink)
      : limits_(limits),
        shape_(shape),
        sink_(sink),
        meter_(limits.memory),
        builder_(limits, Duplicates::last_wins, &meter_) {}

  /// Takes a text whose events come next. It must outlive them.
  void begin(std::string_view text);
  /// The events of the present text begin again. What was passed on is not passed on twice.
  void restart();
  /// Passes on the record of the present line, which was read, with the line's number.
  void end_line(std::size_t number);
  /// Passes on what a line is that is not JSON.
  void end_malformed_line(std::size_t number, IncomingRecord record);
  /// Charges what has not been charged yet.
  void settle() { meter_.settle(); }

  /// The records so far, of all texts.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// Why a well-formed text is refused as a whole, or why no more records can be read: there is no
  /// memory, or the sink returned an error.
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
  void add(IncomingRecord record);
  void pass(IncomingRecord record);

  const DecodeLimits limits_;
  const Shape shape_;
  const IncomingSink& sink_;
  std::string_view text_;
  std::optional<IncomingRecord> of_line_;
  std::size_t count_ = 0;
  std::size_t before_text_ = 0;  ///< The records of the texts before.
  std::size_t passed_ = 0;
  MemoryMeter meter_;
  ValueBuilder builder_;
  std::size_t nesting_ = 0;
  std::size_t record_level_ = 0;  ///< Where records stand: 1 in an array, else 0.
  std::size_t record_begin_ = 0;
  std::optional<Error> fault_;
};

}  // namespace dropzone::json
