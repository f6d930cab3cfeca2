#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <rapidjson/reader.h>

#include <dropzone/value/record_id.h>

#include "syntax_fault.h"

namespace dropzone::json {

/// The words for a fault that RapidJSON found.
[[nodiscard]] std::string_view reason_of(rapidjson::ParseErrorCode code, std::string_view text,
                                         std::size_t offset) noexcept;

/// The text with each number that has an exponent or very many digits replaced by a zero of the
/// same length. RapidJSON gives up at 1e400, which is well-formed, and at 0e400, which is zero.
[[nodiscard]] std::string without_extreme_numbers(std::string_view text);

/// Where an event's text begins and ends.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Reads JSON text strictly (RFC 8259, well-formed UTF-8) and reports to a handler what it meets:
///
///     bool null(Span), boolean(bool, Span), number(Span);
///     bool string(std::string_view, Span), key(std::string_view, Span);
///     bool start_object(std::size_t begin), end_object(std::size_t end);
///     bool start_array(std::size_t begin), end_array(std::size_t end);
///     void restart();  // Forget everything: the text is read from its start again.
///
/// A handler that returns false stops the reading. Strings are decoded and valid during the call.
/// Stack and heap stay bounded however deep the text is nested. A reader can be used again, which
/// saves allocations; it is not thread-safe.
class Reader {
 public:
  /// Nothing if the text is well-formed, or the handler stopped the reading.
  template <typename Handler>
  std::optional<SyntaxFault> read(std::string_view text, Handler& handler);

 private:
  // Deeper texts are refused as a whole, since RapidJSON keeps eight bytes for each level.
  static constexpr std::size_t kMaxNesting = 2'000'000;
  static constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                                     rapidjson::kParseNumbersAsStringsFlag |
                                     rapidjson::kParseInsituFlag;

  /// RapidJSON's stream concept over a text that need not end in a null. In-situ parsing is what
  /// keeps it from copying every number; what it writes are decoded strings, and they go to a
  /// buffer of our own.
  class Stream {
   public:
    using Ch = char;

    Stream(std::string_view text, char* decoded) noexcept
        : begin_(text.data()), next_(begin_), end_(begin_ + text.size()), decoded_(decoded) {}

    // RapidJSON gives the names.
    // NOLINTBEGIN(readability-identifier-naming)
    Ch Peek() const noexcept { return next_ != end_ ? *next_ : '\0'; }
    Ch Take() noexcept { return *next_++; }
    std::size_t Tell() const noexcept { return static_cast<std::size_t>(next_ - begin_); }

    Ch* PutBegin() noexcept {
      string_begin_ = Tell() - 1;
      return put_ = decoded_;
    }
    void Put(Ch c) noexcept { *put_++ = c; }
    std::size_t PutEnd(Ch* begin) const noexcept { return static_cast<std::size_t>(put_ - begin); }
    // NOLINTEND(readability-identifier-naming)

    [[nodiscard]] bool at_end() const noexcept { return next_ == end_; }
    /// Where the string that was read last has its opening quote.
    [[nodiscard]] std::size_t string_begin() const noexcept { return string_begin_; }

   private:
    const char* begin_;
    const char* next_;
    const char* end_;
    char* decoded_;
    char* put_ = nullptr;
    std::size_t string_begin_ = 0;
  };

  template <typename Handler>
  class Events;

  /// The first fault of a text that is not UTF-8.
  SyntaxFault find_ill_formed(std::string_view text);

  void reserve(std::size_t text_size);

  template <typename Handler>
  std::optional<SyntaxFault> parse(std::string_view text, Handler& handler,
                                   bool& met_extreme_number);

  rapidjson::Reader parser_;
  std::unique_ptr<char[]> decoded_;
  std::size_t decoded_capacity_ = 0;
};

/// RapidJSON's handler concept in front of ours.
template <typename Handler>
class Reader::Events {
 public:
  Events(Handler& handler, const Stream& stream, bool has_unicode_escapes) noexcept
      : handler_(handler), stream_(stream), has_unicode_escapes_(has_unicode_escapes) {}

  [[nodiscard]] const std::optional<SyntaxFault>& fault() const noexcept { return fault_; }

  // RapidJSON gives the names.
  // NOLINTBEGIN(readability-identifier-naming)
  bool Null() { return handler_.null(literal(4)); }
  bool Bool(bool value) { return handler_.boolean(value, literal(value ? 4 : 5)); }
  bool RawNumber(const char*, rapidjson::SizeType length, bool) {
    return handler_.number(literal(length));
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    const Span span{stream_.string_begin(), stream_.Tell()};
    return is_well_formed({text, length}, span) && handler_.string({text, length}, span);
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    const Span span{stream_.string_begin(), stream_.Tell()};
    return is_well_formed({text, length}, span) && handler_.key({text, length}, span);
  }
  bool StartObject() { return open() && handler_.start_object(stream_.Tell()); }
  bool EndObject(rapidjson::SizeType) { return close() && handler_.end_object(stream_.Tell() + 1); }
  bool StartArray() { return open() && handler_.start_array(stream_.Tell()); }
  bool EndArray(rapidjson::SizeType) { return close() && handler_.end_array(stream_.Tell() + 1); }

  // Events that numbers as strings do not have.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  // NOLINTEND(readability-identifier-naming)

 private:
  [[nodiscard]] Span literal(std::size_t length) const noexcept {
    return {stream_.Tell() - length, stream_.Tell()};
  }

  bool open() noexcept {
    if (++nesting_ <= kMaxNesting) return true;
    fault_ = {stream_.Tell(), "the nesting is too deep to be read at all", ErrorCode::too_deep};
    return false;
  }
  bool close() noexcept { return --nesting_, true; }

  /// RapidJSON lets an escaped low surrogate pass that has no high one before it.
  bool is_well_formed(std::string_view decoded, Span span) noexcept {
    if (!has_unicode_escapes_ || is_utf8(decoded)) return true;
    fault_ = {span.begin, "a string has half of a surrogate pair"};
    return false;
  }

  Handler& handler_;
  const Stream& stream_;
  const bool has_unicode_escapes_;
  std::size_t nesting_ = 0;
  std::optional<SyntaxFault> fault_;
};

template <typename Handler>
std::optional<SyntaxFault> Reader::parse(std::string_view text, Handler& handler,
                                         bool& met_extreme_number) {
  Stream stream(text, decoded_.get());
  Events<Handler> events(handler, stream, text.find("\\u") != std::string_view::npos);
  const rapidjson::ParseResult result = parser_.Parse<kFlags>(stream, events);
  met_extreme_number = result.Code() == rapidjson::kParseErrorNumberTooBig;
  if (result.Code() == rapidjson::kParseErrorTermination) return events.fault();
  if (result.IsError()) {
    return SyntaxFault{result.Offset(), reason_of(result.Code(), text, result.Offset())};
  }
  // RapidJSON takes a null for the end of the text.
  if (!stream.at_end()) {
    return SyntaxFault{stream.Tell(), reason_of(rapidjson::kParseErrorDocumentRootNotSingular, text,
                                                stream.Tell())};
  }
  return std::nullopt;
}

template <typename Handler>
std::optional<SyntaxFault> Reader::read(std::string_view text, Handler& handler) {
  reserve(text.size());
  if (!is_utf8(text)) return find_ill_formed(text);
  bool met_extreme_number = false;
  auto fault = parse(text, handler, met_extreme_number);
  if (!met_extreme_number) return fault;
  handler.restart();
  return parse(without_extreme_numbers(text), handler, met_extreme_number);
}

}  // namespace dropzone::json
