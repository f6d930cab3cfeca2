#include "value_builder.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <type_traits>
#include <utility>

#include <dropzone/expects.h>
#include <dropzone/value/json_pointer.h>

#include "number.h"
#include "text.h"

namespace dropzone::json {
namespace {

// Beyond so many members, comparing each with each costs more than sorting them.
constexpr std::size_t kFewMembers = 16;

// A longer number is shown by its beginning.
constexpr std::size_t kShownDigits = 40;

// Nobody follows a longer one, and it would be stored with every reject.
constexpr std::size_t kMaxPointerBytes = 1'500;

// So large an array or object that has the stack for itself takes it along: that saves a copy.
constexpr std::size_t kManyItems = 64;

// Each growth moves all items. Small bodies have few, and an array of more often has a hundred.
constexpr std::size_t kFirstItems = 16;
constexpr std::size_t kManyElements = 128;

// A larger stack is not kept for the next value.
constexpr std::size_t kKeptItems = 64 * 1'024;

bool names_differ(const Member* begin, const Member* end) {
  for (const Member* one = begin; one != end; ++one) {
    for (const Member* other = begin; other != one; ++other) {
      if (one->name == other->name) return false;
    }
  }
  return true;
}

std::string bounded(std::string pointer) {
  return pointer.size() <= kMaxPointerBytes ? std::move(pointer) : std::string();
}

Error out_of_range(std::string_view number, std::string pointer) {
  std::string shown(number.substr(0, kShownDigits));
  if (shown.size() < number.size()) shown += "…";
  return {ErrorCode::number_out_of_range,
          "The number " + shown + " is beyond the range of a double, which is about 1.8e308.",
          std::move(pointer)};
}

}  // namespace

bool ValueBuilder::count(std::size_t bytes) {
  if (++values_ > max_values_) {
    refuse({ErrorCode::too_many_values,
            "There are more than " + std::to_string(max_values_) + " values.",
            pointer(levels_.size())});
    return false;
  }
  const bool is_element = !levels_.empty() && !levels_.back().is_object;
  if (is_element && elements_.size() == elements_.capacity()) grow(elements_, known_elements_);
  return !fault_ && add(bytes + (is_element ? sizeof(Value) : 0));
}

template <typename Item>
void ValueBuilder::grow(std::vector<Item>& stack, std::size_t& known) {
  std::size_t capacity = std::max(kFirstItems, 2 * stack.capacity());
  if (std::is_same_v<Item, Value> && capacity > kFirstItems) {
    capacity = std::max(capacity, kManyElements);
  }
  if (capacity > known) {
    if (!add((capacity - known) * sizeof(Item))) return;
    known = capacity;
  }
  stack.reserve(capacity);
}

void ValueBuilder::grow_members() { grow(members_, known_members_); }

template <typename Item>
std::vector<Item> ValueBuilder::take_from(std::vector<Item>& stack, std::size_t first) {
  if (first == 0 && stack.size() >= kManyItems &&
      add((stack.capacity() - stack.size()) * sizeof(Item))) {
    return std::exchange(stack, {});
  }
  const auto begin = stack.begin() + static_cast<std::ptrdiff_t>(first);
  std::vector<Item> items(std::make_move_iterator(begin), std::make_move_iterator(stack.end()));
  stack.erase(begin, stack.end());
  return items;
}

void ValueBuilder::string(std::string_view text) {
  if (fault_ || !count(heap_bytes(text.size()))) return;
  if (text.size() > longest_string_) {
    if (!add(text.size() - longest_string_)) return;
    longest_string_ = text.size();
  }
  put(text);
}

void ValueBuilder::number(std::string_view text) {
  if (fault_ || !count(0)) return;
  const Number number = parse_number(text);
  switch (number.type) {
    case Number::Type::integer: return put(number.integer);
    case Number::Type::unsigned_integer: return put(number.unsigned_integer);
    case Number::Type::real: return put(number.real);
    case Number::Type::rounded:
      note_rounded();
      if (!fault_) put(number.real);
      return;
    case Number::Type::out_of_range: return refuse(out_of_range(text, pointer(levels_.size())));
  }
}

void ValueBuilder::note_rounded() {
  if (++rounded_.count > RoundedIntegers::kMaxPointers) return;
  std::string place = pointer(levels_.size());
  if (add(place.capacity() + sizeof(std::string))) rounded_.pointers.push_back(std::move(place));
}

void ValueBuilder::open(bool is_object) {
  if (fault_) return;
  if (levels_.size() == max_depth_) {
    return refuse(
        {ErrorCode::too_deep,
         "Objects and arrays are nested more than " + std::to_string(max_depth_) + " levels deep.",
         pointer(levels_.size())});
  }
  if (!count(0)) return;
  levels_.push_back({is_object, is_object ? members_.size() : elements_.size()});
}

void ValueBuilder::end_array() {
  if (fault_) return;
  const std::size_t first = levels_.back().first;
  levels_.pop_back();
  Array array = take_from(elements_, first);
  if (!fault_) put(std::move(array));
}

void ValueBuilder::end_object() {
  if (fault_) return;
  const std::size_t first = levels_.back().first;
  check_duplicates(first);
  if (fault_) return;
  levels_.pop_back();
  Object object;
  object.members() = take_from(members_, first);
  if (!fault_) put(std::move(object));
}

void ValueBuilder::check_duplicates(std::size_t first) {
  const std::size_t count = members_.size() - first;
  if (count <= kFewMembers &&
      names_differ(members_.data() + first, members_.data() + first + count)) {
    return;
  }
  resolve_duplicates(first);
}

void ValueBuilder::resolve_duplicates(std::size_t first) {
  std::vector<std::size_t> order(members_.size() - first);
  std::iota(order.begin(), order.end(), first);
  std::sort(order.begin(), order.end(), [this](std::size_t left, std::size_t right) {
    const int names = members_[left].name.compare(members_[right].name);
    return names != 0 ? names < 0 : left < right;
  });
  const auto same_name = [this](std::size_t left, std::size_t right) {
    return members_[left].name == members_[right].name;
  };
  std::vector<bool> is_repeated(order.size());
  for (auto one = std::adjacent_find(order.begin(), order.end(), same_name); one != order.end();) {
    if (auto error = check_duplicate(members_[*one].name)) return refuse(*std::move(error));
    auto last = one;
    while (last + 1 != order.end() && same_name(*one, *(last + 1)))
      is_repeated[*++last - first] = true;
    members_[*one].value = std::move(members_[*last].value);
    one = std::adjacent_find(last + 1, order.end(), same_name);
  }
  auto kept = members_.begin() + static_cast<std::ptrdiff_t>(first);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (is_repeated[i]) continue;
    Member& member = members_[first + i];
    if (&*kept != &member) *kept = std::move(member);
    ++kept;
  }
  members_.erase(kept, members_.end());
}

std::optional<Error> ValueBuilder::check_duplicate(const std::string& name) const {
  std::string detail = "The member " + in_quotes(name) + " is there more than once.";
  if (duplicates_ == Duplicates::refused) {
    return Error{ErrorCode::invalid_request, std::move(detail),
                 bounded(pointer_to(pointer(levels_.size() - 1), name))};
  }
  if (levels_.size() == 1 && name == "_id") {
    return Error{ErrorCode::invalid_id, std::move(detail), "/_id"};
  }
  return std::nullopt;
}

std::string ValueBuilder::pointer(std::size_t depth) const {
  std::vector<std::string> tokens;
  std::size_t members = members_.size();
  std::size_t elements = elements_.size();
  for (std::size_t i = levels_.size(); i-- > 0;) {
    const Level& level = levels_[i];
    tokens.push_back(level.is_object ? members_[members - 1].name
                                     : std::to_string(elements - level.first));
    (level.is_object ? members : elements) = level.first;
  }
  std::string result;
  for (std::size_t i = 0; i < depth; ++i) append_pointer(result, tokens[tokens.size() - 1 - i]);
  return bounded(std::move(result));
}

void ValueBuilder::refuse(Error error) {
  if (fault_) return;
  clear();
  fault_ = std::move(error);
}

Result<Value> ValueBuilder::finish() {
  DROPZONE_EXPECTS(fault_ || root_);
  values_ = 0;
  if (elements_.capacity() > kKeptItems) elements_ = {};
  if (members_.capacity() > kKeptItems) members_ = {};
  if (fault_) {
    Error error = *std::move(fault_);
    fault_.reset();
    return error;
  }
  return *std::move(root_);
}

void ValueBuilder::clear() noexcept {
  fault_.reset();
  rounded_ = {};
  values_ = 0;
  levels_.clear();
  elements_.clear();
  members_.clear();
}

}  // namespace dropzone::json
