#include <dropzone/json/merge_patch.h>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "member_spans.h"
#include "text.h"

namespace dropzone::json {
namespace {

using Members = std::vector<MemberSpan>;
using Type = MemberSpan::Type;

/// Which member is meant by each name: the last of it.
using Index = std::map<std::string_view, std::size_t>;

Index index_of(const Members& members) {
  Index index;
  for (std::size_t i = 0; i < members.size(); ++i) index[members[i].name] = i;
  return index;
}

/// What becomes of a member: it is kept, dropped, or gets another value.
struct Edit {
  bool drops = false;
  std::optional<std::string> value = std::nullopt;
};

/// The object's text with its members edited and others added. Whatever stands between two commas
/// belongs to the member there; white space before the closing brace belongs to the object.
std::string rewrite(std::string_view text, const Members& members,
                    const std::function<Edit(std::size_t)>& edit_of, const std::string& added) {
  std::string out;
  bool any = false;
  std::size_t begin = text.find('{') + 1;
  out.append(text, 0, begin);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto [value_begin, value_end] = members[i].value;
    const bool is_last = i + 1 == members.size();
    const std::size_t end = is_last ? value_end : text.find(',', value_end);
    const Edit edit = edit_of(i);
    if (!edit.drops) {
      if (std::exchange(any, true)) out += ',';
      out.append(text, begin, value_begin - begin);
      out += edit.value ? *edit.value : cut(text, members[i].value);
      out.append(text, value_end, end - value_end);
    }
    begin = is_last ? end : end + 1;
  }
  if (any && !added.empty()) out += ',';
  out += added;
  out.append(text, begin);
  return out;
}

/// Merges. These recurse as deep as the patch is.
class Merger {
 public:
  /// Adds the members that it looks at to the meter; if that has no room, its results mean
  /// nothing.
  explicit Merger(MemoryMeter& meter) : meter_(meter) {}

  std::string merge(std::string_view original, const Members& members, std::string_view patch,
                    const Members& changes);

 private:
  /// The members of an object that lies within a text that was read already.
  Members members_within(std::string_view text) {
    auto members = members_of(text, kAnyDepth, meter_);
    return members ? *std::move(members) : Members();
  }
  std::string without_nulls(std::string_view patch);

  MemoryMeter& meter_;
};

/// The object of a patch as a new member's value: without its nulls.
std::string Merger::without_nulls(std::string_view patch) {
  const Members members = members_within(patch);
  const Index index = index_of(members);
  const auto edit_of = [&](std::size_t i) -> Edit {
    if (members[index.at(members[i].name)].type == Type::null) return {.drops = true};
    if (members[i].type != Type::object) return {};
    return {.value = without_nulls(cut(patch, members[i].value))};
  };
  return rewrite(patch, members, edit_of, "");
}

std::string Merger::merge(std::string_view original, const Members& members, std::string_view patch,
                          const Members& changes) {
  const Index index = index_of(members);
  const Index change_of = index_of(changes);

  const auto edit_of = [&](std::size_t i) -> Edit {
    const auto found = change_of.find(members[i].name);
    if (found == change_of.end()) return {};
    const MemberSpan& change = changes[found->second];
    if (change.type == Type::null) return {.drops = true};
    if (index.at(members[i].name) != i) return {};
    const std::string_view value = cut(patch, change.value);
    if (change.type != Type::object) return {.value = std::string(value)};
    if (members[i].type != Type::object) return {.value = without_nulls(value)};
    const std::string_view target = cut(original, members[i].value);
    return {.value = merge(target, members_within(target), value, members_within(value))};
  };

  std::string added;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const MemberSpan& change = changes[i];
    if (index.contains(change.name) || change_of.at(change.name) != i) continue;
    if (change.type == Type::null) continue;
    if (!added.empty()) added += ',';
    const std::string_view value = cut(patch, change.value);
    added += cut(patch, change.key);
    added += ':';
    added += change.type == Type::object ? without_nulls(value) : std::string(value);
  }
  return rewrite(original, members, edit_of, added);
}

}  // namespace

Result<std::string> merge_patch(std::string_view original, std::string_view patch,
                                const DecodeLimits& limits) {
  const std::string_view text = without_byte_order_mark(patch);
  if (is_blank(text)) return Error{ErrorCode::empty_body, "There is no patch in the body."};
  MemoryMeter meter(limits.memory);
  const auto changes = members_of(text, limits.max_depth, meter);
  if (!changes) return changes.error();
  const auto members = members_of(original, kAnyDepth, meter);
  if (!members && meter.fault()) return *meter.fault();
  if (!members)
    return Error{ErrorCode::store_corrupt, "The record's original is not a JSON object."};
  // Merging objects within objects takes two more texts at a time.
  if (!meter.add(3 * (original.size() + text.size()))) return *meter.fault();
  std::string merged = Merger(meter).merge(original, *members, text, *changes);
  if (!meter.settle()) return *meter.fault();
  meter.give_back();
  return merged;
}

}  // namespace dropzone::json
