#include <dropzone/value/value.h>

#include <cmath>
#include <compare>

#include <dropzone/expects.h>

namespace dropzone {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

template <typename T>
std::strong_ordering order(const T& left, const T& right) noexcept {
  if (left < right) return std::strong_ordering::less;
  if (right < left) return std::strong_ordering::greater;
  return std::strong_ordering::equal;
}

// A double that is a 64-bit integer is never stored as a double, so the two are never equal.
std::strong_ordering compare(std::int64_t integer, double number) noexcept {
  if (number >= kTwoTo63) return std::strong_ordering::less;
  if (number < -kTwoTo63) return std::strong_ordering::greater;
  const double floor = std::floor(number);
  return integer <= static_cast<std::int64_t>(floor) ? std::strong_ordering::less
                                                     : std::strong_ordering::greater;
}

// For a comparison with what is not an unsigned integer: no double lies between 2^63 and 2^64.
double as_other(const Value& number) noexcept {
  return number.as_unsigned() ? kTwoTo63 : *number.as_double();
}

std::strong_ordering compare_numbers(const Value& left, const Value& right) noexcept {
  const auto* left_integer = left.as_integer();
  const auto* right_integer = right.as_integer();
  if (left_integer && right_integer) return order(*left_integer, *right_integer);
  if (left_integer) return compare(*left_integer, as_other(right));
  if (right_integer) return 0 <=> compare(*right_integer, as_other(left));
  if (left.as_unsigned() && right.as_unsigned()) {
    return order(*left.as_unsigned(), *right.as_unsigned());
  }
  return order(as_other(left), as_other(right));
}

Value::Storage normalized(std::uint64_t integer) {
  constexpr std::uint64_t kFirstUnsigned = std::uint64_t{1} << 63;
  if (integer < kFirstUnsigned) return static_cast<std::int64_t>(integer);
  return integer;
}

Value::Storage normalized(double number) {
  if (number < -kTwoTo63 || number >= 2 * kTwoTo63 || std::trunc(number) != number) return number;
  if (number < kTwoTo63) return static_cast<std::int64_t>(number);
  return static_cast<std::uint64_t>(number);
}

}  // namespace

Object::Object(std::initializer_list<Member> members) {
  members_.reserve(members.size());
  for (const Member& member : members) set(member.name, member.value);
}

const Value* Object::find(std::string_view name) const noexcept {
  for (const Member& member : members_) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

Value* Object::find(std::string_view name) noexcept {
  return const_cast<Value*>(std::as_const(*this).find(name));
}

void Object::set(std::string_view name, Value value) {
  if (Value* existing = find(name)) {
    *existing = std::move(value);
  } else {
    append(std::string(name), std::move(value));
  }
}

void Object::append(std::string name, Value value) {
  members_.push_back({std::move(name), std::move(value)});
}

std::optional<Value> Object::take(std::string_view name) {
  for (auto member = members_.begin(); member != members_.end(); ++member) {
    if (member->name != name) continue;
    std::optional<Value> taken(std::move(member->value));
    members_.erase(member);
    return taken;
  }
  return std::nullopt;
}

bool operator==(const Object& left, const Object& right) { return left.members_ == right.members_; }

std::string_view class_name(ValueClass value_class) noexcept {
  switch (value_class) {
    case ValueClass::null: return "null";
    case ValueClass::timestamp: return "timestamp";
    case ValueClass::boolean: return "boolean";
    case ValueClass::string: return "string";
    case ValueClass::number: return "number";
    case ValueClass::array: return "array";
    case ValueClass::object: return "object";
  }
  return "";
}

Value::Value(std::uint64_t integer) : storage_(normalized(integer)) {}

Value::Value(double number) : storage_(normalized(number)) {
  DROPZONE_EXPECTS(std::isfinite(number));
}

ValueClass Value::value_class() const noexcept {
  constexpr ValueClass kClasses[] = {
      ValueClass::null,      ValueClass::boolean, ValueClass::number,
      ValueClass::number,    ValueClass::number,  ValueClass::string,
      ValueClass::timestamp, ValueClass::array,   ValueClass::object,
  };
  static_assert(std::size(kClasses) == std::variant_size_v<Storage>);
  return kClasses[storage_.index()];
}

std::strong_ordering compare_scalars(const Value& left, const Value& right) noexcept {
  DROPZONE_EXPECTS(left.is_scalar() && right.is_scalar());
  const ValueClass value_class = left.value_class();
  if (value_class != right.value_class()) return value_class <=> right.value_class();
  switch (value_class) {
    case ValueClass::timestamp: return *left.as_timestamp() <=> *right.as_timestamp();
    case ValueClass::boolean: return order(*left.as_boolean(), *right.as_boolean());
    // char_traits<char> compares as unsigned char, so by UTF-8 bytes.
    case ValueClass::string: return left.as_string()->compare(*right.as_string()) <=> 0;
    case ValueClass::number: return compare_numbers(left, right);
    default: return std::strong_ordering::equal;
  }
}

double to_double(const Value& number) noexcept {
  DROPZONE_EXPECTS(number.value_class() == ValueClass::number);
  if (const auto* integer = number.as_integer()) return static_cast<double>(*integer);
  if (const auto* integer = number.as_unsigned()) return static_cast<double>(*integer);
  return *number.as_double();
}

std::string_view text_of(const Value* value) noexcept {
  const std::string* const text = value != nullptr ? value->as_string() : nullptr;
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

}  // namespace dropzone
