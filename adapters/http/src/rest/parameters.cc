#include "rest/parameters.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include <dropzone/kind/query_checks.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/value/record_id.h>

#include "rest/permissions.h"

namespace dropzone::http {
namespace {

constexpr std::size_t kMaxFaults = 10;  // Enough to mend a request by.

/// A parameter's name without the brackets that some clients put after those of lists: `_id[]`.
std::string_view plain(std::string_view name) noexcept {
  const std::string_view stem = name.ends_with("[]") ? name.substr(0, name.size() - 2) : name;
  return is_list_parameter(stem) ? stem : name;
}

Error invalid(std::string detail) { return {ErrorCode::invalid_request, std::move(detail)}; }

Result<json::OriginalForm> original_form(const Call& call) {
  if (call.request.query_value("original") == "text") return json::OriginalForm::text;
  const auto shown = flag(call, "original");
  if (shown) return *shown ? json::OriginalForm::json : json::OriginalForm::none;
  return invalid("\"original\" is " + in_quotes(*call.request.query_value("original")) +
                 "; it must be true, false or text.");
}

/// A whole number of at least 1; the largest size if it is larger.
Result<std::optional<std::size_t>> positive(const Call& call, std::string_view name) {
  const auto text = call.request.query_value(name);
  if (!text) return std::optional<std::size_t>();
  const bool digits = !text->empty() && std::all_of(text->begin(), text->end(),
                                                    [](char c) { return c >= '0' && c <= '9'; });
  std::size_t number = 0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), number);
  if (digits && parsed.ec == std::errc::result_out_of_range) {
    return std::optional(std::numeric_limits<std::size_t>::max());
  }
  if (digits && number > 0) return std::optional(number);
  return invalid(in_quotes(name) + " is " + in_quotes(*text) +
                 "; it must be a whole number of at least 1.");
}

}  // namespace

bool is_list_parameter(std::string_view name) noexcept {
  return name == "_id" || name == "rejectId" || name == "keyId" || name == "fields";
}

std::vector<Error> parameter_faults(const Request& request, const Route& route) {
  std::vector<Error> faults;
  for (auto parameter = request.query.begin();
       parameter != request.query.end() && faults.size() < kMaxFaults; ++parameter) {
    const std::string& name = parameter->name;
    if (!is_utf8(name) || !is_utf8(parameter->value)) {
      faults.push_back(invalid("The query parameter " + in_quotes(name) + " is not UTF-8."));
      continue;
    }
    if (std::find(route.parameters.begin(), route.parameters.end(), plain(name)) ==
        route.parameters.end()) {
      faults.push_back({ErrorCode::unknown_parameter, "There is no query parameter " +
                                                          in_quotes(name) + " here." +
                                                          did_you_mean(name, route.parameters)});
      continue;
    }
    const bool again = std::any_of(request.query.begin(), parameter,
                                   [&](const auto& earlier) { return earlier.name == name; });
    if (again && !is_list_parameter(plain(name))) {
      faults.push_back(
          invalid("The query parameter " + in_quotes(name) + " is there twice; give it once."));
    }
  }
  return faults;
}

Result<std::string> kind_of(const Call& call, const ApiOptions& options,
                            const std::optional<std::string>& in_body) {
  const auto in_query = call.request.query_value("kind");
  if (in_query && in_body && *in_query != *in_body) {
    return invalid("The query says kind " + in_quotes(*in_query) + " and the body " +
                   in_quotes(*in_body) + "; make them agree.");
  }
  std::string kind = in_query ? std::string(*in_query) : in_body.value_or(options.default_kind);
  if (auto permitted = permit(call, call.permission, kind); !permitted) {
    return std::move(permitted).error();
  }
  return kind;
}

Result<void> check_query_kind(const Call& call, const ApiOptions& options) {
  if (call.request.query_value("kind")) DROPZONE_CHECK(kind_of(call, options));
  return {};
}

Result<bool> flag(const Call& call, std::string_view name) {
  const auto value = call.request.query_value(name);
  if (!value || *value == "false") return false;
  if (value->empty() || *value == "true") return true;
  return invalid(in_quotes(name) + " is " + in_quotes(*value) + "; it must be true or false.");
}

Result<std::size_t> choice(const Call& call, std::string_view name,
                           const std::vector<std::string_view>& choices) {
  const auto value = call.request.query_value(name);
  if (!value) return std::size_t{0};
  const auto found = std::find(choices.begin(), choices.end(), *value);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string known;
  for (const std::string_view one : choices) {
    if (!known.empty()) known += one == choices.back() ? " or " : ", ";
    known += one;
  }
  return invalid(in_quotes(name) + " is " + in_quotes(*value) + "; it must be " + known + "." +
                 did_you_mean(*value, choices));
}

Result<std::size_t> limit_of(const Call& call, const ApiOptions& options) {
  DROPZONE_TRY(const auto limit, positive(call, "limit"));
  return limit ? std::min(*limit, options.max_limit) : options.default_limit;
}

Result<std::optional<std::int64_t>> rate_of(const Call& call) {
  constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();
  DROPZONE_TRY(const auto rate, positive(call, "maxPerSecond"));
  return rate ? std::optional(static_cast<std::int64_t>(std::min(*rate, kMost))) : std::nullopt;
}

std::vector<std::string> list_of(const Call& call, std::string_view name) {
  std::vector<std::string> values;
  for (const QueryParameter& parameter : call.request.query) {
    if (plain(parameter.name) != name) continue;
    std::string_view rest = parameter.value;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      if (comma != 0) values.emplace_back(rest.substr(0, comma));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
  }
  return values;
}

Result<std::vector<std::string>> ids_of(const Call& call, std::string_view name,
                                        const ApiOptions& options) {
  auto ids = list_of(call, name);
  if (ids.empty()) {
    return invalid("Name at least one id: ?" + std::string(name) + "=first,second");
  }
  if (ids.size() > options.max_ids) {
    return Error{ErrorCode::too_many_ids, "A request may name " + std::to_string(options.max_ids) +
                                              " ids at most; ask in parts."};
  }
  return ids;
}

Result<RecordParts> record_parts(const Call& call) {
  RecordParts shown;
  const auto original = original_form(call);
  if (!original) return original.error();
  shown.original = *original;
  const auto meta = flag(call, "meta");
  if (!meta) return meta.error();
  shown.meta = *meta;
  auto fields = field_paths(list_of(call, "fields"));
  if (!fields) return std::move(fields).error();
  shown.fields = *std::move(fields);
  return shown;
}

Result<RecordParts> record_parts(const Call& call, const KindCatalog& kinds,
                                 std::string_view kind) {
  auto shown = record_parts(call);
  if (!shown || shown->fields.empty()) return shown;
  const auto known = kinds.find(kind);
  if (!known) return shown;
  if (auto there = check_shown(shown->fields, **known, {}); !there) return std::move(there).error();
  return shown;
}

Result<std::vector<FieldPath>> field_paths(const std::vector<std::string>& names) {
  std::vector<FieldPath> paths;
  paths.reserve(names.size());
  for (const std::string& name : names) {
    auto path = FieldPath::parse(name);
    if (!path) return std::move(path).error();
    paths.push_back(*std::move(path));
  }
  return paths;
}

}  // namespace dropzone::http
