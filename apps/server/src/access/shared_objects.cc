#include "access/shared_objects.h"

#include <array>
#include <chrono>
#include <utility>

#include <dropzone/json/document_decoder.h>
#include <dropzone/json_text.h>

namespace dropzone::server {
namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr std::size_t kPage = 500;

/// Takes records as objects. The first that is none is the fault.
class Collector {
 public:
  explicit Collector(std::vector<SharedObjects::Found>& out) : out_(out) {}

  void operator()(const RecordView& view) {
    auto object = json::JsonDocumentDecoder().decode(view.data, {});
    if (!object) {
      fault_ = std::move(object).error();
      return;
    }
    out_.push_back({std::string(view.id), *std::move(object), view.meta->version});
  }
  [[nodiscard]] const std::optional<Error>& fault() const { return fault_; }

 private:
  std::vector<SharedObjects::Found>& out_;
  std::optional<Error> fault_;
};

}  // namespace

std::string text_of(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  return value != nullptr && value->as_string() != nullptr ? *value->as_string() : std::string();
}

Deadline soon() { return std::chrono::steady_clock::now() + kPatience; }

Result<std::optional<SharedObjects::Found>> SharedObjects::find(const std::string& id,
                                                                Deadline deadline) {
  std::vector<Found> found;
  Collector collect(found);
  const auto read = repository_.find(
      kind_, std::span(&id, 1), {.meta = true}, [&](const RecordView& view) { collect(view); },
      deadline);
  if (!read) return read.error();
  if (collect.fault()) return *collect.fault();
  if (found.empty()) return std::optional<Found>();
  return std::optional<Found>(std::move(found.front()));
}

Result<std::vector<SharedObjects::Found>> SharedObjects::list(Deadline deadline) {
  std::vector<Found> found;
  Collector collect(found);
  Query query;
  query.kind = kind_;
  query.limit = kPage;
  do {
    auto page = repository_.query(
        query, {.meta = true}, [&](const RecordView& view) { collect(view); }, deadline);
    if (!page) return std::move(page).error();
    query.after = *std::move(page);
  } while (query.after && !collect.fault());
  if (collect.fault()) return *collect.fault();
  return found;
}

Result<bool> SharedObjects::insert(const std::string& id, Object object, Deadline deadline) {
  return write(id, std::move(object), std::nullopt, deadline);
}

Result<bool> SharedObjects::replace(const Found& found, Object object, Deadline deadline) {
  return write(found.id, std::move(object), found.version, deadline);
}

Result<bool> SharedObjects::write(const std::string& id, Object object,
                                  std::optional<std::string> version, Deadline deadline) {
  const Timestamp now = clock_.now();
  std::string json = to_json(object);
  std::vector<Write> writes;
  writes.push_back({.kind = kind_,
                    .id = id,
                    .original = json,
                    .data = std::move(object),
                    .data_json = json,
                    .meta = {.created_at = now,
                             .updated_at = now,
                             .version = ids_.next(),
                             .pipeline = kind_ + "@1",
                             .sha256 = {}},
                    .if_exists = version ? IfExists::replace : IfExists::fail,
                    .if_version = std::move(version)});
  const auto outcomes = repository_.write(std::move(writes), Atomicity::partial, deadline);
  if (!outcomes) return outcomes.error();
  const WriteOutcome& outcome = outcomes->front();
  if (outcome.status != WriteStatus::refused) return true;
  const ErrorCode code = outcome.error.code;
  if (code == ErrorCode::already_exists || code == ErrorCode::precondition_failed) return false;
  return outcome.error;
}

Result<bool> SharedObjects::erase(const std::string& id, Deadline deadline) {
  const std::array<Erase, 1> erases{{{.id = id}}};
  const auto erased = repository_.erase(kind_, erases, deadline);
  if (!erased) return erased.error();
  return erased->front() == EraseStatus::erased;
}

}  // namespace dropzone::server
