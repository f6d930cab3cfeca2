#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

#include "db/catalog.h"
#include "db/connection.h"
#include "query/stored_document.h"

namespace dropzone::sqlite {

/// How much of a record's row a statement reads. Each begins with the columns of the one before;
/// `dated` has the times of `_meta` in addition to the document.
enum class Columns : std::uint8_t { id, document, dated, everything };

[[nodiscard]] std::string_view names_of(Columns columns) noexcept;
[[nodiscard]] int count_of(Columns columns) noexcept;
/// The columns that a projection needs, and those with which records are compared; `id` if they
/// are not.
[[nodiscard]] Columns columns_for(Projection projection, Columns compared);
/// "SELECT … FROM records_3 WHERE id = ?1".
[[nodiscard]] std::string select_record(const KindTables& kind, Columns columns);
/// "SELECT … FROM records_3 WHERE id >= ?1 ORDER BY id".
[[nodiscard]] std::string select_records(const KindTables& kind, Columns columns,
                                         std::string_view condition, bool descending);
/// The same, with the columns of each record's original after those.
[[nodiscard]] std::string select_records_with_originals(const KindTables& kind, Columns columns,
                                                        std::string_view condition,
                                                        bool descending);

/// Executes a select_record() for an id that an index names; `store_corrupt` if there is no record.
Result<void> seek_record(Statement& statement, std::string_view id);

/// `store_corrupt` if a row that was joined to an index is missing. Precondition: the columns have
/// the document.
Result<void> check_row(const Statement& joined);

/// `store_corrupt` if a look-up in the document met what the store cannot have written.
Result<void> check(const StoredDocument& document);

/// Reads the record at a statement's row: from the row, and from the row of its original if the
/// data or more than the data is there. What it shows is valid until the next at() or step.
class RecordRow {
 public:
  /// If documents are `dated`, document() finds the times of `_meta`, too.
  RecordRow(Connection& connection, const Catalog& catalog, Columns documents = Columns::document)
      : connection_(connection), catalog_(catalog), documents_(documents) {}

  /// Goes on to the row at which the statement is.
  void at(const Statement& row);
  /// The same in select_records_with_originals(); `store_corrupt` if the original is missing.
  Result<void> at_joined(const Statement& row, Columns columns);

  [[nodiscard]] std::string_view id() const { return id_; }
  /// Of its original's row. Precondition: the columns have the document.
  [[nodiscard]] std::int64_t number() const;
  // Precondition of both: all columns.
  [[nodiscard]] std::string_view version() const;
  [[nodiscard]] Timestamp created_at() const;
  /// Valid until the next at(). Precondition: the columns have the document, and the times if it
  /// is dated.
  Result<const StoredDocument*> document();
  /// The data if it is small, so that it is in the row itself. Precondition: the columns have the
  /// document.
  [[nodiscard]] std::optional<std::string_view> data_in_row() const;
  /// Precondition: the columns are those for the projection.
  Result<RecordView> view(Projection projection);

 private:
  Result<std::string_view> data();
  /// Precondition: load_original().
  [[nodiscard]] std::string_view of_original(int column) const;
  Result<std::span<const std::string>> timestamps();
  Result<void> load_original();
  Result<void> load_meta();

  Connection& connection_;
  const Catalog& catalog_;
  const Columns documents_;
  const Statement* row_ = nullptr;
  // What was read of the row.
  std::string_view id_;
  std::optional<std::string_view> data_;
  std::optional<StoredDocument> document_;
  std::optional<Statement> original_;        ///< Looks for the original, if it is not joined.
  const Statement* original_row_ = nullptr;  ///< Null until it is loaded.
  int original_column_ = 0;                  ///< The first one of the original.
  RecordMeta meta_;
  // The texts last looked up; nearly always the next row's, too.
  std::int64_t pointers_number_ = 0;
  const SharedText* pointers_ = nullptr;
  std::vector<std::string> own_pointers_;
};

}  // namespace dropzone::sqlite
