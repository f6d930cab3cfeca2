#pragma once

#include <cstdint>
#include <optional>

#include <dropzone/query/aggregator.h>
#include <dropzone/result.h>

#include "db/catalog.h"
#include "db/connection.h"
#include "query/query_plan.h"

namespace dropzone::sqlite {

/// As RecordRepository::aggregate(), for a kind that has tables. Within a transaction.
Result<Aggregates> run_aggregate(Connection& connection, const Catalog& catalog,
                                 const KindTables& kind, const AggregateQuery& query,
                                 const CallOptions& options);

}  // namespace dropzone::sqlite
