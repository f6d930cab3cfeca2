#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

#include "db/catalog.h"
#include "db/connection.h"
#include "query/record_row.h"
#include "write/group_commit.h"
#include "write/index_writer.h"
#include "write/prepared_write.h"

namespace dropzone::sqlite {

/// Writes records, their originals and their indexes. For one thread at a time, and only between
/// begin() and commit() or roll_back().
class RecordWriter final : public CommitTarget {
 public:
  /// Both must outlive it.
  RecordWriter(Connection& connection, const Catalog& catalog)
      : connection_(connection), catalog_(catalog), indexes_(connection) {}

  Result<void> begin() override;
  Result<void> commit() override;
  void roll_back() noexcept override;

  /// A refusal is in the outcome. An error means that the transaction cannot go on.
  Result<WriteOutcome> write(const PreparedWrite& prepared);
  Result<EraseStatus> erase(const KindTables& kind, const Erase& erase);
  [[nodiscard]] IndexWriter& indexes() noexcept { return indexes_; }

  // A part of the transaction that can be undone alone. It may have parts of its own.
  Result<void> begin_part();
  Result<void> end_part();
  Result<void> undo_part();

  [[nodiscard]] Connection& connection() const noexcept { return connection_; }
  [[nodiscard]] const Catalog& catalog() const noexcept { return catalog_; }

 private:
  struct Statements {
    std::string insert;
    std::string select;
    std::string update;
    std::string erase;
  };

  Result<WriteOutcome> insert(const PreparedWrite& prepared);
  Result<WriteOutcome> replace(const PreparedWrite& prepared, RecordRow& old);
  Result<void> erase(const KindTables& kind, RecordRow& old);
  /// A statement at the record's row; nothing if there is no such record.
  Result<std::optional<Statement>> find(const KindTables& kind, std::string_view id);
  Result<std::vector<IndexEntries>> entries_of_record(const KindTables& kind, RecordRow& record);
  const Statements& statements_for(const KindTables& kind);

  Connection& connection_;
  const Catalog& catalog_;
  IndexWriter indexes_;
  std::map<std::int64_t, Statements> statements_;
  std::int64_t next_row_ = 0;                   ///< 0 if it has to be looked up.
  std::map<std::int64_t, std::int64_t> added_;  ///< Records by kind in this transaction.
  std::vector<std::map<std::int64_t, std::int64_t>> added_before_part_;
};

}  // namespace dropzone::sqlite
