#include <dropzone/store/reject_replay.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <dropzone/kind/refusal.h>
#include <dropzone/value/json_text.h>

#include "store/drop_zone/new_writes.h"
#include "store/replayed.h"

namespace dropzone {
namespace {

const std::string kRejects(kRejectsKind);  // NOLINT(cert-err58-cpp)

using RecordName = std::pair<std::string, std::string>;  ///< Kind and id.
using Originals = std::map<RecordName, std::string>;

/// One call of a replay.
class Replay {
 public:
  Replay(const RejectReplay::Ports& ports, bool dry_run, const CallOptions& options)
      : ports_(ports),
        zone_(ports.zone),
        repository_(ports.zone.repository()),
        dry_run_(dry_run),
        options_(options) {}

  /// A sink that notes rejects; what it cannot read is an error of finish().
  void note(const RecordView& view) {
    auto reject = read_reject(view, ports_.documents);
    if (!reject) {
      if (!fault_) fault_ = std::move(reject).error();
      return;
    }
    reject->result = results.size();
    results.push_back({.reject_id = reject->id, .kind = reject->kind_name});
    rejects_.push_back(*std::move(reject));
  }

  /// Replays those that were noted.
  Result<void> finish() {
    auto finished = replay_noted();
    tell_observer();
    return finished;
  }

  std::vector<ReplayResult> results;

 private:
  Result<void> replay_noted() {
    if (fault_) return *fault_;
    for (int round = 0; !rejects_.empty() && round < kMaxReplayRounds; ++round) {
      DROPZONE_CHECK(make_all());
      DROPZONE_CHECK(dry_run_ ? foretell() : write_all());
    }
    for (const Replayed& reject : rejects_) {
      refuse(reject, others_wrote_reject());
    }
    return {};
  }

  Result<void> make_all() {
    Allowance allowance(zone_.limits(), options_);
    const auto kinds = zone_.kinds();
    for (Replayed& reject : rejects_) {
      if (allowance.is_over(8 + reject.original.size() / 128)) return deadline_exceeded();
      auto made = make(reject, *kinds, allowance);
      if (auto error = allowance.exhausted()) return *std::move(error);
      if (made) {
        reject.made = *std::move(made);
      } else {
        reject.refusal = std::move(made).error();
        bound_values(reject.refusal, reject.original.size());
      }
    }
    allowance.settle();
    return {};
  }

  Result<Admitted> make(Replayed& reject, const KindCatalog& kinds, Allowance& allowance) const {
    DROPZONE_TRY(reject.kind, kinds.find(reject.kind_name));
    DROPZONE_TRY(IncomingRecord record, ports_.originals(reject.original, options_));
    DROPZONE_TRY(Object object, std::move(record.object));
    const Received received{.at = reject.received_at,
                            .by = reject.meta.received ? reject.meta.received->by : ""};
    DROPZONE_TRY(Admitted admitted,
                 admit(*reject.kind, std::move(object), StepContext(allowance, received)));
    DROPZONE_TRY(Admitted made, with_id(std::move(admitted), *reject.kind, zone_.ports().digest));
    if (!made.id) made.id = reject.id;
    return made;
  }

  /// Writes each record with the end of its reject, and looks after those that were refused. Leaves
  /// the rejects that somebody else has written meanwhile.
  Result<void> write_all() {
    std::vector<Write> writes;
    std::vector<Replayed*> passed;
    std::vector<Replayed*> refused;
    for (Replayed& reject : rejects_) {
      (reject.made ? passed : refused).push_back(&reject);
      if (!reject.made) continue;
      writes.push_back(record_write(reject));
      writes.push_back(end_of(reject, true));
    }
    DROPZONE_TRY(auto outcomes, write(std::move(writes)));
    std::vector<Replayed*> conflicts;
    std::vector<Replayed*> overtaken;
    for (std::size_t i = 0; i < passed.size(); ++i) {
      WriteOutcome& record = outcomes[2 * i];
      if (record.status == WriteStatus::created) {
        settle(*passed[i], ReplayStatus::stored);
      } else if (record.status != WriteStatus::refused) {
        overtaken.push_back(passed[i]);
      } else {
        const bool conflict = record.error.code == ErrorCode::already_exists;
        passed[i]->refusal = std::move(record.error);
        (conflict ? conflicts : refused).push_back(passed[i]);
      }
    }
    DROPZONE_CHECK(compare_all(conflicts, refused, overtaken));
    DROPZONE_CHECK(keep_all(refused, overtaken));
    return read_again(overtaken);
  }

  /// Says what would become of them.
  Result<void> foretell() {
    std::vector<Replayed*> passed;
    for (Replayed& reject : rejects_) {
      if (reject.made) passed.push_back(&reject);
    }
    DROPZONE_TRY(Originals there, originals_of(passed));
    for (Replayed& reject : rejects_) {
      if (!reject.made) {
        refuse(reject, reject.refusal);
        continue;
      }
      // Of two with one id the first would be there.
      const auto [found, is_new] =
          there.emplace(RecordName(reject.kind_name, *reject.made->id), reject.original);
      if (is_new) {
        settle(reject, ReplayStatus::stored);
      } else if (found->second == reject.original) {
        settle(reject, ReplayStatus::already_stored);
      } else {
        refuse(reject, {ErrorCode::already_exists, "A record with this _id exists."});
      }
    }
    rejects_.clear();
    return {};
  }

  Result<std::vector<WriteOutcome>> write(std::vector<Write> writes) {
    if (writes.empty()) return std::vector<WriteOutcome>();
    return repository_.write(std::move(writes), Atomicity::partial, options_);
  }

  [[nodiscard]] Write record_write(const Replayed& reject) const {
    return {.kind = reject.kind->name(),
            .id = *reject.made->id,
            .original = reject.original,
            .data = reject.made->data,
            .data_json = reject.made->data_json,
            .meta = meta_of(reject),
            .if_exists = IfExists::fail,
            .if_version = {},
            .kept_for = reject.kind->retention()};
  }

  /// Of a record that is created now, and was received when the reject was.
  [[nodiscard]] RecordMeta meta_of(const Replayed& reject) const {
    const Received received{.at = reject.received_at,
                            .by = reject.meta.received ? reject.meta.received->by : ""};
    RecordMeta meta = new_meta(zone_.ports(), *reject.kind, reject.original, received);
    meta.created_at = meta.updated_at = zone_.ports().clock.now();
    return meta;
  }

  /// The originals of the records that have the ids of these rejects, as far as they are there.
  Result<Originals> originals_of(const std::vector<Replayed*>& rejects) {
    std::map<std::string, std::vector<std::string>> ids;
    for (const Replayed* const reject : rejects) {
      ids[reject->kind->name()].push_back(*reject->made->id);
    }
    Originals originals;
    for (const auto& of_kind : ids) {
      DROPZONE_CHECK(repository_.find(
          of_kind.first, of_kind.second, {.original = true, .data = false},
          [&](const RecordView& view) {
            originals.emplace(RecordName(of_kind.first, view.id), view.original);
          },
          options_));
    }
    return originals;
  }

  /// Ends those whose record is there with the same original.
  Result<void> compare_all(const std::vector<Replayed*>& conflicts, std::vector<Replayed*>& refused,
                           std::vector<Replayed*>& overtaken) {
    DROPZONE_TRY(const Originals originals, originals_of(conflicts));
    std::vector<Write> writes;
    std::vector<Replayed*> same;
    for (Replayed* const reject : conflicts) {
      const auto record = originals.find(RecordName(reject->kind->name(), *reject->made->id));
      if (record == originals.end()) {
        overtaken.push_back(reject);  // The record was deleted meanwhile.
      } else if (record->second == reject->original) {
        same.push_back(reject);
        writes.push_back(end_of(*reject, false));
      } else {
        refused.push_back(reject);
      }
    }
    DROPZONE_TRY(const auto outcomes, write(std::move(writes)));
    for (std::size_t i = 0; i < same.size(); ++i) {
      if (outcomes[i].status == WriteStatus::erased) {
        settle(*same[i], ReplayStatus::already_stored);
      } else {
        overtaken.push_back(same[i]);
      }
    }
    return {};
  }

  /// Keeps the new reason of those that are refused again, if it is another one.
  Result<void> keep_all(const std::vector<Replayed*>& refused, std::vector<Replayed*>& overtaken) {
    std::vector<Write> writes;
    std::vector<Replayed*> changed;
    for (Replayed* const reject : refused) {
      if (auto write = new_reason(*reject)) {
        writes.push_back(*std::move(write));
        changed.push_back(reject);
      } else {
        refuse(*reject, reject->refusal);
      }
    }
    DROPZONE_TRY(const auto outcomes, write(std::move(writes)));
    for (std::size_t i = 0; i < changed.size(); ++i) {
      if (outcomes[i].status == WriteStatus::replaced) {
        refuse(*changed[i], changed[i]->refusal);
      } else {
        overtaken.push_back(changed[i]);
      }
    }
    return {};
  }

  /// Nothing if the reason is what it was, or the kind is not deployed.
  [[nodiscard]] std::optional<Write> new_reason(const Replayed& reject) const {
    if (!reject.kind) return std::nullopt;
    Object data = reject_data(*reject.kind, reject.refusal, reject.received_at, reject.times);
    std::string json = to_json(data);
    if (json == reject.data_json) return std::nullopt;
    RecordMeta meta = meta_of(reject);
    meta.received = reject.meta.received;
    return Write{.kind = kRejects,
                 .id = reject.id,
                 .original = reject.original,
                 .data = std::move(data),
                 .data_json = std::move(json),
                 .meta = std::move(meta),
                 .if_exists = IfExists::replace,
                 .if_version = reject.meta.version,
                 .kept_for = kept_since(zone_.ports().reject_retention, reject.meta.created_at,
                                        reject.received_at)};
  }

  /// Makes these the rejects of the next round, as they are now.
  Result<void> read_again(const std::vector<Replayed*>& overtaken) {
    std::map<std::string, std::size_t, std::less<>> results_of;
    std::vector<std::string> ids;
    for (const Replayed* const reject : overtaken) {
      results_of.emplace(reject->id, reject->result);
      results[reject->result].status = ReplayStatus::missing;
      ids.push_back(reject->id);
    }
    rejects_.clear();
    if (ids.empty()) return {};
    Result<void> read;
    DROPZONE_CHECK(repository_.find(
        kRejects, ids, kWholeReject,
        [&](const RecordView& view) {
          auto reject = read_reject(view, ports_.documents);
          if (!reject) {
            if (read) read = std::move(reject).error();
            return;
          }
          reject->result = results_of.find(view.id)->second;
          rejects_.push_back(*std::move(reject));
        },
        options_));
    return read;
  }

  void settle(const Replayed& reject, ReplayStatus status) {
    ReplayResult& result = results[reject.result];
    result.status = status;
    result.id = *reject.made->id;
  }

  void refuse(const Replayed& reject, Error error) {
    ReplayResult& result = results[reject.result];
    result.status = ReplayStatus::refused;
    result.error = std::move(error);
  }

  void tell_observer() const {
    std::map<std::string, std::size_t> stored;
    for (const ReplayResult& result : results) {
      if (result.status == ReplayStatus::stored) ++stored[result.kind];
    }
    for (const auto& [kind, count] : stored) {
      if (!dry_run_) tell_stored(zone_, kind, count);
    }
  }

  const RejectReplay::Ports& ports_;
  const DropZone& zone_;
  RecordRepository& repository_;
  const bool dry_run_;
  const CallOptions& options_;
  std::vector<Replayed> rejects_;  ///< Of which it is not known yet what becomes of them.
  std::optional<Error> fault_;
};

}  // namespace

std::string_view status_name(ReplayStatus status) noexcept {
  switch (status) {
    case ReplayStatus::stored: return "stored";
    case ReplayStatus::already_stored: return "alreadyStored";
    case ReplayStatus::refused: return "refused";
    case ReplayStatus::missing: return "missing";
  }
  return "";
}

Result<std::vector<ReplayResult>> RejectReplay::replay(std::span<const std::string> ids,
                                                       const CallOptions& options) const {
  Replay replay(ports_, dry_run_, options);
  DROPZONE_CHECK(ports_.zone.repository().find(
      kRejects, ids, kWholeReject, [&](const RecordView& view) { replay.note(view); }, options));
  DROPZONE_CHECK(replay.finish());
  // What was found comes in the order asked; the others are missing.
  std::vector<ReplayResult> results;
  results.reserve(ids.size());
  auto found = replay.results.begin();
  for (const std::string& id : ids) {
    if (found != replay.results.end() && found->reject_id == id) {
      results.push_back(std::move(*found++));
    } else {
      results.push_back({.reject_id = id});
    }
  }
  return results;
}

Result<RejectReplay::Page> RejectReplay::replay_page(const RejectSelection& selection,
                                                     std::size_t limit, std::size_t max_bytes,
                                                     const std::optional<Position>& after,
                                                     const CallOptions& options) const {
  Replay replay(ports_, dry_run_, options);
  DROPZONE_TRY(PageResult page, ports_.zone.rejects(
                                    selection, limit, max_bytes, after,
                                    [&](const RecordView& view) { replay.note(view); }, options));
  auto finished = replay.finish();
  if (finished) return Page{std::move(replay.results), std::move(page.next)};
  std::erase_if(replay.results, [](const ReplayResult& result) {
    return result.status != ReplayStatus::stored && result.status != ReplayStatus::already_stored;
  });
  if (dry_run_ || replay.results.empty()) return std::move(finished).error();
  return Page{std::move(replay.results), std::nullopt, std::move(finished).error()};
}

}  // namespace dropzone
