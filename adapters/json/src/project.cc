#include <dropzone/json/project.h>

#include <string>
#include <unordered_map>
#include <vector>

#include <dropzone/expects.h>
#include <dropzone/value/json_text.h>

namespace dropzone::json {
namespace {

// All of this reads canonical text: no white space, one spelling of every string.

/// The text after a string that begins at its quote.
const char* skip_string(const char* text) {
  for (++text; *text != '"'; ++text) {
    if (*text == '\\') ++text;
  }
  return text + 1;
}

const char* skip_value(const char* text) {
  if (*text == '"') return skip_string(text);
  if (*text != '{' && *text != '[') {
    while (*text != ',' && *text != '}' && *text != ']') ++text;
    return text;
  }
  for (std::size_t depth = 0;;) {
    if (*text == '"') {
      text = skip_string(text);
      continue;
    }
    if (*text == '{' || *text == '[') ++depth;
    if (*text == '}' || *text == ']') --depth;
    ++text;
    if (depth == 0) return text;
  }
}

/// Whether a name, as it is spelled between its quotes, is this one.
bool is_name(std::string_view spelled, std::string_view name) {
  if (spelled.find('\\') == std::string_view::npos) return spelled == name;
  std::string canonical;
  append_json_string(canonical, name);
  return spelled == std::string_view(canonical).substr(1, canonical.size() - 2);
}

using Fields = std::vector<const FieldPath*>;

/// What the fields ask of a member at a level of their parts: all of it, some of it or nothing.
struct Wanted {
  const FieldPath* whole = nullptr;  ///< The field that asks for all of it.
  Fields inner;
};

Wanted wanted(const Fields& fields, std::size_t level, std::string_view spelled) {
  Wanted result;
  for (const FieldPath* field : fields) {
    if (!is_name(spelled, field->parts()[level])) continue;
    if (field->parts().size() == level + 1) return {.whole = field, .inner = {}};
    result.inner.push_back(field);
  }
  return result;
}

/// Answers wanted() for one member after the other. For few members it compares each with each
/// field; for many it gathers once what is wanted of each name.
class Selection {
 public:
  Selection(const Fields& fields, std::size_t level) : fields_(fields), level_(level) {}

  const Wanted& wanted(std::string_view spelled) {
    if (asked_++ < kFewMembers || fields_.size() == 1) {
      return one_ = json::wanted(fields_, level_, spelled);
    }
    if (by_name_.empty()) gather();
    const auto found = by_name_.find(std::string(spelled));
    return found != by_name_.end() ? found->second : nothing_;
  }

 private:
  static constexpr std::size_t kFewMembers = 32;

  void gather() {
    for (const FieldPath* field : fields_) {
      std::string spelled;
      append_json_string(spelled, field->parts()[level_]);
      Wanted& entry = by_name_[spelled.substr(1, spelled.size() - 2)];
      if (field->parts().size() == level_ + 1) {
        entry.whole = field;
      } else {
        entry.inner.push_back(field);
      }
    }
  }

  const Fields& fields_;
  const std::size_t level_;
  std::size_t asked_ = 0;
  Wanted one_;
  const Wanted nothing_;
  std::unordered_map<std::string, Wanted> by_name_;
};

/// Appends the object that begins at `text`; returns the text after it. Recurses as deep as the
/// fields have parts.
const char* append_object(std::string& out, const char* text, const Fields& fields,
                          std::size_t level, const OnField& on_field) {
  out += '{';
  const std::size_t start = out.size();
  Selection selection(fields, level);
  ++text;
  while (*text != '}') {
    if (*text == ',') ++text;
    const char* const key = text;
    const char* const value = skip_string(key) + 1;
    const Wanted& part = selection.wanted({key + 1, value - 2});
    const std::size_t before = out.size();
    if (before != start && (part.whole || !part.inner.empty())) out += ',';
    if (part.whole) {
      if (on_field) on_field(*part.whole);
      text = skip_value(value);
      out.append(key, text);
    } else if (!part.inner.empty() && *value == '{') {
      out.append(key, value);
      text = append_object(out, value, part.inner, level + 1, on_field);
      if (out.ends_with("{}")) out.resize(before);
    } else {
      text = skip_value(value);
      out.resize(before);
    }
  }
  out += '}';
  return text + 1;
}

}  // namespace

void append_projected(std::string& out, std::string_view data, std::span<const FieldPath> fields,
                      const OnField& on_field) {
  DROPZONE_EXPECTS(data.starts_with('{'));
  Fields all;
  all.reserve(fields.size());
  for (const FieldPath& field : fields) all.push_back(&field);
  append_object(out, data.data(), all, 0, on_field);
}

}  // namespace dropzone::json
