// How fast a job replays rejects, against storing the same records in the first place: in batches
// of 500, as many as a chunk of the job has.
//
//   replay FOLDER REJECTS ROUNDS   prints a line for each way: its name, records a second, and MiB
//
// Both ways take their turn in every round, and the best round of each is printed, with what the
// process had resident while it replayed beyond what it had once the rejects were there. The folder
// must be empty.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/job/replay_work.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/sqlite/sqlite_record_repository.h>

#include "job_bench.h"

namespace dropzone::bench {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view kRefused = "refused";
constexpr std::string_view kStored = "stored";
constexpr std::size_t kBatch = 500;

/// What refuses everything before the other steps.
Array refusing() { return {Object{{"require", Object{{"fields", Array{"never"}}}}}}; }

KindCatalog catalog(std::int64_t version, Array first_steps) {
  return expect(KindCatalog::of(
      {series(kRefused, version, std::move(first_steps)), series(kStored, version)}));
}

double replay(RecordRepository& store, DropZone& zone) {
  SystemClock clock;
  RandomIdSource ids;
  const json::JsonDocumentDecoder documents;
  Jobs jobs({.repository = store, .clock = clock, .ids = ids, .decode = [](std::string_view text) {
               return json::decode_value(text, kMaxNesting);
             }});
  const auto work = std::make_shared<ReplayWork>(
      RejectReplay::Ports{.zone = zone,
                          .documents = documents,
                          .originals = [](std::string_view original, const CallOptions&) {
                            return read_original(original);
                          }});
  const Job asked = expect(
      ask_for_replay(zone, jobs, {.selection = {.kind = std::string(kRefused)}}, kNoDeadline));
  return run_job(jobs, clock, asked, work);
}

void run(const std::string& folder, int rejects, int rounds) {
  const KindCatalog first = catalog(1, refusing());
  auto kinds = first.kinds();
  kinds.insert(kinds.end(), first.system_kinds().begin(), first.system_kinds().end());
  const auto store = expect(sqlite::SqliteRecordRepository::open(
      {.path = folder + "/bench.db", .kinds = std::move(kinds)}));
  SystemClock clock;
  RandomIdSource ids;
  const crypto::OpensslDigest digest;
  DropZone zone({.repository = *store, .clock = clock, .ids = ids, .digest = &digest}, first);
  double stored = 0;
  double replayed = 0;
  double most = 0;
  for (int round = 0; round < rounds; ++round) {
    zone.set_kinds(catalog(2 * round + 1, refusing()));
    send(zone, kRefused, round * rejects, (round + 1) * rejects, kBatch);
    const double idle = resident_mib();
    const auto began = steady_clock::now();
    send(zone, kStored, round * rejects, (round + 1) * rejects, kBatch);
    stored = std::max(stored, rate(static_cast<std::size_t>(rejects), steady_clock::now() - began));
    zone.set_kinds(catalog(2 * round + 2, {}));
    replayed = std::max(replayed, replay(*store, zone));
    most = std::max(most, resident_mib() - idle);
  }
  print("storing", stored, most);
  print("replay", replayed, most);
}

}  // namespace
}  // namespace dropzone::bench

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: replay FOLDER REJECTS ROUNDS\n";
    return 2;
  }
  dropzone::bench::run(argv[1], std::atoi(argv[2]), std::atoi(argv[3]));
  return 0;
}
