#include "member_spans.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace dropzone::json {
namespace {

/// A reader's handler that notes the members of the outermost object which are wanted.
class MemberCollector {
 public:
  using Type = MemberSpan::Type;
  using Wants = std::function<bool(std::string_view name, const std::vector<MemberSpan>& found)>;

  explicit MemberCollector(Wants wants) : wants_(std::move(wants)) {}

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
    if (!at_member()) return true;
    is_wanted_ = wants_(name, members_);
    if (is_wanted_) members_.push_back({std::string(name), span, {}});
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
    if (!at_member() || !is_wanted_) return true;
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

  Wants wants_;
  std::vector<MemberSpan> members_;
  bool is_wanted_ = false;
  bool is_object_ = false;
  std::size_t nesting_ = 0;
  std::size_t depth_ = 0;
  std::size_t value_begin_ = 0;
};

Result<std::vector<MemberSpan>> collect(std::string_view text, std::size_t max_depth,
                                        MemberCollector::Wants wants) {
  MemberCollector collector(std::move(wants));
  Reader reader;
  if (const auto fault = reader.read(text, collector)) {
    return make_error(*fault, text_position(text, fault->offset));
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

}  // namespace

Result<std::vector<MemberSpan>> members_of(std::string_view text, std::size_t max_depth,
                                           MemoryMeter& meter) {
  auto members = collect(text, max_depth, [&](std::string_view name, const auto&) {
    return meter.add(kSpanBytes + name.size());
  });
  if (members && meter.fault()) return *meter.fault();
  return members;
}

Result<std::vector<MemberSpan>> members_named(std::string_view text,
                                              std::span<const std::string_view> names) {
  const auto is_named = [&](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
  return collect(text, kAnyDepth, [&](std::string_view name, const auto& found) {
    if (is_named(name)) return std::ranges::count(found, name, &MemberSpan::name) < 2;
    return std::ranges::all_of(found, is_named, &MemberSpan::name);
  });
}

}  // namespace dropzone::json
