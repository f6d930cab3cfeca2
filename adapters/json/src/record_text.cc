#include <dropzone/json/record_text.h>

#include <dropzone/json/project.h>
#include <dropzone/value/json_text.h>

namespace dropzone::json {
namespace {

void append_hex(std::string& out, const Sha256& digest) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (const std::uint8_t byte : digest) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0xf];
  }
}

}  // namespace

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
  out += '}';
}

void append_record(std::string& out, const RecordView& view, const Show& show) {
  out += R"({"_id":)";
  append_json_string(out, view.id);
  // The data's own brace becomes the comma after the id.
  const std::size_t brace = out.size();
  if (show.fields.empty()) {
    out += view.data;
  } else {
    append_projected(out, view.data, show.fields);
  }
  out.pop_back();
  if (out.size() == brace + 1) {
    out.pop_back();
  } else {
    out[brace] = ',';
  }
  if (show.original) {
    out += R"(,"_original":)";
    out += view.original;
  }
  if (show.meta) {
    out += R"(,"_meta":)";
    append_meta(out, *view.meta);
  }
  out += '}';
}

}  // namespace dropzone::json
