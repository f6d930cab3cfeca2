#include <dropzone/json/record_text.h>

#include <dropzone/expects.h>
#include <dropzone/json/project.h>
#include <dropzone/text/hex.h>
#include <dropzone/value/json_text.h>

namespace dropzone::json {
namespace {

/// The escape of a line separator of Unicode at the front of a text; empty if there is none.
std::string_view escape_of(std::string_view text) noexcept {
  if (text.starts_with("\xc2\x85")) return "\\u0085";
  if (text.starts_with("\xe2\x80\xa8")) return "\\u2028";
  if (text.starts_with("\xe2\x80\xa9")) return "\\u2029";
  return {};
}

// Both without branches, so that the compiler looks at many bytes at a time.

/// Whether all of a text is printable and of ASCII, as most are: as signed numbers, all other
/// bytes but one are below a space.
bool is_printable_ascii(std::string_view text) noexcept {
  unsigned char found = 0;
  for (const char c : text) found |= static_cast<unsigned char>(static_cast<signed char>(c) < ' ');
  return found == 0;
}

/// Whether a text has a byte that make_one_line() may change.
bool may_have_line_break(std::string_view text) noexcept {
  unsigned char found = 0;
  for (const char c : text) {
    found |= static_cast<unsigned char>((c == '\n') | (c == '\r') | (c == '\xc2') | (c == '\xe2'));
  }
  return found != 0;
}

}  // namespace

void make_one_line(std::string& text, std::size_t begin) {
  const auto line = std::string_view(text).substr(begin);
  if (is_printable_ascii(line) || !may_have_line_break(line)) return;
  std::string folded;
  std::size_t copied = begin;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '\n' || text[i] == '\r') text[i] = ' ';
    if (text[i] != '\xc2' && text[i] != '\xe2') continue;
    const auto escape = escape_of(std::string_view(text).substr(i));
    if (escape.empty()) continue;
    folded.append(text, copied, i - copied).append(escape);
    copied = i + (text[i] == '\xc2' ? 2 : 3);
  }
  if (folded.empty()) return;
  folded.append(text, copied);
  text.replace(begin, text.npos, folded);
}

void append_meta(std::string& out, const RecordMeta& meta) {
  out += R"({"createdAt":")";
  append_timestamp(out, meta.created_at);
  out += R"(","updatedAt":")";
  append_timestamp(out, meta.updated_at);
  out += R"(","version":)";
  append_json_string(out, meta.version);
  out += R"(,"pipeline":)";
  append_json_string(out, meta.pipeline);
  if (meta.sha256) {
    out += R"(,"sha256":")";
    append_hex(out, *meta.sha256);
    out += '"';
  }
  if (meta.changed_elsewhere) out += R"(,"changedElsewhere":true)";
  out += '}';
}

void append_record(std::string& out, const RecordView& view, const RecordFormat& show) {
  DROPZONE_EXPECTS(!show.meta || view.meta != nullptr);
  out += R"({"_id":)";
  append_json_string(out, view.id);
  // The data's own brace becomes the comma after the id.
  const std::size_t brace = out.size();
  if (show.fields.empty()) {
    out += view.data;
  } else {
    append_projected(out, view.data, show.fields, show.on_field);
  }
  out.pop_back();
  if (out.size() == brace + 1) {
    out.pop_back();
  } else {
    out[brace] = ',';
  }
  if (show.original == OriginalForm::json) {
    out += R"(,"_original":)";
    out += view.original;
  } else if (show.original == OriginalForm::text) {
    out += R"(,"_original":)";
    append_json_string(out, view.original);
  }
  if (show.meta) {
    out += R"(,"_meta":)";
    append_meta(out, *view.meta);
  }
  out += '}';
}

void append_line(std::string& out, const RecordView& view, const RecordFormat& show) {
  const std::size_t begin = out.size();
  append_record(out, view, show);
  make_one_line(out, begin);
  out += '\n';
}

}  // namespace dropzone::json
