#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "entity/entity_encoder.h"
#include "entity/property_names.h"
#include "query/condition_ranges.h"
#include "query/large_integers.h"
#include "query/ordered_scan.h"

namespace dropzone::datastore {
namespace {

// How far a class of values is from the beginning of the order.
std::size_t rank_of(ValueClass value_class, bool descending) {
  const auto rank = static_cast<std::size_t>(value_class);
  return descending ? static_cast<std::size_t>(ValueClass::number) - rank : rank;
}

std::optional<std::int64_t> integral_of(const Value& value) {
  if (const auto* timestamp = value.as_timestamp()) return timestamp->micros;
  if (const auto* integer = value.as_integer()) return *integer;
  return std::nullopt;
}

/// Reads one field's values in our order: null, timestamps, booleans, strings, numbers. Datastore
/// has another: null, integers mixed with timestamps, booleans, strings, doubles. So there are
/// parts, each read when its turn may have come, and merged.
class FieldScan final : public RowSource {
 public:
  FieldScan(QueryContext& context, std::vector<Conjunct> conjuncts, std::size_t level,
            const Value* after)
      : context_(context),
        conjuncts_(std::move(conjuncts)),
        level_(level),
        descending_(context.order[level].descending),
        path_(property_path(context.order[level].field)) {
    if (after) after_ = *after;
    first_ = descending_ ? ValueClass::number : ValueClass::timestamp;
    second_ = descending_ ? ValueClass::timestamp : ValueClass::number;
    parts_[0] = {rank(ValueClass::null), &FieldScan::open_nulls, nullptr};
    parts_[1] = {rank(first_), &FieldScan::open_first_integrals, nullptr};
    parts_[2] = {rank(descending_ ? ValueClass::number : ValueClass::boolean),
                 &FieldScan::open_rest, nullptr};
    parts_[3] = {rank(second_), &FieldScan::open_second_integrals, nullptr};
  }

  Result<const Row*> peek() override {
    for (;;) {
      const Row* first = nullptr;
      for (Part& part : parts_) {
        if (!part.source) continue;
        auto head = part.source->peek();
        if (!head) return head.error();
        if (*head && (!first || compare_by_key(context_.order, level_, **head, *first) < 0)) {
          first = *head;
          current_ = part.source.get();
        }
      }
      Part* const next = next_part(first);
      if (!next) return first;
      auto opened = (this->*next->open)();
      if (!opened) return opened.error();
      next->source = *std::move(opened);
    }
  }

  Row take() override { return current_->take(); }

 private:
  struct Part {
    std::size_t rank = 0;  ///< Of the first values that it may have.
    Result<RowSourcePtr> (FieldScan::*open)() = nullptr;
    RowSourcePtr source;
  };

  /// Integers or timestamps, whichever come first, out of the index if they are mixed; the
  /// others are put aside.
  class FirstIntegrals final : public RowSource {
   public:
    explicit FirstIntegrals(FieldScan& scan) : scan_(scan) {}
    Result<const Row*> peek() override { return scan_.peek_first_integral(); }
    Row take() override { return scan_.integrals_->take(); }

   private:
    FieldScan& scan_;
  };

  /// The others.
  class SecondIntegrals final : public RowSource {
   public:
    explicit SecondIntegrals(FieldScan& scan) : scan_(scan) {}
    Result<const Row*> peek() override { return scan_.peek_second_integral(); }
    Row take() override {
      if (scan_.put_aside_.empty()) return scan_.integrals_->take();
      Row row = std::move(scan_.put_aside_.front());
      scan_.put_aside_.pop_front();
      return row;
    }

   private:
    FieldScan& scan_;
  };

  [[nodiscard]] std::size_t rank(ValueClass value_class) const {
    return rank_of(value_class, descending_);
  }

  [[nodiscard]] const Value& value_of(const Row& row) const { return row.sort_values[level_]; }

  // The part to be opened before this row can be said to be the next one.
  Part* next_part(const Row* row) {
    Part* next = nullptr;
    for (Part& part : parts_) {
      if (!part.source && (!next || part.rank < next->rank)) next = &part;
    }
    const bool is_due = next && (!row || next->rank <= rank(value_of(*row).value_class()));
    return is_due ? next : nullptr;
  }

  // Whether values of the class come after the position at all.
  [[nodiscard]] bool is_ahead(ValueClass value_class) const {
    return !after_ || rank(value_class) >= rank(after_->value_class());
  }

  // What of a class's range is beyond the position.
  [[nodiscard]] std::vector<IndexRange> ahead(ValueClass value_class,
                                              const IndexRange& whole) const {
    if (!is_ahead(value_class)) return {};
    if (!after_ || rank(value_class) > rank(after_->value_class())) return {whole};
    std::vector<IndexRange> ranges;
    for (const IndexRange& part :
         beyond(*after_, descending_ ? Operator::less : Operator::greater)) {
      ranges.push_back(intersect(part, whole));
    }
    return ranges;
  }

  RowSourcePtr read(std::vector<IndexRange> ranges) {
    const IndexRanges values(std::move(ranges));
    auto conjuncts =
        values.empty() ? std::vector<Conjunct>{} : restrict_field(conjuncts_, path_, values);
    DatastoreQuery form;
    form.order = path_;
    form.descending = descending_;
    return read_queries(
        context_, make_queries(std::move(conjuncts)), form,
        [this](const Row& left, const Row& right) { return compare_as_indexed(left, right); });
  }

  // As the index has them: integers and timestamps are mixed.
  [[nodiscard]] std::strong_ordering compare_as_indexed(const Row& left, const Row& right) const {
    const auto a = integral_of(value_of(left));
    const auto b = integral_of(value_of(right));
    if (!a || !b) return compare_doubles(context_.order, level_, left, right);
    if (*a == *b) return compare_by_id(descending_, left, right);
    return descending_ ? *b <=> *a : *a <=> *b;
  }

  Result<RowSourcePtr> open_nulls() { return read(ahead(ValueClass::null, null_range())); }

  // Booleans, strings and doubles are as far from each other as in our order.
  Result<RowSourcePtr> open_rest() {
    std::vector<IndexRange> all = ahead(ValueClass::boolean, boolean_range());
    for (IndexRange& range : ahead(ValueClass::string, string_range())) {
      all.push_back(std::move(range));
    }
    for (IndexRange& range : ahead(ValueClass::number, double_range())) {
      all.push_back(std::move(range));
    }
    std::vector<IndexRange> hull;
    const IndexRanges set(std::move(all));
    if (!set.empty()) {
      hull.push_back(set.hull());
    }
    return beyond_position(in_exact_order(read(std::move(hull)), context_.order, level_));
  }

  // Of integers that have one double, the index tells none from the position's.
  RowSourcePtr beyond_position(RowSourcePtr rows) const {
    if (!after_ || !after_->as_unsigned()) return rows;
    return where(std::move(rows), [this](const Row& row) {
      const auto ordering = compare_scalars(value_of(row), *after_);
      return descending_ ? ordering < 0 : ordering > 0;
    });
  }

  Result<RowSourcePtr> open_first_integrals() {
    if (!is_ahead(first_)) return make_rows({});
    const bool is_within = after_ && after_->value_class() == first_;
    integrals_ = read(is_within ? integrals(descending_ ? Operator::less : Operator::greater)
                                : std::vector<IndexRange>{integer_range()});
    return RowSourcePtr(std::make_unique<FirstIntegrals>(*this));
  }

  Result<RowSourcePtr> open_second_integrals() {
    if (!is_ahead(second_)) return make_rows({});
    if (!is_ahead(first_)) {
      integrals_ = read(ahead(second_, integer_range()));
      moved_ = true;
      return RowSourcePtr(std::make_unique<SecondIntegrals>(*this));
    }
    if (!after_ || after_->value_class() != first_) {
      return RowSourcePtr(std::make_unique<SecondIntegrals>(*this));
    }
    // Those that lie, in the index, before the position at which the first ones were taken up.
    auto earlier = read_earlier_integrals();
    if (!earlier) return earlier.error();
    return concatenate(*std::move(earlier), [this]() -> Result<RowSourcePtr> {
      return RowSourcePtr(std::make_unique<SecondIntegrals>(*this));
    });
  }

  Result<RowSourcePtr> read_earlier_integrals() {
    const auto any = is_marked(second_);
    if (!any) return any.error();
    if (!*any && !context_.expect_mixed_integrals) return make_rows({});
    auto rows = read(integrals(descending_ ? Operator::greater_or_equal : Operator::less_or_equal));
    return where(std::move(rows),
                 [this](const Row& row) { return value_of(row).value_class() == second_; });
  }

  // The place, among integers and timestamps alike, at which the index is on the operator's side of
  // the position.
  [[nodiscard]] std::vector<IndexRange> integrals(Operator op) const {
    const auto* const timestamp = after_->as_timestamp();
    std::vector<IndexRange> ranges;
    for (const IndexRange& part : beyond(timestamp ? Value(timestamp->micros) : *after_, op)) {
      ranges.push_back(intersect(part, integer_range()));
    }
    return ranges;
  }

  Result<const Row*> peek_first_integral() {
    while (!moved_) {
      auto head = integrals_->peek();
      if (!head || !*head) return head;
      if (value_of(**head).value_class() == first_) return head;
      if (!knows_first_) {
        const auto any = is_marked(first_);
        if (!any) return any.error();
        knows_first_ = true;
        moved_ = !*any && !context_.expect_mixed_integrals;
        continue;
      }
      put_aside_.push_back(integrals_->take());
    }
    return static_cast<const Row*>(nullptr);
  }

  Result<const Row*> peek_second_integral() {
    if (!put_aside_.empty()) return static_cast<const Row*>(&put_aside_.front());
    if (!moved_) return static_cast<const Row*>(nullptr);
    for (;;) {
      auto head = integrals_->peek();
      if (!head || !*head || value_of(**head).value_class() == second_) return head;
      if (is_ahead(first_)) return mixed_by_others();
      static_cast<void>(integrals_->take());
    }
  }

  // Our lists did not say that there were such: another client wrote them.
  Result<const Row*> mixed_by_others() {
    context_.found_mixed_integrals = true;
    return Error{ErrorCode::unsupported_query,
                 "The field \"" + context_.order[level_].field.name() +
                     "\" has both integers and timestamps, written by another client."};
  }

  Result<bool> is_marked(ValueClass value_class) {
    const std::string_view list = value_class == ValueClass::timestamp ? kTimestamps : kIntegers;
    return exists(context_, {marked(list, {std::string(field_mark(path_))})});
  }

  QueryContext& context_;
  const std::vector<Conjunct> conjuncts_;
  const std::size_t level_;
  const bool descending_;
  const std::string path_;
  std::optional<Value> after_;
  ValueClass first_;   ///< Of integers and timestamps, the class that comes first.
  ValueClass second_;  ///< The other.
  std::array<Part, 4> parts_;
  RowSource* current_ = nullptr;

  RowSourcePtr integrals_;     ///< Integers and timestamps, as the index has them.
  std::deque<Row> put_aside_;  ///< Of the second class.
  bool knows_first_ = false;   ///< Whether our lists were asked for the first class.
  bool moved_ = false;         ///< Whether `integrals_` is to be read in the second one's turn.
};

}  // namespace

RowSourcePtr field_scan(QueryContext& context, std::vector<Conjunct> conjuncts, std::size_t level,
                        const Value* after) {
  return std::make_unique<FieldScan>(context, std::move(conjuncts), level, after);
}

}  // namespace dropzone::datastore
