#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <dropzone/result.h>

#include "catalog.h"
#include "connection.h"
#include "key_range.h"
#include "record_row.h"

namespace dropzone::sqlite {

/// A way to records: ranges of a field's index, or of ids where there is no index. Ranges of ids
/// are those of the strings that the ids are.
struct Access {
  const FieldIndex* index = nullptr;
  KeyRanges ranges;
};

/// "SELECT class, value, id FROM entries_7 WHERE … ORDER BY …": the entries between two cuts.
[[nodiscard]] std::string select_entries(const FieldIndex& index, bool scalars_alone,
                                         bool descending);

/// Walks the records that an access leads to, in the order of its index and in either direction. A
/// record with an array comes once for each element in the ranges.
class Candidates {
 public:
  struct Options {
    Columns columns = Columns::id;  ///< Of the record's row, where it is read.
    bool descending = false;
    bool scalars_alone = false;  ///< Leave out the entries of arrays.
  };

  /// All must outlive it.
  Candidates(Connection& connection, const KindTables& kind, const Access& access, Options options)
      : connection_(connection), kind_(kind), access_(access), options_(options) {}

  /// Goes on to the next one; false at the end.
  Result<bool> next();

  /// Of the one at hand.
  [[nodiscard]] std::string_view id() const { return current_->bytes(access_.index ? 2 : 0); }
  /// The entry's scalar. Precondition: by an index.
  [[nodiscard]] Value scalar() const;
  /// The record's row.
  Result<const Cursor*> row();

 private:
  Result<bool> open_next_range();
  void bind_range(const KeyRange& range);

  Connection& connection_;
  const KindTables& kind_;
  const Access& access_;
  Options options_;
  std::size_t opened_ranges_ = 0;
  bool in_range_ = false;
  std::optional<Cursor> current_;
  std::optional<Cursor> row_;
  std::string low_id_;
  std::string high_id_;
};

/// How many entries an access has, counted no further than `at_most`.
Result<std::int64_t> count_entries(Connection& connection, const KindTables& kind,
                                   const Access& access, std::int64_t at_most);

}  // namespace dropzone::sqlite
