#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include <dropzone/value/field_path.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// Through this, filters, orders and aggregates look up a record's values, however it is kept: a
/// repository need not rebuild an object to compare one field of it. Not thread-safe.
class FieldSource {
 public:
  virtual ~FieldSource() = default;

  /// The value at this path, or null if there is none. Valid until the next call. Objects, and
  /// arrays inside an array, may be shown empty: no filter, order or figure looks into them.
  [[nodiscard]] virtual const Value* find(const FieldPath& field) const = 0;

  /// About what a look-up costs, in the units of Watch.
  [[nodiscard]] virtual std::size_t work_of_find() const noexcept { return 1; }
};

/// Looks up in an object, which must outlive it.
class ObjectFields final : public FieldSource {
 public:
  explicit ObjectFields(const Object& object) : object_(object) {}
  [[nodiscard]] const Value* find(const FieldPath& field) const override;
  [[nodiscard]] std::size_t work_of_find() const noexcept override {
    return 1 + object_.size() / 16;
  }

 private:
  /// The members of an object by name.
  using Members = std::unordered_map<std::string_view, const Value*>;

  [[nodiscard]] const Value* member_of(const Object& object, const std::string& name) const;

  const Object& object_;
  mutable std::size_t looks_ = 0;
  /// Of the large objects in which many members were looked for.
  mutable std::unordered_map<const Object*, Members> known_;
};

/// A record's data with the times of its `_meta`. The data must outlive it.
class DatedFields final : public FieldSource {
 public:
  DatedFields(const FieldSource& data, Timestamp created_at, Timestamp updated_at)
      : data_(data), created_at_(created_at), updated_at_(updated_at) {}
  [[nodiscard]] const Value* find(const FieldPath& field) const override;
  [[nodiscard]] std::size_t work_of_find() const noexcept override { return data_.work_of_find(); }

 private:
  const FieldSource& data_;
  const Value created_at_;
  const Value updated_at_;
};

}  // namespace dropzone
