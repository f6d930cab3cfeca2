#include <algorithm>
#include <memory>
#include <utility>

#include "message/request_account.h"
#include "rest/acceptable.h"
#include "rest/body_type.h"
#include "rest/parameters.h"
#include "rest/record_page.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

constexpr std::size_t kRecordsAPull = 500;
constexpr std::size_t kBytesAPull = 512 * 1024;
constexpr std::chrono::seconds kTimeForAPull{30};

/// Hands out a kind's records page by page, each page when the one before has been sent. Between
/// two pages nothing is held of the store, so that a slow reader is in nobody's way.
class Export {
 public:
  /// `memory`, which may be null, has kStreamMemory charged for a usual piece.
  Export(DropZone& zone, std::string kind, RecordParts shown, bool says_end, CallOptions options,
         std::shared_ptr<MemoryAccount> memory)
      : zone_(zone),
        shown_(std::move(shown)),
        says_end_(says_end),
        options_(std::move(options)),
        memory_(std::move(memory)) {
    options_.memory = nullptr;  // It is the piece that is charged, and no longer than it is there.
    query_.kind = std::move(kind);
    query_.limit = kRecordsAPull;
    query_.max_bytes = kBytesAPull;
  }

  Result<bool> next(std::string& out) {
    options_.deadline = std::chrono::steady_clock::now() + kTimeForAPull;
    // Of the piece before, which has been sent but for a little.
    const std::size_t charged_before = std::exchange(charged_, 0);
    const std::size_t before = out.size();
    std::size_t records = 0;
    Result<void> room;
    auto page = zone_.fetch(
        query_, projection_of(shown_),
        [&](const RecordView& view) {
          if (room) room = make_room(out.size() + bytes_of(view, shown_));
          if (room) append(view, out);
          ++records;
        },
        options_);
    if (memory_) memory_->refund(charged_before);
    if (!room) return std::move(room).error();
    if (!page) return std::move(page).error();
    exported_ += records;
    query_.after = std::move(page->next);
    if (says_end_ && !query_.after) append_end(out);
    query_.limit = fitting(records, out.size() - before);
    return query_.after.has_value();
  }

 private:
  /// How many records like these make a page: a store that reads ahead reads no more than it.
  static std::size_t fitting(std::size_t records, std::size_t bytes) {
    if (bytes == 0) return kRecordsAPull;
    return std::clamp<std::size_t>(kBytesAPull * records / bytes + 1, 1, kRecordsAPull);
  }

  /// Charges what a piece of large records has beyond a usual one.
  Result<void> make_room(std::size_t size) {
    if (!memory_ || size <= kStreamMemory + charged_) return {};
    const std::size_t more = size - kStreamMemory - charged_;
    auto held = memory_->charge(more);
    if (held) charged_ += more;
    return held;
  }

  void append(const RecordView& view, std::string& out) const {
    json::append_line(out, view,
                      {.original = shown_.original, .meta = shown_.meta, .fields = shown_.fields});
  }

  /// No record begins so: its first member is `_id`.
  void append_end(std::string& out) const {
    out += R"({"_export":{"complete":true,"records":)" + std::to_string(exported_) + "}}\n";
  }

  DropZone& zone_;
  RecordParts shown_;
  const bool says_end_;
  CallOptions options_;
  const std::shared_ptr<MemoryAccount> memory_;
  std::size_t charged_ = 0;
  std::uint64_t exported_ = 0;
  Query query_;
};

/// HTTP/1.0 has no chunks: a connection that breaks looks like the end.
Error no_end_to_be_seen() {
  return {ErrorCode::invalid_request,
          "Over HTTP/1.0 an interrupted export would look complete. Use HTTP/1.1 (nginx: "
          "\"proxy_http_version 1.1;\"), or ask for a last line that says so: ?end=true"};
}

Result<Response> export_kind(const RouteContext& context, const Call& call) {
  auto kind = kind_of(call, context.options);
  if (!kind) return std::move(kind).error();
  auto shown = record_parts(call);
  if (!shown) return std::move(shown).error();
  const auto end = flag(call, "end");
  if (!end) return end.error();
  if (call.request.http_minor_version == 0 && !*end) return no_end_to_be_seen();
  std::shared_ptr<MemoryAccount> memory;
  if (call.request.budget) {
    memory = account_of(call.request.budget);
    if (auto held = memory->charge(kStreamMemory); !held) return std::move(held).error();
  }
  const std::string name = *kind;
  auto records = std::make_shared<Export>(context.zone, *std::move(kind), *std::move(shown), *end,
                                          call.options, memory);

  // The first page is read before the answer begins, so that what fails at once is an error.
  std::string first;
  const auto more = records->next(first);
  if (!more) return more.error();
  const auto type = acceptable_type(call.request.headers, ndjson_types());
  Response response = make_response(200, type.value_or(ndjson_types().front()), {});
  response.headers.set("Content-Disposition", "attachment; filename=\"" + name + ".ndjson\"");
  response.memory = memory;
  response.stream.pool = &context.workers;
  response.stream.pull = [records, first = std::move(first), more = *more,
                          begun = false](std::string& out) mutable -> Result<bool> {
    if (begun) return records->next(out);
    begun = true;
    out += std::exchange(first, {});
    return more;
  };
  return response;
}

}  // namespace

Route export_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/export",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {"kind", "original", "meta", "end"},
          .answer = [context](Call& call) { return export_kind(context, call); },
          .produces = ndjson_types()};
}

}  // namespace dropzone::http
