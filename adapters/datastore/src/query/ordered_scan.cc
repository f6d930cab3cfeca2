#include "query/ordered_scan.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "entity/entity_encoder.h"
#include "entity/property_names.h"
#include "query/condition_ranges.h"

namespace dropzone::datastore {
namespace {

// Records that are equal in one sort key are sorted here by the others, up to so many.
constexpr std::size_t kRunLimit = 1'000;

/// Reads the context's order level by level: by the first sort key, and if that is equal by the
/// next one, down to the id.
class OrderedScan {
 public:
  explicit OrderedScan(QueryContext& context) : context_(context) {}

  /// The records whose first sort values are these; of them, those beyond the position.
  [[nodiscard]] RowSourcePtr scan(const std::vector<Value>& prefix, const Position* after) const {
    const auto& order = context_.order;
    const std::size_t level = prefix.size();
    if (level == order.size() || order[level].field.is_id()) return scan_ids(prefix, after);
    if (!after) return scan_field(prefix, nullptr);
    // First what equals the position in this key and is beyond it in the others.
    const Value& value = after->sort_values[level];
    return concatenate(scan(extended(prefix, value), after),
                       [scan = *this, prefix, value]() -> Result<RowSourcePtr> {
                         return scan.scan_field(prefix, &value);
                       });
  }

 private:
  class Runs;

  static std::vector<Value> extended(std::vector<Value> prefix, const Value& value) {
    prefix.push_back(value);
    return prefix;
  }

  [[nodiscard]] std::vector<Conjunct> conjuncts(const std::vector<Value>& prefix) const {
    Filter::And all{{context_.filter}};
    for (std::size_t i = 0; i < prefix.size(); ++i) {
      all.filters.push_back(Filter{Condition{context_.order[i].field, Operator::equal, prefix[i]}});
    }
    return plan_filter(Filter{std::move(all)}).conjuncts;
  }

  // Datastore's equality knows no types if the index has none.
  [[nodiscard]] static RowSourcePtr only(std::vector<Value> prefix, RowSourcePtr rows) {
    if (prefix.empty()) return rows;
    return where(std::move(rows), [prefix = std::move(prefix)](const Row& row) {
      return std::equal(prefix.begin(), prefix.end(), row.sort_values.begin());
    });
  }

  // Strings that are too long for an index have no exact place in it.
  [[nodiscard]] RowSourcePtr beyond(const Value& value, std::size_t level,
                                    RowSourcePtr rows) const {
    if (!value.as_string()) return rows;
    const bool descending = context_.order[level].descending;
    return where(std::move(rows), [value, level, descending](const Row& row) {
      const auto ordering = compare_scalars(row.sort_values[level], value);
      return descending ? ordering < 0 : ordering > 0;
    });
  }

  [[nodiscard]] RowSourcePtr scan_ids(const std::vector<Value>& prefix,
                                      const Position* after) const {
    const auto& order = context_.order;
    const bool descending =
        prefix.size() < order.size() ? order[prefix.size()].descending : ties_descend(order);
    return only(prefix, id_scan(context_, conjuncts(prefix), descending,
                                after ? std::optional(after->id) : std::nullopt));
  }

  [[nodiscard]] RowSourcePtr scan_field(const std::vector<Value>& prefix, const Value* after) const;

  QueryContext& context_;
};

/// Brings rows that a scan has ordered by one key into the order by all keys, each once.
class OrderedScan::Runs final : public RowSource {
 public:
  Runs(OrderedScan scan, std::vector<Value> prefix, RowSourcePtr rows)
      : scan_(scan), prefix_(std::move(prefix)), rows_(std::move(rows)) {}

  Result<const Row*> peek() override {
    for (;;) {
      if (run_) {
        auto head = run_->peek();
        if (!head || *head) return head;
        run_ = nullptr;
      }
      auto more = next_run();
      if (!more) return more.error();
      if (!*more) return static_cast<const Row*>(nullptr);
    }
  }

  Row take() override { return run_->take(); }

 private:
  [[nodiscard]] const Value& value_of(const Row& row) const {
    return row.sort_values[prefix_.size()];
  }

  // False at the end.
  Result<bool> next_run() {
    auto head = rows_->peek();
    if (!head) return head.error();
    if (!*head) return false;
    const Value value = value_of(**head);
    std::vector<Row> run;
    while (*head && value_of(**head) == value) {
      if (run.size() == kRunLimit) {
        read_apart(value);
        return true;
      }
      run.push_back(rows_->take());
      head = rows_->peek();
      if (!head) return head.error();
    }
    const auto& order = scan_.context_.order;
    std::sort(run.begin(), run.end(), [&](const Row& left, const Row& right) {
      return compare_rows(order, left, right) < 0;
    });
    const auto is_same = [](const Row& left, const Row& right) {
      return left.entity.id == right.entity.id;
    };
    run.erase(std::unique(run.begin(), run.end(), is_same), run.end());
    run_ = make_rows(std::move(run));
    return true;
  }

  // Too long a run is read again, by the next key.
  void read_apart(const Value& value) {
    run_ = scan_.scan(extended(prefix_, value), nullptr);
    rows_ = field_scan(scan_.context_, scan_.conjuncts(prefix_), prefix_.size(), &value);
  }

  OrderedScan scan_;
  std::vector<Value> prefix_;
  RowSourcePtr rows_;
  RowSourcePtr run_;
};

// Whether Datastore sorts records that are equal in the property by other properties' values before
// it sorts them by key: it does so by those that a range is asked of, and then an array's record
// comes once for each element.
bool has_other_range(const std::vector<Conjunct>& conjuncts, const std::string& path) {
  return std::any_of(conjuncts.begin(), conjuncts.end(), [&](const Conjunct& conjunct) {
    return std::any_of(conjunct.fields.begin(), conjunct.fields.end(), [&](const auto& field) {
      return field.first != path && has_range(field.second);
    });
  });
}

RowSourcePtr OrderedScan::scan_field(const std::vector<Value>& prefix, const Value* after) const {
  const std::size_t level = prefix.size();
  const std::string path = property_path(context_.order[level].field);
  // A field whose path no query can have is not indexed: its records are found apart.
  if (path.size() > kMaxIndexedStringBytes) return make_rows({});
  auto selected = conjuncts(prefix);
  const bool is_sorted = level + 1 == context_.order.size() && !has_other_range(selected, path);
  auto rows = only(prefix, field_scan(context_, std::move(selected), level, after));
  if (after) rows = beyond(*after, level, std::move(rows));
  if (is_sorted) return rows;
  return std::make_unique<Runs>(*this, prefix, std::move(rows));
}

// The records that are not wholly in the indexes of the fields concerned, sorted here.
Result<std::vector<Row>> read_specials(QueryContext& context) {
  std::vector<Conjunct> specials = plan_filter(context.filter).specials;
  std::set<std::string> fields{std::string(kEveryField)};
  for (const SortKey& key : context.order) {
    if (!key.field.is_id()) fields.emplace(field_mark(property_path(key.field)));
  }
  specials.push_back(marked(kUnindexed, fields));
  return read_all(context, std::move(specials));
}

void sort_after(QueryContext& context, std::vector<Row>& rows,
                const std::optional<Position>& after) {
  if (after) {
    Row position;
    position.entity.id = after->id;
    position.sort_values = after->sort_values;
    std::erase_if(rows,
                  [&](const Row& row) { return compare_rows(context.order, row, position) <= 0; });
  }
  std::sort(rows.begin(), rows.end(), [&](const Row& left, const Row& right) {
    return compare_rows(context.order, left, right) < 0;
  });
}

Result<RowSourcePtr> read_and_sort(QueryContext& context, std::vector<Conjunct> conjuncts,
                                   const std::optional<Position>& after) {
  auto rows = read_all(context, std::move(conjuncts));
  if (!rows) return rows.error();
  sort_after(context, *rows, after);
  return make_rows(*std::move(rows));
}

bool is_ordered_by_field(const QueryContext& context) {
  return !context.order.empty() && !context.order.front().field.is_id();
}

// What of a conjunct Datastore answers without an index of ours: equalities, or one range.
Conjunct without_indexes(Conjunct conjunct) {
  Conjunct equalities;
  for (const auto& [path, values] : conjunct.fields) {
    if (!has_range(values)) equalities.fields.emplace(path, values);
  }
  if (!equalities.fields.empty()) return equalities;
  if (conjunct.fields.empty()) return conjunct;
  conjunct.fields.erase(std::next(conjunct.fields.begin()), conjunct.fields.end());
  conjunct.keys = IndexRanges::everything();
  return conjunct;
}

}  // namespace

RowSourcePtr id_scan(QueryContext& context, std::vector<Conjunct> conjuncts, bool descending,
                     std::optional<std::string> after) {
  DatastoreQuery form;
  form.order = kKeyProperty;
  form.descending = descending;
  form.after_key = std::move(after);
  form.keys_only =
      !context.decides() && !context.parts.data && !context.parts.original && !context.parts.meta;
  return read_queries(context, make_queries(std::move(conjuncts)), form,
                      [descending](const Row& left, const Row& right) {
                        return compare_by_id(descending, left, right);
                      });
}

Result<RowSourcePtr> ordered_scan(QueryContext& context, const std::optional<Position>& after) {
  if (!is_ordered_by_field(context)) {
    FilterPlan plan = plan_filter(context.filter);
    std::move(plan.specials.begin(), plan.specials.end(), std::back_inserter(plan.conjuncts));
    const bool descending = !context.order.empty() && context.order.front().descending;
    return id_scan(context, std::move(plan.conjuncts), descending,
                   after ? std::optional(after->id) : std::nullopt);
  }
  auto specials = read_specials(context);
  if (!specials) return specials.error();
  sort_after(context, *specials, after);
  std::vector<RowSourcePtr> sources;
  sources.push_back(make_rows(*std::move(specials)));
  sources.push_back(OrderedScan(context).scan({}, after ? &*after : nullptr));
  return merge(std::move(sources), [&context](const Row& left, const Row& right) {
    return compare_rows(context.order, left, right);
  });
}

Result<RowSourcePtr> collected_scan(QueryContext& context, const std::optional<Position>& after) {
  FilterPlan plan = plan_filter(context.filter);
  std::vector<Conjunct> conjuncts = std::move(plan.specials);
  for (Conjunct& conjunct : plan.conjuncts) {
    conjuncts.push_back(without_indexes(std::move(conjunct)));
  }
  return read_and_sort(context, std::move(conjuncts), after);
}

Result<RowSourcePtr> whole_scan(QueryContext& context, const std::optional<Position>& after) {
  return read_and_sort(context, {Conjunct{}}, after);
}

}  // namespace dropzone::datastore
