#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/store/record_repository.h>

#include "db/catalog.h"
#include "db/connection.h"
#include "write/group_commit.h"
#include "write/prepared_write.h"

namespace dropzone::sqlite {

/// What records name in place of carrying it, so that the file must have it before they are
/// written: the tables of their kinds, and texts that many share.
struct Names {
  std::set<std::string> kinds;
  std::set<std::string> texts;

  [[nodiscard]] bool empty() const noexcept { return kinds.empty() && texts.empty(); }
};

/// Fills in what the catalog knows of the writes, which have nothing but a Write at first. Returns
/// what it does not know yet and has room for: once it knows that, too, call this again. A text
/// that it has no room for is kept with its record.
[[nodiscard]] Names fill_in(std::vector<PreparedWrite>& writes, const Catalog& catalog);

/// Fills in the texts and entries of a write whose kind is known. Texts that the catalog does not
/// know are kept with the record.
void complete(PreparedWrite& prepared, const Catalog& catalog);

/// Makes the entries again if the indexes of a kind have changed since fill_in().
void refresh_entries(std::vector<PreparedWrite>& writes, const Catalog& catalog);

/// Brings names into the file, and once they are durable into the catalog.
class NamesJob final : public CommitJob {
 public:
  NamesJob(Connection& connection, Names names, Deadline deadline)
      : connection_(connection), names_(std::move(names)), deadline_(deadline) {}

  Result<void> run() override;
  [[nodiscard]] std::size_t bytes() const noexcept override { return 1; }
  [[nodiscard]] Deadline deadline() const noexcept override { return deadline_; }

  /// Once it was committed.
  void publish(Catalog& catalog);

 private:
  Connection& connection_;
  Names names_;
  Deadline deadline_;
  std::vector<KindTables> kinds_;
  std::map<std::int64_t, std::string> texts_;
};

}  // namespace dropzone::sqlite
