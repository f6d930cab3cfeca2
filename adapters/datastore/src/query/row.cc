#include "query/row.h"

#include <deque>
#include <iterator>
#include <utility>

#include <dropzone/expects.h>

#include "rpc/keys.h"

namespace dropzone::datastore {
namespace {

std::strong_ordering directed(std::strong_ordering ordering, bool descending) {
  return descending ? 0 <=> ordering : ordering;
}

class Rows final : public RowSource {
 public:
  explicit Rows(std::vector<Row> rows)
      : rows_(std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end())) {}

  Result<const Row*> peek() override {
    return rows_.empty() ? nullptr : static_cast<const Row*>(&rows_.front());
  }
  Row take() override {
    DROPZONE_EXPECTS(!rows_.empty());
    Row row = std::move(rows_.front());
    rows_.pop_front();
    return row;
  }

 private:
  std::deque<Row> rows_;
};

class Selection final : public RowSource {
 public:
  Selection(RowSourcePtr rows, std::function<bool(const Row&)> predicate)
      : rows_(std::move(rows)), predicate_(std::move(predicate)) {}

  Result<const Row*> peek() override {
    for (;;) {
      auto head = rows_->peek();
      if (!head || !*head || predicate_(**head)) return head;
      static_cast<void>(rows_->take());
    }
  }
  Row take() override { return rows_->take(); }

 private:
  RowSourcePtr rows_;
  std::function<bool(const Row&)> predicate_;
};

class Concatenation final : public RowSource {
 public:
  Concatenation(RowSourcePtr first, std::function<Result<RowSourcePtr>()> second)
      : current_(std::move(first)), second_(std::move(second)) {}

  Result<const Row*> peek() override {
    auto head = current_->peek();
    if (!head || *head || !second_) return head;
    auto next = std::exchange(second_, nullptr)();
    if (!next) return next.error();
    current_ = *std::move(next);
    return current_->peek();
  }
  Row take() override { return current_->take(); }

 private:
  RowSourcePtr current_;
  std::function<Result<RowSourcePtr>()> second_;
};

class Merge final : public RowSource {
 public:
  Merge(std::vector<RowSourcePtr> sources, RowOrder order)
      : sources_(std::move(sources)), order_(std::move(order)) {}

  Result<const Row*> peek() override {
    const Row* first = nullptr;
    for (const RowSourcePtr& source : sources_) {
      for (;;) {
        auto head = source->peek();
        if (!head) return head.error();
        // What another source has as well comes right after it.
        if (*head && (*head)->entity.id == last_id_ && taken_) {
          static_cast<void>(source->take());
          continue;
        }
        if (*head && (!first || order_(**head, *first) < 0)) {
          first = *head;
          first_source_ = source.get();
        }
        break;
      }
    }
    return first;
  }

  Row take() override {
    Row row = first_source_->take();
    last_id_ = row.entity.id;
    taken_ = true;
    return row;
  }

 private:
  std::vector<RowSourcePtr> sources_;
  RowOrder order_;
  RowSource* first_source_ = nullptr;
  std::string last_id_;
  bool taken_ = false;
};

}  // namespace

bool ties_descend(const std::vector<SortKey>& order) {
  return !order.empty() && order.back().descending;
}

std::strong_ordering compare_by_id(bool descending, const Row& left, const Row& right) {
  return directed(compare_ids(left.entity.id, right.entity.id), descending);
}

std::strong_ordering compare_rows(const std::vector<SortKey>& order, const Row& left,
                                  const Row& right) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto ordering = order[i].field.is_id()
                              ? compare_ids(left.entity.id, right.entity.id)
                              : compare_scalars(left.sort_values[i], right.sort_values[i]);
    if (ordering != 0) return directed(ordering, order[i].descending);
  }
  return compare_by_id(ties_descend(order), left, right);
}

std::strong_ordering compare_by_key(const std::vector<SortKey>& order, std::size_t level,
                                    const Row& left, const Row& right) {
  const bool descending = order[level].descending;
  const auto ordering = compare_scalars(left.sort_values[level], right.sort_values[level]);
  if (ordering != 0) return directed(ordering, descending);
  return compare_by_id(descending, left, right);
}

RowSourcePtr make_rows(std::vector<Row> rows) { return std::make_unique<Rows>(std::move(rows)); }

RowSourcePtr where(RowSourcePtr rows, std::function<bool(const Row&)> predicate) {
  return std::make_unique<Selection>(std::move(rows), std::move(predicate));
}

RowSourcePtr concatenate(RowSourcePtr first, std::function<Result<RowSourcePtr>()> second) {
  return std::make_unique<Concatenation>(std::move(first), std::move(second));
}

RowSourcePtr merge(std::vector<RowSourcePtr> sources, RowOrder order) {
  if (sources.size() == 1) return std::move(sources.front());
  return std::make_unique<Merge>(std::move(sources), std::move(order));
}

}  // namespace dropzone::datastore
