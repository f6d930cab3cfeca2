#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <dropzone/value/timestamp.h>

namespace dropzone {

class Value;
struct Member;

using Array = std::vector<Value>;

/// The members of a JSON object in the order in which they first appeared. Names are unique.
/// Look-up is linear: records have few members, and those that have many are built once and
/// written once.
///
/// Example:
///
///     Object person{{"name", "Ada"}, {"languages", Array{"English", "French"}}};
///     person.set("born", 1815);
///     if (const Value* const born = person.find("born")) {
///       const std::int64_t* const year = born->as_integer();  // Null if it is something else.
///     }
class Object {
 public:
  Object() noexcept;
  Object(std::initializer_list<Member> members);
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();

  [[nodiscard]] const Value* find(std::string_view name) const noexcept;
  [[nodiscard]] Value* find(std::string_view name) noexcept;

  /// Replaces the member of this name in its place, or appends it.
  void set(std::string_view name, Value value);
  /// Appends a member whose name the caller knows to be new.
  void append(std::string name, Value value);
  /// Removes and returns the member of this name, if there is one.
  std::optional<Value> take(std::string_view name);

  [[nodiscard]] std::vector<Member>& members() noexcept { return members_; }
  [[nodiscard]] const std::vector<Member>& members() const noexcept { return members_; }
  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept;

  friend bool operator==(const Object&, const Object&);

 private:
  std::vector<Member> members_;
};

/// The classes of values in the order in which a sort puts them, after which come those that have
/// no order. Values compare only within a class.
enum class ValueClass : std::uint8_t {
  null,
  timestamp,
  boolean,
  string,
  number,
  array,
  object,
};

[[nodiscard]] std::string_view class_name(ValueClass value_class) noexcept;

/// A JSON value, or a timestamp, which JSON lacks. A number is stored as an integer if it is one
/// from -2^63 to 2^64-1, else a finite double that is not: 3.0 is 3 and -0.0 is 0, so equal numbers
/// are equal bits. Integers from 2^63 on are unsigned, all others signed.
class Value {
 public:
  struct Null {
    friend bool operator==(Null, Null) = default;
  };
  using Storage = std::variant<Null, bool, std::int64_t, std::uint64_t, double, std::string,
                               Timestamp, Array, Object>;

  Value() = default;
  Value(Null) {}
  Value(bool boolean) : storage_(boolean) {}
  Value(std::int64_t integer) : storage_(integer) {}
  Value(int integer) : storage_(std::int64_t{integer}) {}
  Value(std::uint64_t integer);
  Value(std::string string) : storage_(std::move(string)) {}
  Value(std::string_view string) : storage_(std::string(string)) {}
  Value(const char* string) : storage_(std::string(string)) {}
  Value(Timestamp timestamp) : storage_(timestamp) {}
  Value(Array array) : storage_(std::move(array)) {}
  Value(Object object) : storage_(std::move(object)) {}
  /// In its one form: as an integer if it is one of 64 bits. Precondition: finite.
  Value(double number);

  [[nodiscard]] ValueClass value_class() const noexcept;
  [[nodiscard]] bool is_scalar() const noexcept { return value_class() < ValueClass::array; }

  // Null if the value is of another type.
  [[nodiscard]] const bool* as_boolean() const noexcept { return std::get_if<bool>(&storage_); }
  [[nodiscard]] const std::int64_t* as_integer() const noexcept {
    return std::get_if<std::int64_t>(&storage_);
  }
  /// An integer of at least 2^63; smaller ones are as_integer().
  [[nodiscard]] const std::uint64_t* as_unsigned() const noexcept {
    return std::get_if<std::uint64_t>(&storage_);
  }
  [[nodiscard]] const double* as_double() const noexcept { return std::get_if<double>(&storage_); }
  [[nodiscard]] const std::string* as_string() const noexcept {
    return std::get_if<std::string>(&storage_);
  }
  [[nodiscard]] const Timestamp* as_timestamp() const noexcept {
    return std::get_if<Timestamp>(&storage_);
  }
  [[nodiscard]] const Array* as_array() const noexcept { return std::get_if<Array>(&storage_); }
  [[nodiscard]] Array* as_array() noexcept { return std::get_if<Array>(&storage_); }
  [[nodiscard]] const Object* as_object() const noexcept { return std::get_if<Object>(&storage_); }
  [[nodiscard]] Object* as_object() noexcept { return std::get_if<Object>(&storage_); }

  [[nodiscard]] const Storage& storage() const noexcept { return storage_; }

  /// Same class and same content; members of objects in the same order.
  friend bool operator==(const Value&, const Value&) = default;

 private:
  Storage storage_;
};

struct Member {
  std::string name;
  Value value;

  friend bool operator==(const Member&, const Member&) = default;
};

// An object holds members and a member holds a value that may be an object: code that needs a whole
// Member comes after it.
inline Object::Object() noexcept = default;
inline Object::Object(const Object&) = default;
inline Object::Object(Object&&) noexcept = default;
inline Object& Object::operator=(const Object&) = default;
inline Object& Object::operator=(Object&&) noexcept = default;
inline Object::~Object() = default;
inline bool Object::empty() const noexcept { return members_.empty(); }
inline std::size_t Object::size() const noexcept { return members_.size(); }

/// The order of scalars: null < timestamps < booleans < strings < numbers, and within a class by
/// value; strings by their UTF-8 bytes; integers and doubles exactly, without rounding any.
/// Precondition: both are scalars.
[[nodiscard]] std::strong_ordering compare_scalars(const Value& left, const Value& right) noexcept;

/// The value's string; empty if it is of another type, or null.
[[nodiscard]] std::string_view text_of(const Value* value) noexcept;

/// The double nearest to a number. Precondition: a number.
[[nodiscard]] double to_double(const Value& number) noexcept;

}  // namespace dropzone
