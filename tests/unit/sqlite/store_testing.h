#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/sqlite/sqlite_record_repository.h>
#include <dropzone/value/json_text.h>

namespace dropzone::sqlite {

/// A kind "things" with these indexes.
inline std::shared_ptr<const Kind> things(Array indexes) {
  const Object definition{{"name", "things"}, {"version", 1}, {"indexes", std::move(indexes)}};
  auto kind = Kind::parse(definition, StepRegistry::with_core_steps());
  if (!kind) FAIL(kind.error().detail);
  return std::make_shared<const Kind>(*std::move(kind));
}

inline SqliteOptions options_for(const std::filesystem::path& path, Array indexes = {}) {
  SqliteOptions options{.path = path, .kinds = {}};
  options.kinds.push_back(things(std::move(indexes)));
  return options;
}

inline std::unique_ptr<SqliteRecordRepository> open_store(SqliteOptions options) {
  auto store = SqliteRecordRepository::open(std::move(options));
  if (!store) FAIL("open: " << store.error().detail);
  return *std::move(store);
}

inline std::unique_ptr<SqliteRecordRepository> open_store(const std::filesystem::path& path,
                                                          Array indexes = {}) {
  return open_store(options_for(path, std::move(indexes)));
}

/// Why the store does not open.
inline Error open_error(SqliteOptions options) {
  const auto store = SqliteRecordRepository::open(std::move(options));
  if (store) FAIL("The store opened.");
  return store.error();
}

inline Write thing(const std::string& id, Object data) {
  Write write{.kind = "things",
              .id = id,
              .original = {},
              .data = {},
              .data_json = to_json(data),
              .meta = {.created_at = {1},
                       .updated_at = {1},
                       .version = "v",
                       .pipeline = "things@1",
                       .sha256 = std::nullopt}};
  write.original = write.data_json;
  write.data = std::move(data);
  return write;
}

inline void store(RecordRepository& repository, std::vector<Write> writes) {
  const auto outcomes = repository.write(std::move(writes), Atomicity::partial, kNoDeadline);
  if (!outcomes) FAIL("write: " << outcomes.error().detail);
  for (const WriteOutcome& outcome : *outcomes) REQUIRE(outcome.status == WriteStatus::created);
}

inline std::vector<std::string> ids_of(RecordRepository& repository, const Query& query) {
  std::vector<std::string> ids;
  const auto page = repository.query(
      query, {}, [&](const RecordView& view) { ids.emplace_back(view.id); }, kNoDeadline);
  if (!page) FAIL("query: " << page.error().detail);
  return ids;
}

inline Filter where(std::string_view field, Operator op, Value operand) {
  return {Condition{*FieldPath::parse(field), op, std::move(operand)}};
}

inline Query all_things(Filter filter = {}) {
  return {.kind = "things", .filter = std::move(filter), .order = {}, .after = {}, .limit = 1'000};
}

}  // namespace dropzone::sqlite
