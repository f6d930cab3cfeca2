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

/// A line of NDJSON without its end.
struct Line {
  std::string_view text;
  std::size_t number = 0;
  std::size_t start = 0;
};

IncomingRecord malformed(const Line& line, const SyntaxFault& fault) {
  const Place place = place_in_line(line.text, fault.offset, line.number, line.start);
  return {std::string(line.text), make_error(fault, place)};
}

/// Adds the one record of a line, whatever the line is. False where the collector has a fault.
bool read_line(const Line& line, Reader& reader, RecordCollector& collector) {
  collector.begin(line.text);
  if (const auto fault = reader.read(line.text, collector)) {
    collector.restart();
    collector.add(malformed(line, *fault));
  }
  if (collector.fault()) return false;
  IncomingRecord& record = collector.records().back();
  if (!record.object) record.original = line.text;
  record.line = line.number;
  return true;
}

}  // namespace

Result<std::vector<IncomingRecord>> decode_records(std::string_view body,
                                                   const DecodeLimits& limits) {
  const std::string_view text = without_byte_order_mark(body);
  if (is_blank(text)) return empty_body();
  Reader reader;
  RecordCollector collector(limits, RecordCollector::Shape::body);
  collector.begin(text);
  if (const auto fault = reader.read(text, collector)) {
    return make_error(*fault, place_of(body, fault->offset + body.size() - text.size()));
  }
  if (collector.fault()) return *collector.fault();
  if (collector.records().empty()) return empty_body();
  collector.settle();
  return std::move(collector.records());
}

Result<std::vector<IncomingRecord>> decode_ndjson(std::string_view body,
                                                  const DecodeLimits& limits) {
  std::string_view rest = without_byte_order_mark(body);
  Reader reader;
  RecordCollector collector(limits, RecordCollector::Shape::line);
  for (std::size_t number = 1; !rest.empty(); ++number) {
    Line line{rest.substr(0, rest.find('\n')), number, body.size() - rest.size()};
    rest.remove_prefix(std::min(line.text.size() + 1, rest.size()));
    if (line.text.ends_with('\r')) line.text.remove_suffix(1);
    if (is_blank(line.text)) continue;
    if (collector.records().size() == limits.max_records) return too_many_records(limits);
    if (!read_line(line, reader, collector)) return *collector.fault();
  }
  collector.settle();
  if (collector.records().empty()) return empty_body();
  return std::move(collector.records());
}

}  // namespace dropzone::json
