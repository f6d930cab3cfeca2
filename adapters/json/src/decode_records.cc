#include <dropzone/json/decode_records.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "reader.h"
#include "record_collector.h"
#include "syntax_fault.h"
#include "text.h"

namespace dropzone::json {
namespace {

Error empty_body() { return {ErrorCode::empty_body, "There is no record in the body."}; }

/// The text of one record, without what ends it.
struct Line {
  std::string_view text;
  std::size_t number = 0;  ///< Of its first line.
  std::size_t start = 0;
};

/// Empty files that are joined leave marks in a row.
std::string_view without_marks(std::string_view text) noexcept {
  while (text.starts_with(kByteOrderMark)) text = without_byte_order_mark(text);
  return text;
}

/// How far a line goes before a byte order mark that is in no string. Another file begins there.
std::size_t end_before_mark(std::string_view line) noexcept {
  if (line.find(kByteOrderMark) == line.npos) return line.size();
  bool in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (in_string && line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      in_string = !in_string;
    } else if (!in_string && line.substr(i).starts_with(kByteOrderMark)) {
      return i;
    }
  }
  return line.size();
}

/// Cuts a body into the texts of its records. Looks at each byte a bounded number of times.
class LineCutter {
 public:
  explicit LineCutter(std::string_view body) : body_(body), rest_(body) {}

  std::optional<Line> next() {
    if (line_.empty() && !take_line()) return std::nullopt;
    line_ = without_marks(line_);
    const auto start = static_cast<std::size_t>(line_.data() - body_.data());
    const Line text{line_.substr(0, end_before_mark(line_)), line_number_, start};
    line_.remove_prefix(text.text.size());
    return text;
  }

 private:
  static constexpr char kRecordSeparator = '\x1e';

  /// A text that begins with a record separator reaches to the next one, however many lines it has
  /// (RFC 7464). False at the end.
  bool take_line() {
    rest_ = without_marks(rest_);
    if (rest_.empty()) return false;
    const bool in_sequence = rest_.front() == kRecordSeparator;
    if (in_sequence) rest_.remove_prefix(1);
    const auto end = std::min(rest_.find(in_sequence ? kRecordSeparator : '\n'), rest_.size());
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(in_sequence ? end : std::min(end + 1, rest_.size()));
    line_number_ = next_number_;
    next_number_ += in_sequence ? static_cast<std::size_t>(std::ranges::count(line_, '\n')) : 1;
    if (in_sequence && line_.ends_with('\n')) line_.remove_suffix(1);
    if (line_.ends_with('\r')) line_.remove_suffix(1);
    return true;
  }

  const std::string_view body_;
  std::string_view rest_;
  std::string_view line_;  ///< What is left of the line that was taken last.
  std::size_t line_number_ = 0;
  std::size_t next_number_ = 1;
};

IncomingRecord malformed(const Line& line, const SyntaxFault& fault) {
  TextPosition place = text_position(line.text, fault.offset);
  place.line += line.number - 1;
  place.offset += line.start;
  return {std::string(line.text), make_error(fault, place)};
}

/// Passes on the one record of a line, whatever the line is. False if the collector has a fault.
bool read_line(const Line& line, Reader& reader, RecordCollector& collector) {
  collector.begin(line.text);
  const auto fault = reader.read(line.text, collector);
  if (fault) {
    collector.end_malformed_line(line.number, malformed(line, *fault));
  } else if (!collector.fault()) {
    collector.end_line(line.number);
  }
  return !collector.fault();
}

using Decode = Result<void> (*)(std::string_view, const DecodeLimits&, const IncomingSink&);

Result<std::vector<IncomingRecord>> all_records(Decode decode, std::string_view body,
                                                const DecodeLimits& limits) {
  std::vector<IncomingRecord> records;
  DROPZONE_CHECK(decode(body, limits, [&records](IncomingRecord record) -> Result<void> {
    records.push_back(std::move(record));
    return {};
  }));
  return records;
}

}  // namespace

Result<void> decode_records(std::string_view body, const DecodeLimits& limits,
                            const IncomingSink& sink) {
  const std::string_view text = without_byte_order_mark(body);
  if (is_blank(text)) return empty_body();
  Reader reader;
  RecordCollector collector(limits, RecordCollector::Shape::body, sink);
  collector.begin(text);
  if (const auto fault = reader.read(text, collector)) {
    return make_error(*fault, text_position(body, fault->offset + body.size() - text.size()));
  }
  if (collector.fault()) return *collector.fault();
  if (collector.count() == 0) return empty_body();
  collector.settle();
  return {};
}

Result<void> decode_ndjson(std::string_view body, const DecodeLimits& limits,
                           const IncomingSink& sink) {
  LineCutter lines(body);
  Reader reader;
  RecordCollector collector(limits, RecordCollector::Shape::line, sink);
  while (const auto line = lines.next()) {
    if (is_blank(line->text)) continue;
    if (collector.count() == limits.max_records) return too_many_records(limits);
    if (!read_line(*line, reader, collector)) return *collector.fault();
  }
  collector.settle();
  if (collector.count() == 0) return empty_body();
  return {};
}

Result<std::vector<IncomingRecord>> decode_records(std::string_view body,
                                                   const DecodeLimits& limits) {
  return all_records(decode_records, body, limits);
}

Result<std::vector<IncomingRecord>> decode_ndjson(std::string_view body,
                                                  const DecodeLimits& limits) {
  return all_records(decode_ndjson, body, limits);
}

}  // namespace dropzone::json
