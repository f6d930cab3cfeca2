#include <dropzone/datastore/batching_record_repository.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <iterator>
#include <list>
#include <memory>
#include <set>
#include <stop_token>
#include <unordered_map>
#include <utility>

#include "rpc/rpc.h"
#include "write/call_batcher.h"
#include "write/pending_write.h"

namespace dropzone::datastore {
namespace {

Error not_carried_out() {
  return {.code = ErrorCode::internal,
          .detail = "The call was not carried out.",
          .cause = "it was gathered with another one, which has thrown: that one's line says what"};
}

/// One caller's insertions.
struct Insertion : BatchedCall {
  std::vector<Write> writes;
  CallOptions options;
  Result<std::vector<WriteOutcome>> outcomes = not_carried_out();

  /// Whether it may need a transaction, which the others in a commit would share.
  [[nodiscard]] bool skips() const {
    return std::any_of(writes.begin(), writes.end(),
                       [](const Write& write) { return write.if_exists == IfExists::skip; });
  }

  [[nodiscard]] std::size_t bytes() const {
    std::size_t bytes = 0;
    for (const Write& write : writes) bytes += write.original.size() + write.data_json.size();
    return bytes;
  }
};

struct Found {
  std::string data;
  std::string original;
  RecordMeta meta;
  std::vector<std::string> timestamps;
};
using FoundById = std::unordered_map<std::string, Found>;

/// One caller's look-up.
struct Search : BatchedCall {
  std::string kind;
  std::vector<std::string> ids;
  Projection projection;
  CallOptions options;
  Result<std::shared_ptr<const FoundById>> found = not_carried_out();
};

bool is_sampled(std::string_view traceparent) { return traceparent.ends_with('1'); }

/// The latest deadline, and one trace: a call can be in no more. That is the first that is sampled,
/// else the first.
template <typename Item>
CallOptions options_of(const std::vector<std::shared_ptr<Item>>& group) {
  CallOptions all(Deadline::min());
  for (const auto& item : group) {
    const std::string& traceparent = item->options.traceparent;
    all.deadline = std::max(all.deadline, item->options.deadline);
    const bool better = is_sampled(traceparent) && !is_sampled(all.traceparent);
    if (all.traceparent.empty() || better) all.traceparent = traceparent;
  }
  return all;
}

/// Asks a group's call to stop once each of its requests was: one client that leaves does not stop
/// what others wait for.
class GroupStop {
 public:
  template <typename Item>
  explicit GroupStop(const std::vector<std::shared_ptr<Item>>& group) : waiting_(group.size()) {
    for (const auto& item : group) {
      callbacks_.emplace_back(item->options.stop, [this] {
        if (--waiting_ == 0) source_.request_stop();
      });
    }
  }
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::atomic<std::size_t> waiting_;
  std::list<std::stop_callback<std::function<void()>>> callbacks_;
};

// Whether they may go into one write with those of others.
bool may_gather(const std::vector<Write>& writes) {
  return std::all_of(writes.begin(), writes.end(),
                     [](const Write& write) { return is_insertion(write) && !write.joined; });
}

}  // namespace

struct BatchingRecordRepository::Impl {
  using Insertions = CallBatcher<Insertion>;
  using Searches = CallBatcher<Search>;

  Impl(std::unique_ptr<RecordRepository> inner_repository, Limits the_limits)
      : inner(std::move(inner_repository)),
        limits(the_limits),
        insertions(
            limits.writes_under_way, [this](auto& queue) { return take_insertions(queue); },
            [this](const auto& group) { insert(group); }),
        searches(
            limits.finds_under_way, [this](auto& queue) { return take_searches(queue); },
            [this](const auto& group) { search(group); }) {}

  Insertions::Group take_insertions(std::deque<std::shared_ptr<Insertion>>& queue) const {
    Insertions::Group group;
    std::size_t records = 0;
    std::size_t bytes = 0;
    const bool skips = queue.front()->skips();
    while (!queue.empty() && queue.front()->skips() == skips) {
      records += queue.front()->writes.size();
      bytes += queue.front()->bytes();
      if (!group.empty() && (records > limits.records || bytes > limits.bytes)) break;
      group.push_back(std::move(queue.front()));
      queue.pop_front();
    }
    return group;
  }

  void insert(const Insertions::Group& group) const {
    if (group.size() == 1) {
      Insertion& only = *group.front();
      only.outcomes = inner->write(std::move(only.writes), Atomicity::partial, only.options);
      return;
    }
    std::vector<Write> all;
    std::vector<std::size_t> counts;
    for (const auto& item : group) {
      counts.push_back(item->writes.size());
      std::move(item->writes.begin(), item->writes.end(), std::back_inserter(all));
    }
    const GroupStop stop(group);
    CallOptions options = options_of(group);
    options.stop = stop.token();
    auto outcomes = inner->write(std::move(all), Atomicity::partial, options);
    auto next = outcomes ? std::make_move_iterator(outcomes->begin())
                         : std::move_iterator<std::vector<WriteOutcome>::iterator>();
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (!outcomes) {
        group[i]->outcomes = outcomes.error();
        continue;
      }
      const auto end = next + static_cast<std::ptrdiff_t>(counts[i]);
      group[i]->outcomes = std::vector<WriteOutcome>(next, end);
      next = end;
    }
  }

  Searches::Group take_searches(std::deque<std::shared_ptr<Search>>& queue) const {
    Searches::Group group{std::move(queue.front())};
    queue.pop_front();
    std::size_t ids = group.front()->ids.size();
    for (auto item = queue.begin(); item != queue.end();) {
      const bool joins =
          (*item)->kind == group.front()->kind && ids + (*item)->ids.size() <= limits.ids;
      if (!joins) {
        ++item;
        continue;
      }
      ids += (*item)->ids.size();
      group.push_back(std::move(*item));
      item = queue.erase(item);
    }
    return group;
  }

  void search(const Searches::Group& group) const {
    std::set<std::string> distinct;
    Projection projection{.original = false, .meta = false, .data = false};
    for (const auto& item : group) {
      distinct.insert(item->ids.begin(), item->ids.end());
      projection.original |= item->projection.original;
      projection.meta |= item->projection.meta;
      projection.data |= item->projection.data;
      projection.timestamps |= item->projection.timestamps;
    }
    const std::vector<std::string> ids(distinct.begin(), distinct.end());
    auto found = std::make_shared<FoundById>();
    const GroupStop stop(group);
    CallOptions options = options_of(group);
    options.stop = stop.token();
    const auto read = inner->find(
        group.front()->kind, ids, projection,
        [&](const RecordView& view) {
          found->try_emplace(std::string(view.id),
                             Found{std::string(view.data),
                                   std::string(view.original),
                                   view.meta ? *view.meta : RecordMeta{},
                                   {view.timestamps.begin(), view.timestamps.end()}});
        },
        options);
    for (const auto& item : group) {
      if (read) {
        item->found = std::shared_ptr<const FoundById>(found);
      } else {
        item->found = read.error();
      }
    }
  }

  const std::unique_ptr<RecordRepository> inner;
  const Limits limits;
  Insertions insertions;
  Searches searches;
};

BatchingRecordRepository::BatchingRecordRepository(std::unique_ptr<RecordRepository> inner)
    : BatchingRecordRepository(std::move(inner), Limits{}) {}

BatchingRecordRepository::BatchingRecordRepository(std::unique_ptr<RecordRepository> inner,
                                                   Limits limits)
    : impl_(std::make_unique<Impl>(std::move(inner), limits)) {}

BatchingRecordRepository::~BatchingRecordRepository() = default;

Result<std::vector<WriteOutcome>> BatchingRecordRepository::write(std::vector<Write> writes,
                                                                  Atomicity atomicity,
                                                                  const CallOptions& options) {
  const bool is_large = writes.size() >= impl_->limits.records;
  if (atomicity == Atomicity::atomic || is_large || writes.empty() || !may_gather(writes)) {
    return impl_->inner->write(std::move(writes), atomicity, options);
  }
  const auto item = std::make_shared<Insertion>();
  item->writes = std::move(writes);
  item->options = options;
  switch (impl_->insertions.join(item, options)) {
    case Joined::carried_out: return std::move(item->outcomes);
    case Joined::not_begun: return deadline_exceeded();
    case Joined::left: return outcome_unknown(deadline_exceeded());
  }
  return deadline_exceeded();
}

Result<std::vector<WriteOutcome>> BatchingRecordRepository::write_with_receipts(
    std::vector<Write> writes, Atomicity atomicity, const Receipts& receipts,
    const CallOptions& options) {
  return impl_->inner->write_with_receipts(std::move(writes), atomicity, receipts, options);
}

Result<void> BatchingRecordRepository::find(const std::string& kind,
                                            std::span<const std::string> ids, Projection projection,
                                            const RecordSink& sink, const CallOptions& options) {
  if (ids.empty() || 2 * ids.size() > impl_->limits.ids) {
    return impl_->inner->find(kind, ids, projection, sink, options);
  }
  const auto item = std::make_shared<Search>();
  item->kind = kind;
  item->ids.assign(ids.begin(), ids.end());
  item->projection = projection;
  item->options = options;
  if (impl_->searches.join(item, options) != Joined::carried_out) return deadline_exceeded();
  if (!item->found) return item->found.error();
  const FoundById& records = **item->found;
  for (const std::string& id : ids) {
    const auto record = records.find(id);
    if (record == records.end()) continue;
    const Found& found = record->second;
    sink({.id = id,
          .data = projection.data ? std::string_view(found.data) : std::string_view(),
          .original = projection.original ? std::string_view(found.original) : std::string_view(),
          .meta = projection.meta ? &found.meta : nullptr,
          .timestamps = projection.timestamps ? std::span<const std::string>(found.timestamps)
                                              : std::span<const std::string>()});
  }
  return {};
}

Result<std::optional<Position>> BatchingRecordRepository::query(const Query& query,
                                                                Projection projection,
                                                                const RecordSink& sink,
                                                                const CallOptions& options) {
  return impl_->inner->query(query, projection, sink, options);
}

Result<Aggregates> BatchingRecordRepository::aggregate(const AggregateQuery& query,
                                                       const CallOptions& options) {
  return impl_->inner->aggregate(query, options);
}

Result<std::vector<EraseStatus>> BatchingRecordRepository::erase(const std::string& kind,
                                                                 std::span<const Erase> erases,
                                                                 const CallOptions& options) {
  return impl_->inner->erase(kind, erases, options);
}

Result<void> BatchingRecordRepository::declare(std::shared_ptr<const Kind> kind,
                                               const CallOptions& options) {
  return impl_->inner->declare(std::move(kind), options);
}

std::vector<IndexBuild> BatchingRecordRepository::builds() const { return impl_->inner->builds(); }

Result<std::vector<std::string>> BatchingRecordRepository::kinds(const CallOptions& options) {
  return impl_->inner->kinds(options);
}

Result<void> BatchingRecordRepository::check(const CallOptions& options) {
  return impl_->inner->check(options);
}

bool BatchingRecordRepository::durable() const noexcept { return impl_->inner->durable(); }

}  // namespace dropzone::datastore
