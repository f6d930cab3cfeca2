#include "query/record_row.h"

#include <algorithm>
#include <utility>

namespace dropzone::sqlite {
namespace {

// Places of the columns in what is selected.
constexpr int kId = 0, kData = 1, kTimestamps = 2, kRow = 3, kCreated = 4, kUpdated = 5,
              kVersion = 6, kPipeline = 7;
constexpr int kOriginal = 0, kOriginalData = 1, kSha256 = 2, kReceivedAt = 3, kReceivedBy = 4;

constexpr std::string_view kSelectOriginal =
    "SELECT original, data, sha256, received_at, received_by FROM originals WHERE row = ?1";
// Names that the columns of records do not have.
constexpr std::string_view kOriginalNames =
    ", original, original_data, sha256, received_at, received_by";
constexpr std::string_view kJoinOriginals =
    " LEFT JOIN (SELECT row AS original_row, original, data AS original_data, sha256, received_at,"
    " received_by FROM originals) ON original_row = row";

std::string select(const KindTables& kind, Columns columns, std::string_view condition) {
  constexpr std::size_t kUsualBytes = 160;
  std::string text;
  text.reserve(kUsualBytes);
  text.append("SELECT ").append(names_of(columns)).append(" FROM ").append(kind.table);
  return text.append(" WHERE ").append(condition);
}

std::string by_id(std::string_view condition, bool descending) {
  return std::string(condition) + " ORDER BY id" + (descending ? " DESC" : "");
}

Error damaged(std::string_view what) {
  return {ErrorCode::store_corrupt, "The store is damaged: a record " + std::string(what) + "."};
}

Error no_original() { return damaged("has no original"); }

Error not_there() { return damaged("is in an index, but not there"); }

}  // namespace

std::string_view names_of(Columns columns) noexcept {
  switch (columns) {
    case Columns::id: return "id";
    case Columns::document: return "id, data, timestamps, row";
    case Columns::dated: return "id, data, timestamps, row, created, updated";
    case Columns::everything: break;
  }
  return "id, data, timestamps, row, created, updated, version, pipeline";
}

int count_of(Columns columns) noexcept {
  switch (columns) {
    case Columns::id: return kId + 1;
    case Columns::document: return kRow + 1;
    case Columns::dated: return kUpdated + 1;
    case Columns::everything: break;
  }
  return kPipeline + 1;
}

Columns columns_for(Projection projection, Columns compared) {
  if (projection.meta) return Columns::everything;
  const bool shows_more = projection.data || projection.original;
  return std::max(compared, shows_more ? Columns::document : Columns::id);
}

std::string select_record(const KindTables& kind, Columns columns) {
  return select(kind, columns, "id = ?1");
}

std::string select_records(const KindTables& kind, Columns columns, std::string_view condition,
                           bool descending) {
  return select(kind, columns, by_id(condition, descending));
}

std::string select_records_with_originals(const KindTables& kind, Columns columns,
                                          std::string_view condition, bool descending) {
  std::string sql = "SELECT ";
  sql.append(names_of(columns)).append(kOriginalNames).append(" FROM ").append(kind.table);
  return sql.append(kJoinOriginals).append(" WHERE ").append(by_id(condition, descending));
}

Result<void> seek_record(Statement& statement, std::string_view id) {
  statement.reset();
  statement.bind(id);
  switch (statement.step()) {
    case Step::row: return {};
    case Step::done: return not_there();
    case Step::failed: break;
  }
  return statement.error();
}

Result<void> check_row(const Statement& joined) {
  if (joined.is_null(kRow)) return not_there();
  return {};
}

Result<void> check(const StoredDocument& document) {
  if (document.malformed()) return damaged("has data that are no JSON");
  return {};
}

void RecordRow::at(const Statement& row) {
  row_ = &row;
  id_ = row.bytes(kId);
  data_.reset();
  original_row_ = nullptr;
}

Result<void> RecordRow::at_joined(const Statement& row, Columns columns) {
  at(row);
  original_row_ = &row;
  original_column_ = count_of(columns);
  if (row.is_null(original_column_ + kOriginal)) return no_original();
  return {};
}

std::string_view RecordRow::of_original(int column) const {
  return original_row_->bytes(original_column_ + column);
}

std::int64_t RecordRow::number() const { return row_->integer(kRow); }

std::string_view RecordRow::version() const { return row_->bytes(kVersion); }

Timestamp RecordRow::created_at() const { return {row_->integer(kCreated)}; }

Result<const StoredDocument*> RecordRow::document() {
  auto json = data();
  if (!json) return std::move(json).error();
  auto pointers = timestamps();
  if (!pointers) return std::move(pointers).error();
  StoredDocument& document = document_.emplace(*json, *pointers);
  if (documents_ == Columns::dated) {
    document.set_times({row_->integer(kCreated)}, {row_->integer(kUpdated)});
  }
  return &document;
}

Result<RecordView> RecordRow::view(Projection projection) {
  RecordView view{.id = id(), .data = {}, .original = {}, .meta = nullptr};
  if (projection.data) {
    auto json = data();
    if (!json) return std::move(json).error();
    view.data = *json;
  }
  if (projection.data && projection.timestamps) {
    auto pointers = timestamps();
    if (!pointers) return std::move(pointers).error();
    view.timestamps = *pointers;
  }
  if (projection.original || projection.meta) {
    if (auto loaded = load_original(); !loaded) return std::move(loaded).error();
  }
  if (projection.original) view.original = of_original(kOriginal);
  if (projection.meta) {
    if (auto loaded = load_meta(); !loaded) return std::move(loaded).error();
    view.meta = &meta_;
  }
  return view;
}

std::optional<std::string_view> RecordRow::data_in_row() const {
  const std::string_view data = row_->bytes(kData);
  if (data.data() == nullptr) return std::nullopt;  // NULL: an object's text is never empty.
  return data;
}

Result<std::string_view> RecordRow::data() {
  if (data_) return *data_;
  data_ = data_in_row();
  if (data_) return *data_;
  if (auto loaded = load_original(); !loaded) return std::move(loaded).error();
  const std::string_view data = of_original(kOriginalData);
  data_ = data.data() == nullptr ? of_original(kOriginal) : data;
  return *data_;
}

Result<std::span<const std::string>> RecordRow::timestamps() {
  if (row_->is_null(kTimestamps)) return std::span<const std::string>();
  if (!row_->is_integer(kTimestamps)) {
    own_pointers_ = split_pointers(row_->bytes(kTimestamps));
    return std::span<const std::string>(own_pointers_);
  }
  const std::int64_t number = row_->integer(kTimestamps);
  if (!pointers_ || number != pointers_number_) {
    pointers_ = catalog_.text(number);
    pointers_number_ = number;
  }
  if (!pointers_) return damaged("names a text that is not there");
  return std::span<const std::string>(pointers_->pointers);
}

Result<void> RecordRow::load_original() {
  if (original_row_) return {};
  if (!original_) {
    auto prepared = connection_.prepare(kSelectOriginal);
    if (!prepared) return std::move(prepared).error();
    original_.emplace(*std::move(prepared));
  }
  original_->reset();
  original_->bind(row_->integer(kRow));
  switch (original_->step()) {
    case Step::row:
      original_row_ = &*original_;
      original_column_ = 0;
      return {};
    case Step::done: return no_original();
    case Step::failed: break;
  }
  return original_->error();
}

Result<void> RecordRow::load_meta() {
  meta_.version.assign(row_->bytes(kVersion));
  if (row_->is_integer(kPipeline)) {
    const SharedText* pipeline = catalog_.text(row_->integer(kPipeline));
    if (!pipeline) return damaged("names a text that is not there");
    meta_.pipeline.assign(pipeline->text);
  } else {
    meta_.pipeline.assign(row_->bytes(kPipeline));
  }
  meta_.created_at.micros = row_->integer(kCreated);
  meta_.updated_at.micros = row_->integer(kUpdated);
  meta_.sha256.reset();
  const std::string_view sha256 = of_original(kSha256);
  if (sha256.size() == Sha256().size()) {
    std::ranges::copy(sha256, meta_.sha256.emplace().begin());
  }
  meta_.received.reset();
  if (!original_row_->is_null(original_column_ + kReceivedAt)) {
    meta_.received = Received{.at = {original_row_->integer(original_column_ + kReceivedAt)},
                              .by = std::string(of_original(kReceivedBy))};
  }
  return {};
}

}  // namespace dropzone::sqlite
