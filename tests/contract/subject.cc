#include "subject.h"

#include <atomic>
#include <exception>
#include <utility>

#include <dropzone/value/json_text.h>

namespace dropzone::contract {
namespace {

Shown copy_of(const RecordView& view) {
  Shown shown{std::string(view.id),
              std::string(view.data),
              std::string(view.original),
              view.meta != nullptr,
              {},
              {view.timestamps.begin(), view.timestamps.end()}};
  if (view.meta) shown.meta = *view.meta;
  return shown;
}

std::string fresh_version() {
  static std::atomic<int> next = 0;
  return "version" + std::to_string(++next);
}

}  // namespace

Subject::Subject(const RepositoryFactory* factory)
    : factory_(factory),
      message_(Catch::MessageBuilder("INFO", CATCH_INTERNAL_LINEINFO, Catch::ResultWas::Info)
               << "repository: " << factory->name),
      under_test_(factory->make()) {}

Subject::~Subject() {
  if (std::uncaught_exceptions() > 0) return;  // The case has failed for another reason.
  INFO("refused " << refused_ << " queries and answered " << answered_);
  CHECK((may_refuse_all_ || refused_ == 0 || answered_ > 0));
}

WriteOutcome Subject::write(Write write) {
  return this->write(std::vector<Write>{std::move(write)}).at(0);
}

std::vector<WriteOutcome> Subject::write(std::vector<Write> writes, Atomicity atomicity) {
  const std::size_t count = writes.size();
  auto outcomes = repository().write(std::move(writes), atomicity, kNoDeadline);
  if (!outcomes) FAIL("write: " << outcomes.error().detail);
  REQUIRE(outcomes->size() == count);
  return *std::move(outcomes);
}

void Subject::fill(const std::string& kind,
                   std::initializer_list<std::pair<const char*, Object>> records) {
  std::vector<Write> writes;
  for (const auto& [id, data] : records) writes.push_back(record(kind, id, data));
  for (const WriteOutcome& outcome : write(std::move(writes))) {
    REQUIRE(outcome.status == WriteStatus::created);
  }
}

std::vector<Shown> Subject::find(const std::string& kind, const std::vector<std::string>& ids,
                                 Projection projection) {
  std::vector<Shown> records;
  const auto found = repository().find(
      kind, ids, projection, [&](const RecordView& view) { records.push_back(copy_of(view)); },
      kNoDeadline);
  if (!found) FAIL("find: " << found.error().detail);
  return records;
}

std::vector<Shown> Subject::read(const Query& query, Projection projection) {
  std::vector<Shown> records;
  const auto page = repository().query(
      query, projection, [&](const RecordView& view) { records.push_back(copy_of(view)); },
      kNoDeadline);
  if (!page) FAIL("query: " << page.error().detail);
  return records;
}

Page Subject::ask(const Query& query) {
  Page page;
  auto next = repository().query(
      query, {.data = false}, [&](const RecordView& view) { page.ids.emplace_back(view.id); },
      kNoDeadline);
  if (next) {
    ++answered_;
    page.next = *std::move(next);
  } else if (may_refuse(next.error())) {
    ++refused_;
    page.refused = true;
  } else {
    FAIL("query: " << next.error().detail);
  }
  return page;
}

std::optional<std::vector<std::string>> Subject::ask_all(Query query, std::size_t limit) {
  constexpr int kMostPages = 1'000;
  query.limit = limit;
  std::vector<std::string> ids;
  for (int pages = 0; pages < kMostPages; ++pages) {
    Page page = ask(query);
    if (page.refused) return std::nullopt;
    REQUIRE(page.ids.size() <= limit);
    ids.insert(ids.end(), page.ids.begin(), page.ids.end());
    if (!page.next) return ids;
    REQUIRE(page.ids.size() == limit);
    REQUIRE(page.next->id == page.ids.back());
    REQUIRE(page.next->sort_values.size() == query.order.size());
    query.after = std::move(page.next);
  }
  FAIL("The pages do not end.");
  return std::nullopt;
}

std::optional<Aggregates> Subject::aggregate(const AggregateQuery& query) {
  auto aggregates = repository().aggregate(query, kNoDeadline);
  if (aggregates) {
    ++answered_;
    return *std::move(aggregates);
  }
  if (!may_refuse(aggregates.error())) FAIL("aggregate: " << aggregates.error().detail);
  ++refused_;
  return std::nullopt;
}

std::vector<EraseStatus> Subject::erase(const std::string& kind, const std::vector<Erase>& erases) {
  auto statuses = repository().erase(kind, erases, kNoDeadline);
  if (!statuses) FAIL("erase: " << statuses.error().detail);
  return *std::move(statuses);
}

std::optional<std::vector<std::string>> Subject::kinds() {
  auto names = repository().kinds(kNoDeadline);
  if (names) return *std::move(names);
  if (!may_refuse(names.error())) FAIL("kinds: " << names.error().detail);
  return std::nullopt;
}

bool Subject::may_refuse(const Error& error) const {
  if (factory_->answers_every_query) return false;
  return error.code == ErrorCode::unsupported_query || error.code == ErrorCode::index_required ||
         error.code == ErrorCode::scan_limit;
}

Write record(const std::string& kind, const std::string& id, Object data) {
  Write write{
      .kind = kind, .id = id, .original = {}, .data = {}, .data_json = to_json(data), .meta = {}};
  write.original = ' ' + write.data_json + ' ';
  write.data = std::move(data);
  write.meta = {.created_at = {1'000'000},
                .updated_at = {1'000'000},
                .version = fresh_version(),
                .pipeline = kind + "@1",
                .sha256 = std::nullopt};
  return write;
}

Write replacing(Write write) {
  write.if_exists = IfExists::replace;
  return write;
}

Write skipping(Write write) {
  write.if_exists = IfExists::skip;
  return write;
}

FieldPath field(std::string_view dotted) { return FieldPath::parse(dotted).value(); }

Filter where(std::string_view name, Operator op, Value operand) {
  return {Condition{field(name), op, std::move(operand)}};
}

Filter all_of(std::vector<Filter> filters) { return {Filter::And{std::move(filters)}}; }

Filter any_of(std::vector<Filter> filters) { return {Filter::Or{std::move(filters)}}; }

std::vector<SortKey> order_by(std::initializer_list<std::string_view> keys) {
  std::vector<SortKey> order;
  for (std::string_view key : keys) {
    const bool descending = key.starts_with('-');
    order.push_back({field(key.substr(descending ? 1 : 0)), descending});
  }
  return order;
}

}  // namespace dropzone::contract
