#include "candidates.h"

#include <utility>

#include "index_entries.h"

namespace dropzone::sqlite {
namespace {

constexpr int kIdClass = static_cast<int>(ValueClass::string);
constexpr std::string_view kBetweenCuts =
    " WHERE (class, value, id) >= (?1, ?2, ?3) AND (class, value, id) < (?4, ?5, ?6)";

// Binds the first id that is not before the cut, or what is after all ids.
void bind_id_cut(Cursor& cursor, int parameter, const Cut& cut, std::string& buffer) {
  buffer.clear();
  const bool after_all = cut.value_class > kIdClass ||
                         (cut.value_class == kIdClass && cut.value_at == Cut::At::after_all);
  if (after_all) return cursor.bind_one(parameter, Blob{});
  if (cut.value_class == kIdClass && cut.value_at == Cut::At::at_value) {
    buffer = *cut.value.as_string();
    if (cut.id_at == Cut::At::after_all) buffer += '\0';
  }
  cursor.bind_one(parameter, std::string_view(buffer));
}

std::string count_sql(const KindTables& kind, const FieldIndex* index) {
  if (!index) {
    return "SELECT count(*) FROM (SELECT 1 FROM " + kind.table +
           " WHERE id >= ?1 AND id < ?2 LIMIT ?3)";
  }
  return "SELECT count(*) FROM (SELECT 1 FROM " + index->table + std::string(kBetweenCuts) +
         " LIMIT ?7)";
}

}  // namespace

std::string select_entries(const FieldIndex& index, bool scalars_alone, bool descending) {
  std::string sql = "SELECT class, value, id FROM " + index.table + std::string(kBetweenCuts);
  if (scalars_alone) sql += " AND element = 0";
  sql += descending ? " ORDER BY class DESC, value DESC, id DESC" : " ORDER BY class, value, id";
  return sql;
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
  if (!current_) {
    auto prepared = connection_.prepare(
        access_.index ? select_entries(*access_.index, options_.scalars_alone, options_.descending)
                      : select_records(kind_, options_.columns, options_.descending));
    if (!prepared) return std::move(prepared).error();
    current_.emplace(*std::move(prepared));
  }
  current_->reset();
  bind_range(access_.ranges[options_.descending ? ranges - 1 - opened_ranges_ : opened_ranges_]);
  ++opened_ranges_;
  in_range_ = true;
  return true;
}

void Candidates::bind_range(const KeyRange& range) {
  if (access_.index) {
    bind_cut(*current_, 1, range.low);
    bind_cut(*current_, 4, range.high);
  } else {
    bind_id_cut(*current_, 1, range.low, low_id_);
    bind_id_cut(*current_, 2, range.high, high_id_);
  }
}

Value Candidates::scalar() const { return scalar_at(*current_, 0); }

Result<const Cursor*> Candidates::row() {
  if (!access_.index) return &*current_;
  if (!row_) {
    auto prepared = connection_.prepare(select_record(kind_, options_.columns));
    if (!prepared) return std::move(prepared).error();
    row_.emplace(*std::move(prepared));
  }
  if (auto sought = seek_record(*row_, id()); !sought) return std::move(sought).error();
  return &*row_;
}

Result<std::int64_t> count_entries(Connection& connection, const KindTables& kind,
                                   const Access& access, std::int64_t at_most) {
  auto cursor = connection.prepare(count_sql(kind, access.index));
  if (!cursor) return std::move(cursor).error();
  std::string low;
  std::string high;
  std::int64_t count = 0;
  for (const KeyRange& range : access.ranges) {
    cursor->reset();
    if (access.index) {
      bind_cut(*cursor, 1, range.low);
      bind_cut(*cursor, 4, range.high);
    } else {
      bind_id_cut(*cursor, 1, range.low, low);
      bind_id_cut(*cursor, 2, range.high, high);
    }
    cursor->bind_one(access.index ? 7 : 3, at_most - count);
    if (cursor->step() == Step::failed) return cursor->error();
    count += cursor->integer(0);
    if (count >= at_most) break;
  }
  return count;
}

}  // namespace dropzone::sqlite
