#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <dropzone/query/query.h>
#include <dropzone/store/absent_fields.h>

namespace dropzone::http {

/// Whether the keys of groups are scalars or arrays of these.
enum class KeyForm : std::uint8_t { scalar, list };

/// Appends `"aggregate":{…}`, or `"groups":[…]` if the query has groups. Figures come in the order
/// count, sum, avg, min, max, as far as they were asked for.
void append_aggregates(std::string& out, const AggregateQuery& query, const Aggregates& aggregates,
                       KeyForm keys);

/// What a query expects of fields whose figures are of nothing.
[[nodiscard]] std::vector<Expectation> expectations_of(const AggregateQuery& query,
                                                       const Aggregates& aggregates);

}  // namespace dropzone::http
