#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/text/ascii.h>

namespace dropzone::http {

/// The header fields of a message, in order, with names looked up whatever their case. All text
/// lives in one buffer, so a request with many fields costs two allocations. A value type: copies
/// are independent. Views that it hands out are valid until it is next changed or moved.
class Headers {
 public:
  struct Field {
    std::string_view name;   ///< As it was spelled.
    std::string_view value;  ///< Without the white space around it; otherwise raw.
  };

  /// Appends a field. Control characters in a value (a tab apart) become spaces, so that no value
  /// can end its line. Precondition: `name` is an RFC 9110 token.
  void add(std::string_view name, std::string_view value);

  /// Appends a field, unless its value has such characters. Precondition: as of add().
  [[nodiscard]] bool add_valid(std::string_view name, std::string_view value);

  /// Replaces all fields of this name by one.
  void set(std::string_view name, std::string_view value);

  /// Removes all fields of this name.
  void remove(std::string_view name);

  /// The value of the first field of this name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

  /// The values of all fields of this name, in order.
  [[nodiscard]] std::vector<std::string_view> find_all(std::string_view name) const;

  [[nodiscard]] bool contains(std::string_view name) const { return find_entry(name) != nullptr; }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] Field operator[](std::size_t index) const { return field(entries_[index]); }
  /// A field as a message has it: "name: value" and the end of the line.
  [[nodiscard]] std::string_view line(std::size_t index) const noexcept;

 private:
  struct Entry {
    std::uint32_t offset;  ///< Of its line.
    std::uint32_t name_length;
    std::uint32_t value_length;
  };

 public:
  class Iterator {
   public:
    Iterator(const Headers* headers, std::size_t index) : headers_(headers), index_(index) {}
    Field operator*() const { return (*headers_)[index_]; }
    Iterator& operator++() { return ++index_, *this; }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const Headers* headers_;
    std::size_t index_;
  };

  [[nodiscard]] Iterator begin() const noexcept { return {this, 0}; }
  [[nodiscard]] Iterator end() const noexcept { return {this, entries_.size()}; }

 private:
  void append(std::string_view name, std::string_view value);
  [[nodiscard]] const Entry* find_entry(std::string_view name) const noexcept;
  [[nodiscard]] Field field(const Entry& entry) const noexcept;

  std::string text_;  ///< Lines.
  std::vector<Entry> entries_;
};

/// Whether a character may stand in the value of a field: no control but the tab (RFC 9110 5.5).
[[nodiscard]] constexpr bool is_field_character(char c) noexcept {
  return c == '\t' || !is_control(c);
}

/// Compares ASCII text without regard to case, as header names and many of their values want.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;

}  // namespace dropzone::http
