#include "record_collector.h"

#include <string>
#include <utility>

namespace dropzone::json {

Error too_many_records(const DecodeLimits& limits) {
  return {ErrorCode::too_many_records, "There are more than " + std::to_string(limits.max_records) +
                                           " records; send them in several requests."};
}

void RecordCollector::begin(std::string_view text) {
  text_ = text;
  before_text_ = count_;
  restart();
}

void RecordCollector::restart() {
  count_ = before_text_;
  of_line_.reset();
  builder_.clear();
  nesting_ = 0;
  record_level_ = 0;
  fault_.reset();
}

bool RecordCollector::start_array(std::size_t begin) {
  if (nesting_++ == record_level_) {
    if (nesting_ == 1 && shape_ == Shape::body) {
      record_level_ = 1;
      return true;
    }
    if (!begin_record(begin)) return false;
    refuse_as("an array");
  }
  builder_.start_array();
  return has_memory();
}

bool RecordCollector::end_array(std::size_t end) {
  if (--nesting_ < record_level_) return true;
  builder_.end_array();
  if (nesting_ == record_level_) end_record(end);
  return has_memory();
}

bool RecordCollector::begin_record(std::size_t begin) {
  if (count_ == limits_.max_records) {
    fault_ = too_many_records(limits_);
    return false;
  }
  record_begin_ = begin;
  return true;
}

void RecordCollector::end_record(std::size_t end) {
  const std::string_view original = text_.substr(record_begin_, end - record_begin_);
  auto value = builder_.finish();
  RoundedIntegers rounded = builder_.take_rounded();
  if (value) {
    add({.original = std::string(original),
         .object = std::move(*value->as_object()),
         .rounded = std::move(rounded)});
  } else {
    add({std::string(original), std::move(value).error()});
  }
}

void RecordCollector::add(IncomingRecord record) {
  ++count_;
  // A list of records grows by doubling.
  if (!meter_.add(2 * sizeof record + record.original.capacity())) {
    fault_ = meter_.fault();
  } else if (shape_ == Shape::line) {
    of_line_ = std::move(record);
  } else {
    pass(std::move(record));
  }
}

void RecordCollector::end_line(std::size_t number) {
  // What is not an object is kept as the client wrote it, white space included.
  if (!of_line_->object) of_line_->original = text_;
  of_line_->line = number;
  pass(*std::move(of_line_));
}

void RecordCollector::end_malformed_line(std::size_t number, IncomingRecord record) {
  restart();
  add(std::move(record));
  if (!fault_) end_line(number);
}

void RecordCollector::pass(IncomingRecord record) {
  if (count_ <= passed_) return;
  ++passed_;
  if (auto taken = sink_(std::move(record)); !taken) fault_ = std::move(taken).error();
}

bool RecordCollector::take_scalar(std::string_view what, Span span) {
  if (record_level_ == 0 && shape_ == Shape::body) {
    fault_ = Error{ErrorCode::invalid_request,
                   "The body is " + std::string(what) + "; send an object or an array of objects."};
    return true;
  }
  if (!begin_record(span.begin)) return false;
  refuse_as(what);
  end_record(span.end);
  return has_memory();
}

void RecordCollector::refuse_as(std::string_view what) {
  builder_.refuse({ErrorCode::not_an_object,
                   "A record must be an object, and this is " + std::string(what) + "."});
}

}  // namespace dropzone::json
