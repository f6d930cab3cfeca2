#include "server/line_reader.h"

namespace dropzone::http {

LineReader::Status LineReader::next(std::string_view& input, std::size_t limit,
                                    std::string_view& line) {
  if (delivered_) {
    partial_.clear();
    delivered_ = false;
  }
  const auto line_feed = input.find('\n');
  const auto taken = line_feed == std::string_view::npos ? input.size() : line_feed + 1;
  if (partial_.size() + taken > limit) return Status::too_long;
  if (line_feed == std::string_view::npos) {
    partial_.append(input);
    input = {};
    return Status::need_more;
  }
  line = input.substr(0, taken);
  if (!partial_.empty()) {
    partial_.append(line);
    line = partial_;
    delivered_ = true;
  }
  input.remove_prefix(taken);
  if (!line.ends_with("\r\n")) return Status::bare_line_feed;
  line.remove_suffix(2);
  return Status::line;
}

}  // namespace dropzone::http
