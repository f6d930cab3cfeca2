#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include <dropzone/store/record_repository.h>

namespace dropzone::differential {

struct Plan {
  std::uint64_t seed = 0;
  std::string kind;            ///< Of contract_kinds(): with or without indexes.
  std::size_t records = 300;   ///< Written first.
  std::size_t requests = 500;  ///< Drawn then: queries, aggregates, look-ups, writes, deletes.
};

struct Outcome {
  std::size_t queries = 0;                     ///< Queries and aggregates that were drawn.
  std::map<std::string, std::size_t> refused;  ///< Of them, by error code.
  /// What the repository answered otherwise than the reference, with the request; empty: nothing.
  std::string difference;
};

/// Draws records and requests and asks the repository and the reference model alike. Stops at the
/// first difference. `unsupported_query`, `index_required` and `scan_limit` are counted; every
/// other error is a difference.
Outcome compare(RecordRepository& repository, const Plan& plan);

}  // namespace dropzone::differential
