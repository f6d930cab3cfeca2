#include "rest/acceptable.h"

#include <string>

#include "message/field_list.h"

namespace dropzone::http {
namespace {

/// How closely a range names a type: 3 for the type itself, 2 for "application/*", 1 for "*/*", 0
/// if it does not.
int closeness(std::string_view range, std::string_view type) {
  if (range == "*/*" || range == "*") return 1;
  if (range.ends_with("/*")) {
    const auto family = range.substr(0, range.size() - 1);
    return equals_ignoring_case(type.substr(0, family.size()), family) ? 2 : 0;
  }
  return equals_ignoring_case(range, type) ? 3 : 0;
}

/// The weight that the closest of the ranges gives a type; 0 if none names it.
int weight_for(std::string_view type, std::span<const std::string_view> fields) {
  int closest = 0;
  int weight = 0;
  for (std::string_view rest : fields) {
    while (!rest.empty()) {
      auto parameters = next_piece(rest, ',');
      const int close = closeness(next_piece(parameters, ';'), type);
      if (close == 0 || close < closest) continue;
      const int given = weight_of(parameters);
      const int meant = given < 0 ? 1000 : given;
      weight = close > closest ? meant : std::max(weight, meant);
      closest = close;
    }
  }
  return weight;
}

}  // namespace

std::optional<std::string_view> acceptable_type(const Headers& headers,
                                                std::span<const std::string_view> types) {
  const auto fields = headers.find_all("Accept");
  const bool takes_all =
      std::ranges::all_of(fields, [](std::string_view field) { return trimmed(field).empty(); });
  if (takes_all) return types.front();
  std::optional<std::string_view> best;
  int most = 0;
  for (const std::string_view type : types) {
    const int weight = weight_for(type, fields);
    if (weight <= most) continue;
    most = weight;
    best = type;
  }
  return best;
}

}  // namespace dropzone::http
