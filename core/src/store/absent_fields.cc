#include <dropzone/store/absent_fields.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include <dropzone/kind/refusal.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/value/json_pointer.h>

namespace dropzone {
namespace {

constexpr std::size_t kMostLooks = 8;
constexpr std::size_t kMostRemembered = 10'000;
constexpr std::chrono::seconds kLongestLook{2};

Filter compare(const FieldPath& field, Operator op, Value operand) {
  return {Condition{field, op, std::move(operand)}};
}

Filter has_any(const FieldPath& field) { return compare(field, Operator::not_in, Array{}); }

Filter has_class(const FieldPath& field, ValueClass value_class) {
  switch (value_class) {
    case ValueClass::null: return compare(field, Operator::equal, Value());
    case ValueClass::timestamp:
      return compare(field, Operator::greater_or_equal, kEarliestTimestamp);
    case ValueClass::boolean: return compare(field, Operator::greater_or_equal, false);
    case ValueClass::string: return compare(field, Operator::greater_or_equal, "");
    case ValueClass::number:
      return {Filter::Or{
          {compare(field, Operator::greater_or_equal, 0), compare(field, Operator::less, 0)}}};
    default: return has_any(field);
  }
}

// The class of the values of which one must be there, if it is one class.
std::optional<ValueClass> class_of(const Condition& condition) {
  if (condition.op == Operator::not_equal || condition.op == Operator::not_in) return std::nullopt;
  const Array* const list = condition.operand.as_array();
  if (!list) return condition.operand.value_class();
  if (list->empty()) return std::nullopt;
  const ValueClass first = list->front().value_class();
  const bool is_one = std::ranges::all_of(
      *list, [&](const Value& element) { return element.value_class() == first; });
  return is_one ? std::optional(first) : std::nullopt;
}

void collect(const Filter& filter, const std::string& pointer,
             std::vector<Expectation>& expectations) {
  if (const auto* condition = std::get_if<Condition>(&filter.node)) {
    // It asks whether the field is there, so that it is not is an answer.
    if (condition->op == Operator::exists) return;
    expectations.push_back({condition->field, class_of(*condition), pointer + "/field"});
    return;
  }
  const auto* conjunction = std::get_if<Filter::And>(&filter.node);
  const auto& parts =
      conjunction ? conjunction->filters : std::get<Filter::Or>(filter.node).filters;
  const std::string inner = pointer + (conjunction ? "/and" : "/or");
  for (std::size_t i = 0; i < parts.size() && expectations.size() < kMostLooks; ++i) {
    collect(parts[i], pointer_to(inner, i), expectations);
  }
}

}  // namespace

std::vector<Expectation> expectations_of(const Filter& filter, const std::string& pointer) {
  std::vector<Expectation> expectations;
  collect(filter, pointer, expectations);
  return expectations;
}

Result<bool> AbsentFields::any(const std::string& kind, Filter filter, const CallOptions& options) {
  Query query{.kind = kind, .filter = std::move(filter), .order = {}, .after = {}, .limit = 1};
  bool found = false;
  const auto done = repository_.query(
      query, {.original = false, .meta = false, .data = false},
      [&](const RecordView&) { found = true; }, options);
  if (!done) return done.error();
  return found;
}

Result<std::optional<std::string>> AbsentFields::fault_of(const Kind& kind,
                                                          const Expectation& expectation,
                                                          const CallOptions& options) {
  using Fault = std::optional<std::string>;
  const auto& [field, value_class, pointer] = expectation;
  std::tuple key(kind.name(), field, value_class);
  {
    const MutexLock lock(mutex_);
    if (seen_.contains(key)) return Fault();
  }
  const auto there =
      any(kind.name(), value_class ? has_class(field, *value_class) : has_any(field), options);
  if (!there) return there.error();
  if (*there) {
    const MutexLock lock(mutex_);
    if (seen_.size() < kMostRemembered) seen_.insert(std::move(key));
    return Fault();
  }
  const std::string no_record = "No record of the kind " + in_quotes(kind.name()) + " has ";
  if (value_class) {
    const auto others = any(kind.name(), has_any(field), options);
    if (!others) return others.error();
    if (*others) {
      return Fault(no_record + with_article(class_name(*value_class)) + " at " +
                   in_quotes(field.name()) + ", only values of other classes.");
    }
  }
  return Fault(no_record + "a value at " + in_quotes(field.name()) + "." +
               did_you_mean(field.name(), kind.known_fields().names()));
}

Result<std::vector<AbsentFields::Finding>> AbsentFields::find(
    const Kind& kind, const std::vector<Expectation>& expectations, const CallOptions& options) {
  CallOptions brief = options;
  brief.deadline = std::min(brief.deadline, std::chrono::steady_clock::now() + kLongestLook);
  std::vector<Finding> findings;
  std::size_t looks = 0;
  for (const Expectation& expectation : expectations) {
    const FieldPath& field = expectation.field;
    const bool is_known = kind.type_of(field) != FieldType::any;
    if (field.reserved() != FieldPath::Reserved::none || is_known) continue;
    if (++looks > kMostLooks) break;
    auto detail = fault_of(kind, expectation, brief);
    if (!detail && !options.may_wait) return std::move(detail).error();
    if (detail && *detail) findings.push_back({expectation.pointer, **std::move(detail)});
  }
  if (findings.empty()) return findings;
  // Of a kind without records nothing is there, whatever its name.
  const auto records = any(kind.name(), Filter::all(), brief);
  if (!records && !options.may_wait) return records.error();
  if (!records || !*records) findings.clear();
  return findings;
}

}  // namespace dropzone
