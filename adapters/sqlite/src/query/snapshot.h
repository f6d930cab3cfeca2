#pragma once

#include <memory>
#include <string>

#include <dropzone/call/call_options.h>
#include <dropzone/result.h>

#include "db/catalog.h"
#include "db/connection.h"

namespace dropzone::sqlite {

/// A state of the file, and the kind's tables as they are in it.
class Snapshot {
 public:
  /// Without tables if the file has none for the kind. The connection must outlive it.
  static Result<Snapshot> of(Connection& connection, const Catalog& catalog,
                             const std::string& kind);

  /// Null if the file has none.
  [[nodiscard]] const KindTables* kind() const noexcept { return kind_.get(); }

 private:
  Snapshot(std::shared_ptr<const KindTables> kind, Transaction transaction)
      : kind_(std::move(kind)), transaction_(std::move(transaction)) {}

  std::shared_ptr<const KindTables> kind_;
  Transaction transaction_;
};

}  // namespace dropzone::sqlite
