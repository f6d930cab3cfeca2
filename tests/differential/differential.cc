#include "differential/differential.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <dropzone/query/cursor_codec.h>
#include <dropzone/value/json_text.h>

#include "differential/random_data.h"
#include "differential/reference_model.h"

namespace dropzone::differential {
namespace {

constexpr double kSumTolerance = 1e-12;
constexpr std::size_t kWritesAtOnce = 50;

Deadline default_deadline() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }

bool is_refusal(ErrorCode code) {
  return code == ErrorCode::unsupported_query || code == ErrorCode::index_required ||
         code == ErrorCode::scan_limit;
}

std::string text_of(const Error& error) {
  return std::string(error_name(error.code)) + ": " + error.detail;
}

std::string text_of(const std::optional<Position>& place) {
  if (!place) return "the end";
  std::string text;
  for (const Value& value : place->sort_values) {
    text += std::string(class_name(value.value_class())) + ' ' + to_json(value) + ", ";
  }
  return text + place->id;
}

std::string text_of(const RecordView& view) {
  std::string text;
  text.append(view.id).append(" ").append(view.data).append(" ").append(view.original);
  if (view.meta) text += ' ' + view.meta->version + ' ' + view.meta->pipeline;
  if (view.meta) text += ' ' + std::to_string(view.meta->created_at.micros);
  return text + '\n';
}

std::string text_of(const std::string& id, const ReferenceModel::Record& record,
                    Projection projection) {
  const std::string data = projection.data ? to_json(record.data) : "";
  return text_of(RecordView{.id = id,
                            .data = data,
                            .original = projection.original ? record.original : "",
                            .meta = projection.meta ? &record.meta : nullptr});
}

std::string text_of(const AggregateQuery& query) {
  std::string text;
  for (const auto* list : {&query.sums, &query.averages, &query.minima, &query.maxima}) {
    text += list->front().name() + ", ";
  }
  for (const GroupBy& by : query.groups) {
    text += "by " + by.field.name() + " of every " + std::to_string(by.every.index()) + ", ";
  }
  return text;
}

/// One run over one repository.
class Run {
 public:
  Run(RecordRepository& repository, const Plan& plan)
      : repository_(repository), plan_(plan), random_(plan.seed) {}

  Outcome compare() {
    for (std::size_t written = 0; written < plan_.records && same(); written += kWritesAtOnce) {
      write(kWritesAtOnce);
    }
    for (std::size_t i = 0; i < plan_.requests && same(); ++i) request();
    return std::move(outcome_);
  }

 private:
  [[nodiscard]] bool same() const { return outcome_.difference.empty(); }
  void differ(std::string what) {
    outcome_.difference = "seed " + std::to_string(plan_.seed) + ": " + std::move(what);
  }

  void request() {
    switch (random_.below(20)) {
      case 0: return write(1 + random_.below(8));
      case 1: return erase();
      case 2: return find();
      case 3:
      case 4: return aggregate();
      default: return query();
    }
  }

  /// Counts a refusal; any other error is a difference.
  void failed(const Error& error, const std::string& request) {
    if (is_refusal(error.code)) {
      ++outcome_.refused[std::string(error_name(error.code))];
    } else {
      differ(request + "\nfailed: " + text_of(error));
    }
  }

  Write random_write() {
    Write write;
    write.kind = plan_.kind;
    write.id = random_.id();
    write.data = random_.record();
    write.data_json = to_json(write.data);
    write.original = "original " + std::to_string(++versions_) + write.data_json;
    write.meta.created_at = write.meta.updated_at = {static_cast<std::int64_t>(versions_)};
    write.meta.version = "v" + std::to_string(versions_);
    write.meta.pipeline = plan_.kind + "@" + std::to_string(1 + random_.below(3));
    write.if_exists = IfExists{static_cast<std::uint8_t>(random_.below(3))};
    if (random_.one_in(10)) {
      write.if_exists = IfExists::replace;
      write.if_version = some_version(write.id);
    }
    return write;
  }

  std::string some_version(const std::string& id) {
    const auto found = model_.records().find(id);
    if (random_.one_in(3)) return "*";
    return found == model_.records().end() || random_.one_in(3) ? "v0" : found->second.meta.version;
  }

  void write(std::size_t count) {
    const Atomicity atomicity = random_.one_in(4) ? Atomicity::atomic : Atomicity::partial;
    std::vector<Write> writes;
    for (std::size_t i = 0; i < count; ++i) writes.push_back(random_write());
    const auto expected = model_.write(writes, atomicity);
    const auto outcomes = repository_.write(writes, atomicity, default_deadline());
    if (!outcomes) return differ("a write failed: " + text_of(outcomes.error()));
    if (outcomes->size() != count) return differ("a write has too many or too few outcomes");
    for (std::size_t i = 0; i < count; ++i) {
      if ((*outcomes)[i].status == expected[i]) continue;
      return differ("write " + std::to_string(i) + " of " + std::to_string(count) + " to \"" +
                    writes[i].id + "\" became " +
                    std::to_string(static_cast<int>((*outcomes)[i].status)) + ", not " +
                    std::to_string(static_cast<int>(expected[i])));
    }
  }

  void erase() {
    std::vector<Erase> erases;
    for (std::size_t n = 1 + random_.below(6); n > 0; --n) {
      Erase erase{.id = random_.id()};
      if (random_.one_in(4)) erase.if_version = some_version(erase.id);
      erases.push_back(std::move(erase));
    }
    const auto expected = model_.erase(erases);
    const auto statuses = repository_.erase(plan_.kind, erases, default_deadline());
    if (!statuses) return differ("a delete failed: " + text_of(statuses.error()));
    if (*statuses != expected) differ("a delete of \"" + erases.front().id + "\" and others");
  }

  Projection projection() {
    return {.original = random_.one_in(3), .meta = random_.one_in(3), .data = !random_.one_in(4)};
  }

  void find() {
    std::vector<std::string> ids;
    for (std::size_t n = 1 + random_.below(12); n > 0; --n) ids.push_back(random_.id());
    const Projection projection = this->projection();
    std::string expected;
    for (const std::string& id : ids) {
      const auto found = model_.records().find(id);
      if (found != model_.records().end()) expected += text_of(id, found->second, projection);
    }
    std::string seen;
    const auto done = repository_.find(
        plan_.kind, ids, projection, [&](const RecordView& view) { seen += text_of(view); },
        default_deadline());
    if (!done) return differ("a look-up failed: " + text_of(done.error()));
    if (seen != expected) differ("a look-up gave\n" + seen + "and not\n" + expected);
  }

  // Pages of changing sizes, and now and then a write between them.
  void query() {
    Query query;
    query.kind = plan_.kind;
    query.filter = random_.filter();
    query.order = random_.order();
    if (random_.one_in(10)) ask_for_times(query);
    ++outcome_.queries;
    auto expected = model_.select(query);
    for (std::size_t shown = 0;;) {
      query.limit = 1 + random_.below(50);
      const std::size_t size = std::min(query.limit, expected.size() - shown);
      if (!ask_page(query, std::span(expected).subspan(shown, size),
                    shown + size < expected.size())) {
        return;
      }
      shown += size;
      if (shown == expected.size()) return;
      query.after = expected[shown - 1].place;
      if (!random_.one_in(20)) continue;
      write(3);
      expected = model_.select(query);
      shown = 0;
    }
  }

  /// By the times in `_meta`, which not every repository can.
  void ask_for_times(Query& query) {
    static const FieldPath kTimes[] = {FieldPath::parse("_meta.createdAt").value(),
                                       FieldPath::parse("_meta.updatedAt").value()};
    const FieldPath& time = kTimes[random_.below(2)];
    if (random_.one_in(2)) query.order.insert(query.order.begin(), {time, random_.one_in(2)});
    const Timestamp moment{static_cast<std::int64_t>(random_.below(versions_ + 2))};
    const Operator op = random_.one_in(2) ? Operator::greater : Operator::less_or_equal;
    query.filter = {Filter::And{{std::move(query.filter), {Condition{time, op, moment}}}}};
  }

  /// Whether the page is as it should be.
  bool ask_page(const Query& query, std::span<const ReferenceModel::Hit> hits, bool has_next) {
    const std::string request = query_identity(query) + " by " + std::to_string(query.limit) +
                                " after " + (query.after ? text_of(query.after) : "the beginning");
    const Projection projection = this->projection();
    std::string expected;
    for (const auto& hit : hits) expected += text_of(hit.place.id, *hit.record, projection);
    std::string seen;
    const auto next = repository_.query(
        query, projection, [&](const RecordView& view) { seen += text_of(view); },
        default_deadline());
    const bool asks_for_times = names_meta_time(query.filter, query.order);
    if (!next && asks_for_times && next.error().code == ErrorCode::unsupported_query) {
      --outcome_.queries;
      return false;
    }
    if (!next) {
      failed(next.error(), request);
      return false;
    }
    const auto place = has_next ? std::optional(hits.back().place) : std::nullopt;
    if (seen != expected) {
      differ(request + "\ngave\n" + seen + "and not\n" + expected);
    } else if (*next != place) {
      differ(request + "\nends at " + text_of(*next) + " and not at " + text_of(place));
    }
    return same();
  }

  void aggregate() {
    AggregateQuery query{.kind = plan_.kind,
                         .filter = random_.filter(),
                         .count = random_.one_in(2),
                         .sums = {random_.field()},
                         .averages = {random_.field()},
                         .minima = {random_.field()},
                         .maxima = {random_.field()}};
    if (random_.one_in(2)) query.groups = random_.groups();
    if (random_.one_in(3)) ask_for_one_field(query);
    ++outcome_.queries;
    Query as_query;
    as_query.kind = query.kind;
    as_query.filter = query.filter;
    const std::string request = "aggregate " + query_identity(as_query) + " of " + text_of(query);
    const auto expected = model_.aggregate(query);
    const auto found = repository_.aggregate(query, default_deadline());
    if (!found && is_refusal(found.error().code)) return failed(found.error(), request);
    if (found.has_value() != expected.has_value()) {
      return differ(request + (found ? "\nhas an answer" : "\nfailed: " + text_of(found.error())));
    }
    if (!found) {
      if (found.error().code != expected.error().code) {
        differ(request + "\nfailed: " + text_of(found.error()));
      }
      return;
    }
    if (found->groups.size() != expected->groups.size()) {
      return differ(request + "\nhas " + std::to_string(found->groups.size()) + " groups and not " +
                    std::to_string(expected->groups.size()));
    }
    if (query.groups.empty()) return compare_figures(request, query, *found, *expected);
    for (std::size_t i = 0; i < expected->groups.size() && same(); ++i) {
      if (found->groups[i].key != expected->groups[i].key) {
        return differ(request + "\nhas another key of group " + std::to_string(i));
      }
      compare_figures(request, query, found->groups[i].figures, expected->groups[i].figures);
    }
  }

  /// So that an index may have all that is asked for.
  void ask_for_one_field(AggregateQuery& query) {
    const FieldPath field = random_.field();
    query.sums = query.averages = query.minima = query.maxima = {field};
    if (query.groups.size() == 1) query.groups.front().field = field;
    if (random_.one_in(2)) query.filter = {};
    query.count = query.count && !query.groups.empty();
  }

  void compare_figures(const std::string& request, const AggregateQuery& query,
                       const Figures& found, const Figures& expected) {
    if (found.count != expected.count) return differ(request + "\ncounts otherwise");
    if (found.minima != expected.minima || found.maxima != expected.maxima) {
      return differ(request + "\nhas other extremes");
    }
    compare_sums(request, query, found, expected);
  }

  void compare_sums(const std::string& request, const AggregateQuery& query, const Figures& found,
                    const Figures& expected) {
    const double bound = kSumTolerance * model_.magnitude(query, query.sums[0]);
    if (model_.adds_integers_alone(query, query.sums[0])) {
      if (found.sums != expected.sums) differ(request + "\nhas another sum of integers");
    } else {
      check_number(request, found.sums[0].number, expected.sums[0].number, bound);
    }
    if (found.averages[0].has_value() != expected.averages[0].has_value()) {
      return differ(request + "\nhas an average of nothing, or none of something");
    }
    if (expected.averages[0]) {
      check_number(request, *found.averages[0], *expected.averages[0],
                   kSumTolerance * model_.magnitude(query, query.averages[0]));
    }
  }

  void check_number(const std::string& request, const Value& found, const Value& expected,
                    double bound) {
    const double off = std::fabs(to_double(found) - to_double(expected));
    if (off > bound && found != expected) {
      differ(request + "\ngave " + to_json(found) + " and not " + to_json(expected));
    }
  }

  RecordRepository& repository_;
  const Plan& plan_;
  RandomData random_;
  ReferenceModel model_;
  Outcome outcome_;
  std::size_t versions_ = 0;
};

}  // namespace

Outcome compare(RecordRepository& repository, const Plan& plan) {
  return Run(repository, plan).compare();
}

}  // namespace dropzone::differential
