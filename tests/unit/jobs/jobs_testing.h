#pragma once

#include <string_view>

#include <dropzone/job/jobs.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/memory/memory_record_repository.h>
#include <dropzone/value/limits.h>

#include "support/set_clock.h"

namespace dropzone::test {

/// Jobs in memory, with a clock that stands still.
struct JobsInMemory {
  memory::MemoryRecordRepository repository;
  SetClock clock;
  RandomIdSource ids;
  Jobs jobs{{.repository = repository, .clock = clock, .ids = ids, .decode = decode_json}};

  static Result<Value> decode_json(std::string_view text) {
    return json::decode_value(text, kMaxNesting);
  }

  /// Jobs that are made later are newer.
  Job make(NewJob wanted = {.type = "count", .kind = "readings"}) {
    clock.time.micros += kMicrosPerSecond;
    CallOptions options;
    options.principal = "ada";
    return *jobs.make(std::move(wanted), options);
  }
  Job find(const Job& job) { return *jobs.find(job.id, kNoDeadline); }
  Job taken(Job job) {
    REQUIRE(*jobs.take(job, kNoDeadline));
    return job;
  }
};

}  // namespace dropzone::test
