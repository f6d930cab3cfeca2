#include <dropzone/value/json_excerpt.h>

#include <string_view>
#include <utility>

#include <dropzone/expects.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

constexpr std::string_view kEllipsis = "\xe2\x80\xa6";

/// The first bytes of a text, at most so many, that are whole characters.
std::string_view whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

/// Writes JSON until it has more than it may show.
class Excerpt {
 public:
  explicit Excerpt(std::size_t most) : most_(most) {}

  // Recurses as deep as the value is.
  void append(const Value& value) {
    if (const std::string* const text = value.as_string()) {
      append_json_string(text_, enough_of(*text));
    } else if (const Array* const array = value.as_array()) {
      append_all(*array, '[', ']', [this](const Value& element) { append(element); });
    } else if (const Object* const object = value.as_object()) {
      append_all(object->members(), '{', '}', [this](const Member& member) {
        append_json_string(text_, enough_of(member.name));
        text_ += ':';
        append(member.value);
      });
    } else {
      append_json(text_, value);
    }
  }

  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  /// So much of a text that it is seen to be too long if it is.
  [[nodiscard]] std::string_view enough_of(std::string_view text) const {
    constexpr std::size_t kLongestCharacter = 4;
    return whole_characters(text, most_ + kLongestCharacter);
  }

  template <typename List, typename Append>
  void append_all(const List& list, char begin, char end, const Append& append_one) {
    text_ += begin;
    bool first = true;
    for (const auto& one : list) {
      if (text_.size() > most_) return;
      if (!std::exchange(first, false)) text_ += ',';
      append_one(one);
    }
    text_ += end;
  }

  std::string text_;
  const std::size_t most_;
};

}  // namespace

std::string json_excerpt(const Value& value, std::size_t max_bytes) {
  Excerpt excerpt(max_bytes);
  excerpt.append(value);
  return json_excerpt(std::move(excerpt).take(), max_bytes);
}

std::string json_excerpt(std::string json, std::size_t max_bytes) {
  DROPZONE_EXPECTS(max_bytes >= kEllipsis.size());
  if (json.size() <= max_bytes) return json;
  json.resize(whole_characters(json, max_bytes - kEllipsis.size()).size());
  json += kEllipsis;
  return json;
}

}  // namespace dropzone
