#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <dropzone/mutex.h>
#include <dropzone/value/field_path.h>

namespace dropzone::sqlite {

inline constexpr std::size_t kMaxSharedTexts = 1'000;

/// The index of a field: a table of entries (class, value, id), one for a record's scalar, or one
/// for each different scalar of its array.
struct FieldIndex {
  std::int64_t number = 0;
  FieldPath field;
  std::string table;  ///< "entries_7"
  /// Whether it leads to all records. While it is built, it has those up to some id, and those that
  /// were written since.
  bool complete = true;
};

/// The tables of a kind. Immutable.
struct KindTables {
  std::int64_t number = 0;
  std::string name;
  std::string table;                ///< "records_3"
  std::vector<FieldIndex> indexes;  ///< All that a writer maintains.

  /// Null if the field has none that is complete.
  [[nodiscard]] const FieldIndex* index_of(const FieldPath& field) const noexcept;
};

/// A text that many records share, so that they need only name its number: a pipeline's name, or
/// the pointers to the timestamps of an object.
struct SharedText {
  std::string text;
  std::vector<std::string> pointers;  ///< The text read as a list of pointers.
};

[[nodiscard]] std::string join_pointers(const std::vector<std::string>& pointers);
[[nodiscard]] std::vector<std::string> split_pointers(std::string_view joined);

/// What the file says of its kinds and shared texts, kept in memory. It knows everything that is
/// committed and may be named by a record. Thread-safe; the texts that it shows stay valid while it
/// lives.
class Catalog {
 public:
  /// Null if the file has no tables for the kind. Others may take their place at any time.
  [[nodiscard]] std::shared_ptr<const KindTables> find_kind(std::string_view name) const;
  /// Of all kinds.
  [[nodiscard]] std::vector<std::shared_ptr<const KindTables>> kinds() const;
  [[nodiscard]] std::optional<std::int64_t> find_text(std::string_view text) const;
  /// Whether there is no room for another shared text.
  [[nodiscard]] bool is_full() const;
  /// Null if there is no text of this number.
  [[nodiscard]] const SharedText* text(std::int64_t number) const;

  // Adding what is known already changes nothing.
  void add_kind(KindTables kind);
  void add_text(std::int64_t number, std::string_view text);
  /// Takes the place of what is known of the kind.
  void set_kind(KindTables kind);

 private:
  mutable SharedMutex mutex_;
  std::map<std::string, std::shared_ptr<const KindTables>, std::less<>> kinds_
      DROPZONE_GUARDED_BY(mutex_);
  std::unordered_map<std::int64_t, std::unique_ptr<const SharedText>> texts_
      DROPZONE_GUARDED_BY(mutex_);
  std::map<std::string, std::int64_t, std::less<>> numbers_ DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone::sqlite
