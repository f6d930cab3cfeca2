#pragma once

#include <cstdint>
#include <optional>

#include <dropzone/aggregator.h>
#include <dropzone/result.h>

#include "catalog.h"
#include "connection.h"
#include "query_plan.h"

namespace dropzone::sqlite {

/// As RecordRepository::aggregate(), for a kind that has tables. Within a transaction.
Result<Aggregates> run_aggregate(Connection& connection, const Catalog& catalog,
                                 const KindTables& kind, const AggregateQuery& query,
                                 const CallOptions& options);

}  // namespace dropzone::sqlite
