#include "member_spans.h"

#include <algorithm>
#include <utility>

namespace dropzone::json {
namespace {

/// A reader's handler that notes the members of the outermost object.
class MemberCollector {
 public:
  using Type = MemberSpan::Type;

  [[nodiscard]] std::vector<MemberSpan>& members() noexcept { return members_; }
  [[nodiscard]] bool is_object() const noexcept { return is_object_; }
  [[nodiscard]] std::size_t depth() const noexcept { return depth_; }

  void restart() {
    members_.clear();
    nesting_ = 0;
  }
  bool null(Span span) { return note(Type::null, span); }
  bool boolean(bool, Span span) { return note(Type::other, span); }
  bool number(Span span) { return note(Type::other, span); }
  bool string(std::string_view, Span span) { return note(Type::other, span); }
  bool key(std::string_view name, Span span) {
    if (at_member()) members_.push_back({std::string(name), span, {}});
    return true;
  }
  bool start_object(std::size_t begin) {
    if (nesting_ == 0) is_object_ = true;
    return open(begin);
  }
  bool start_array(std::size_t begin) { return open(begin); }
  bool end_object(std::size_t end) { return close(Type::object, end); }
  bool end_array(std::size_t end) { return close(Type::array, end); }

 private:
  [[nodiscard]] bool at_member() const noexcept { return nesting_ == 1 && is_object_; }

  bool note(Type type, Span span) {
    if (!at_member()) return true;
    members_.back().value = span;
    members_.back().type = type;
    return true;
  }
  bool open(std::size_t begin) {
    if (nesting_ == 1) value_begin_ = begin;
    depth_ = std::max(depth_, ++nesting_);
    return true;
  }
  bool close(Type type, std::size_t end) {
    --nesting_;
    return note(type, {value_begin_, end});
  }

  std::vector<MemberSpan> members_;
  bool is_object_ = false;
  std::size_t nesting_ = 0;
  std::size_t depth_ = 0;
  std::size_t value_begin_ = 0;
};

}  // namespace

Result<std::vector<MemberSpan>> members_of(std::string_view text, std::size_t max_depth) {
  MemberCollector collector;
  Reader reader;
  if (const auto fault = reader.read(text, collector)) {
    return make_error(*fault, place_of(text, fault->offset));
  }
  if (!collector.is_object()) {
    return Error{ErrorCode::invalid_request, "A JSON object was expected here."};
  }
  if (collector.depth() > max_depth) {
    return Error{ErrorCode::too_deep, "Objects and arrays are nested more than " +
                                          std::to_string(max_depth) + " levels deep."};
  }
  return std::move(collector.members());
}

}  // namespace dropzone::json
