#include "query/candidates.h"

#include <utility>

#include <dropzone/expects.h>

#include "query/index_entries.h"

namespace dropzone::sqlite {
namespace {

constexpr int kIdClass = static_cast<int>(ValueClass::string);

bool is_after_all_ids(const Bound& bound) {
  return bound.value_class > kIdClass ||
         (bound.value_class == kIdClass && bound.value_at == Bound::At::after_all);
}

// Binds the first id that is not before the bound, or what is after all ids.
void bind_id_bound(Statement& statement, int parameter, const Bound& bound, std::string& buffer) {
  buffer.clear();
  if (is_after_all_ids(bound)) return statement.bind_one(parameter, Blob{});
  if (bound.value_class == kIdClass && bound.value_at == Bound::At::at_value) {
    buffer = *bound.value.as_string();
    if (bound.id_at == Bound::At::after_all) buffer += '\0';
  }
  statement.bind_one(parameter, std::string_view(buffer));
}

bool divides_a_value(const Bound& bound) {
  return bound.value_at == Bound::At::at_value && bound.id_at == Bound::At::at_value;
}

bool is_after_value(const Bound& bound) {
  return bound.value_at == Bound::At::at_value && bound.id_at == Bound::At::after_all;
}

std::string with_order(std::string sql, const EntrySelection& selection) {
  sql += " WHERE " + selection.condition;
  if (selection.scalars_alone) sql += " AND element = 0";
  sql += selection.descending ? " ORDER BY class DESC, value DESC, id DESC"
                              : " ORDER BY class, value, id";
  return sql;
}

// Whether the range is one of whole values of one class.
bool is_of_values(const KeyRange& range) {
  return range.low.value_class == range.high.value_class && !divides_a_value(range.low) &&
         !divides_a_value(range.high);
}

// Binds the parameters of condition_for().
void bind_range(Statement& statement, const AccessPath& access, const KeyRange& range,
                IdBounds& ids) {
  if (!access.index) {
    bind_id_bound(statement, 1, range.low, ids.low);
    if (!is_after_all_ids(range.high)) bind_id_bound(statement, 2, range.high, ids.high);
  } else if (is_of_values(range)) {
    statement.bind_one(1, std::int64_t{range.low.value_class});
    bind_value_of_bound(statement, 2, range.low);
    bind_value_of_bound(statement, 3, range.high);
  } else {
    bind_bound(statement, 1, range.low);
    bind_bound(statement, 4, range.high);
  }
}

constexpr int kAtMost = 7;  // A parameter after those.

}  // namespace

// SQLite compares row values again with each row that it finds by them, so they are left to
// the ranges that need them.
std::string condition_for(const AccessPath& access, const KeyRange& range) {
  if (!access.index) return is_after_all_ids(range.high) ? "id >= ?1" : "id >= ?1 AND id < ?2";
  if (!is_of_values(range)) {
    return "(class, value, id) >= (?1, ?2, ?3) AND (class, value, id) < (?4, ?5, ?6)";
  }
  return std::string("class = ?1 AND value ") + (is_after_value(range.low) ? ">" : ">=") +
         " ?2 AND value " + (is_after_value(range.high) ? "<=" : "<") + " ?3";
}

std::string select_entries(const FieldIndex& index, const EntrySelection& selection) {
  return with_order("SELECT id, class, value FROM " + index.table, selection);
}

std::string select_entries_with_rows(const FieldIndex& index, const KindTables& kind,
                                     Columns columns, const EntrySelection& selection) {
  return with_order("SELECT " + std::string(names_of(columns)) + ", class, value FROM " +
                        index.table + " LEFT JOIN " + kind.table + " USING (id)",
                    selection);
}

Result<bool> Candidates::next() {
  while (true) {
    if (in_range_) {
      const Step step = current_->step();
      if (step == Step::row) return true;
      if (step == Step::failed) return current_->error();
      in_range_ = false;
    }
    auto opened = open_next_range();
    if (!opened || !*opened) return opened;
  }
}

Result<bool> Candidates::open_next_range() {
  const std::size_t ranges = access_.ranges.size();
  if (opened_ranges_ == ranges) return false;
  const std::size_t next = options_.descending ? ranges - 1 - opened_ranges_ : opened_ranges_;
  if (auto opened = open(access_.ranges[next]); !opened) return std::move(opened).error();
  ++opened_ranges_;
  in_range_ = true;
  return true;
}

Result<void> Candidates::open(const KeyRange& range) {
  std::string sql = statement_for(range);
  if (!current_ || sql != sql_) {
    sql_ = std::move(sql);
    auto prepared = connection_.prepare(sql_);
    if (!prepared) return std::move(prepared).error();
    current_.emplace(*std::move(prepared));
  }
  current_->reset();
  bind_range(*current_, access_, range, ids_);
  return {};
}

std::string Candidates::statement_for(const KeyRange& range) const {
  std::string condition = condition_for(access_, range);
  if (!access_.index) {
    const auto select = options_.with_originals ? select_records_with_originals : select_records;
    return select(kind_, options_.columns, condition, options_.descending);
  }
  const EntrySelection selection{std::move(condition), options_.scalars_alone, options_.descending};
  return options_.with_rows
             ? select_entries_with_rows(*access_.index, kind_, options_.columns, selection)
             : select_entries(*access_.index, selection);
}

Value Candidates::scalar() const {
  DROPZONE_EXPECTS(access_.index != nullptr);
  return scalar_at(*current_, options_.with_rows ? count_of(options_.columns) : 1);
}

Result<const Statement*> Candidates::row() {
  if (!access_.index) return &*current_;
  if (options_.with_rows) {
    if (auto there = check_row(*current_); !there) return std::move(there).error();
    return &*current_;
  }
  if (!row_) {
    auto prepared = connection_.prepare(select_record(kind_, options_.columns));
    if (!prepared) return std::move(prepared).error();
    row_.emplace(*std::move(prepared));
  }
  if (auto sought = seek_record(*row_, id()); !sought) return std::move(sought).error();
  return &*row_;
}

Result<std::int64_t> count_entries(Connection& connection, const KindTables& kind,
                                   const AccessPath& access, std::int64_t at_most) {
  const std::string& table = access.index ? access.index->table : kind.table;
  IdBounds ids;
  std::int64_t count = 0;
  for (const KeyRange& range : access.ranges) {
    auto statement = connection.prepare("SELECT count(*) FROM (SELECT 1 FROM " + table + " WHERE " +
                                        condition_for(access, range) + " LIMIT ?7)");
    if (!statement) return std::move(statement).error();
    bind_range(*statement, access, range, ids);
    statement->bind_one(kAtMost, at_most - count);
    if (statement->step() == Step::failed) return statement->error();
    count += statement->integer(0);
    if (count >= at_most) break;
  }
  return count;
}

}  // namespace dropzone::sqlite
