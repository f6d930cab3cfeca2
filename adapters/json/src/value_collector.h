#pragma once

#include <string_view>

#include "reader.h"
#include "value_builder.h"

namespace dropzone::json {

/// A reader's handler that builds the text's one value.
class ValueCollector {
 public:
  ValueCollector(std::string_view text, ValueBuilder& builder) noexcept
      : text_(text), builder_(builder) {}

  void restart() { builder_.clear(); }
  bool null(Span) { return builder_.null(), true; }
  bool boolean(bool value, Span) { return builder_.boolean(value), true; }
  bool number(Span span) {
    return builder_.number(text_.substr(span.begin, span.end - span.begin)), true;
  }
  bool string(std::string_view text, Span) { return builder_.string(text), true; }
  bool key(std::string_view name, Span) { return builder_.key(name), true; }
  bool start_object(std::size_t) { return builder_.start_object(), true; }
  bool end_object(std::size_t) { return builder_.end_object(), true; }
  bool start_array(std::size_t) { return builder_.start_array(), true; }
  bool end_array(std::size_t) { return builder_.end_array(), true; }

 private:
  std::string_view text_;
  ValueBuilder& builder_;
};

}  // namespace dropzone::json
