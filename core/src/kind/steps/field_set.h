#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include <dropzone/value/field_path.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// A list of fields of which many are looked up in one object at once: in a time that grows with
/// the object's members, and not with their product with the fields. No field is there twice.
/// Immutable.
class FieldSet {
 public:
  explicit FieldSet(std::vector<FieldPath> fields);

  /// In the order in which they were given.
  [[nodiscard]] const std::vector<FieldPath>& fields() const noexcept { return fields_; }

  /// What is at each field, in their order; null if nothing is.
  [[nodiscard]] std::vector<Value*> find_in(Object& object) const;
  [[nodiscard]] std::vector<const Value*> find_in(const Object& object) const;

  /// Removes all of the fields. The objects that they are in stay.
  void remove_from(Object& object) const;

 private:
  /// Fields that begin with the same parts: a range of by_part_.
  struct Range {
    std::size_t begin;
    std::size_t end;
  };

  void find(Object& object, Range range, std::size_t level, std::vector<Value*>& found) const;
  void remove(Object& object, Range range, std::size_t level) const;
  /// Those of a range that have this part at a level.
  [[nodiscard]] Range narrowed(Range range, std::size_t level, const std::string& part) const;
  [[nodiscard]] const std::vector<std::string>& parts_of(std::size_t place) const {
    return fields_[by_part_[place]].parts();
  }
  /// Whether the first field of a range ends at this level; the others are inside it then.
  [[nodiscard]] bool ends_at(Range range, std::size_t level) const {
    return parts_of(range.begin).size() == level + 1;
  }
  [[nodiscard]] bool is_small() const noexcept;

  std::vector<FieldPath> fields_;
  std::vector<std::size_t> by_part_;  ///< Places in fields_, ordered by parts.
};

}  // namespace dropzone
