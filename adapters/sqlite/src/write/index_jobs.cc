#include "write/index_jobs.h"

#include <algorithm>
#include <chrono>

#include "db/schema.h"
#include "query/index_entries.h"
#include "query/record_row.h"

namespace dropzone::sqlite {
namespace {

// Of a piece, for which writers wait: the time without its commit.
constexpr std::chrono::milliseconds kTimeAtOnce{10};
// About what a piece writes: an entry is alone on its page if the fields' values are in no order.
constexpr std::size_t kBytesAtOnce = std::size_t{2} << 20;

// The entries of the record at the statement.
Result<IndexEntries> entries_at(RecordRow& record, const FieldPath& field) {
  auto document = record.document();
  if (!document) return std::move(document).error();
  IndexEntries entries = entries_of((*document)->find(field));
  if (auto sound = check(**document); !sound) return std::move(sound).error();
  return entries;
}

}  // namespace

Result<void> DeclareJob::run() {
  Connection& connection = writer_.connection();
  auto present = make_kind(connection, kind_);
  if (!present) return std::move(present).error();
  std::set<FieldPath> missing = fields_;
  for (const FieldIndex& index : present->indexes) {
    if (missing.erase(index.field) > 0) continue;
    if (auto retired = retire_index(connection, index.number); !retired) return retired;
  }
  for (const FieldPath& field : missing) {
    const auto index = make_index(connection, *present, field);
    if (!index) return index.error();
    if (auto begun = begin_index(connection, *index); !begun) return begun;
  }
  auto tables = make_kind(connection, kind_);
  if (!tables) return std::move(tables).error();
  tables_ = *std::move(tables);
  return {};
}

std::size_t FillJob::bytes() const noexcept { return kBytesAtOnce; }

Result<void> FillJob::run() {
  outcome_ = Outcome::gone;
  auto found = find_place();
  if (!found || !*found) return found ? Result<void>() : std::move(found).error();
  if (auto filled = fill(); !filled) return filled;
  return outcome_ ? note_place() : Result<void>();
}

// False if the index is not to be filled.
Result<bool> FillJob::find_place() {
  Connection& connection = writer_.connection();
  auto noted = connection.prepare(
      "SELECT built_to, built FROM indexes WHERE number = ?1 AND kind = ?2 AND field = ?3");
  if (!noted) return std::move(noted).error();
  noted->bind(index_.number, kind_.number, std::string_view(index_.field.name()));
  const Step step = noted->step();
  if (step == Step::failed) return noted->error();
  if (step == Step::done) return false;
  if (noted->is_null(0)) {
    outcome_ = Outcome::complete;
    return false;
  }
  place_ = noted->bytes(0);
  done_ = noted->integer(1);
  const auto total =
      connection.integer("SELECT records FROM kinds WHERE kind = ?1", 0, kind_.number);
  if (!total) return total.error();
  total_ = *total;
  return true;
}

// What is wrong with a record concerns the index alone, not those who write at the same time.
Result<void> FillJob::fill() {
  const auto end = std::chrono::steady_clock::now() + kTimeAtOnce;
  auto row = writer_.connection().prepare(select_records(kind_, Columns::dated, "id > ?1", false));
  if (!row) return std::move(row).error();
  row->bind_copy(1, place_);
  RecordRow record(writer_.connection(), writer_.catalog(), Columns::dated);
  for (std::int64_t count = 0; count < records_; ++count) {
    if (count > 0 && std::chrono::steady_clock::now() > end) break;
    const Step step = row->step();
    if (step == Step::failed) return row->error();
    if (step == Step::done) {
      outcome_ = Outcome::complete;
      return {};
    }
    record.at(*row);
    const auto entries = entries_at(record, index_.field);
    if (!entries) {
      outcome_ = entries.error();
      return {};
    }
    if (auto put = writer_.indexes().complete(index_, *entries, record.id()); !put) return put;
    place_ = record.id();
    ++done_;
  }
  outcome_ = Outcome::filled;
  return {};
}

Result<void> FillJob::note_place() {
  Connection& connection = writer_.connection();
  if (*outcome_ == Outcome::complete) {
    return connection.run("UPDATE indexes SET built_to = NULL, built = NULL WHERE number = ?1",
                          index_.number);
  }
  return connection.run("UPDATE indexes SET built_to = ?2, built = ?3 WHERE number = ?1",
                        index_.number, std::string_view(place_), done_);
}

std::size_t DropJob::bytes() const noexcept { return kBytesAtOnce; }

Result<void> DropJob::run() {
  auto dropped = drop_piece(writer_.connection());
  if (!dropped) return std::move(dropped).error();
  dropped_ = *dropped;
  writer_.indexes().forget_marks();  // Its number may become another's.
  return {};
}

}  // namespace dropzone::sqlite
