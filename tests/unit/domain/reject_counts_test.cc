#include <dropzone/store/reject_counts.h>

#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/kind/kind.h>
#include <dropzone/value/json_text.h>

#include "support/hooked_repository.h"

namespace dropzone {
namespace {

using namespace std::chrono_literals;

void keep_reject(RecordRepository& repository, const std::string& id, const std::string& kind,
                 const std::string& code, const std::string& step = "") {
  Write write;
  write.kind = kRejectsKind;
  write.id = id;
  write.data = {{"kind", kind}, {"code", code}};
  if (!step.empty()) write.data.append("step", step);
  write.data_json = to_json(write.data);
  write.meta.version = "v";
  REQUIRE(repository.write({std::move(write)}, Atomicity::partial, kNoDeadline));
}

/// Counts over a store that needs some time for each question.
struct SlowCounting {
  SlowCounting() {
    repository.before_aggregate = [this](const AggregateQuery& query) -> std::optional<Error> {
      ++questions;
      now += time_of_question;
      if (query.groups.empty() || !cannot_group) return std::nullopt;
      return Error{ErrorCode::scan_limit, "Too many."};
    };
  }

  WaitingRejects of(const std::string& kind, std::chrono::milliseconds max_age = {}) {
    auto rejects = counts.of(kind, kNoDeadline, max_age);
    REQUIRE(rejects);
    return *std::move(rejects);
  }

  test::HookedRepository repository;
  RejectCounts::Time now{};
  std::chrono::milliseconds time_of_question = 1ms;
  int questions = 0;
  bool cannot_group = false;
  RejectCounts counts{repository, [this] { return now; }};
};

}  // namespace

TEST_CASE("waiting rejects are counted by kind, code and step") {
  SlowCounting counting;
  keep_reject(counting.repository, "a", "numbers", "missing_field", "require");
  keep_reject(counting.repository, "b", "numbers", "missing_field", "require");
  keep_reject(counting.repository, "c", "numbers", "missing_field", "convert");
  keep_reject(counting.repository, "d", "numbers", "type_mismatch", "convert");
  keep_reject(counting.repository, "e", "numbers", "type_mismatch");
  keep_reject(counting.repository, "f", "numbers", "invalid_json");
  keep_reject(counting.repository, "g", "others", "invalid_json");
  const WaitingRejects rejects = counting.of("numbers");
  CHECK(rejects.all == 6);
  CHECK(rejects.by == std::vector<RejectCount>{{"invalid_json", "", 1},
                                               {"missing_field", "convert", 1},
                                               {"missing_field", "require", 2},
                                               {"type_mismatch", "", 1},
                                               {"type_mismatch", "convert", 1}});
  CHECK(counting.of("others").by == std::vector<RejectCount>{{"invalid_json", "", 1}});
  CHECK(counting.of("unknown").all == 0);
  CHECK(counting.counts.known("numbers").by == rejects.by);
  CHECK(counting.counts.known("never asked").by.empty());
}

TEST_CASE("counts that are cheap are always the present ones") {
  SlowCounting counting;
  keep_reject(counting.repository, "a", "numbers", "missing_field");
  CHECK(counting.of("numbers").all == 1);
  keep_reject(counting.repository, "b", "numbers", "missing_field");
  CHECK(counting.of("numbers").all == 2);
}

TEST_CASE("counts that take long are used again for twenty times as long") {
  SlowCounting counting;
  counting.time_of_question = 100ms;
  keep_reject(counting.repository, "a", "numbers", "missing_field");
  CHECK(counting.of("numbers").all == 1);  // Three questions: 300 ms.
  keep_reject(counting.repository, "b", "numbers", "missing_field");
  counting.now += 5'999ms;
  CHECK(counting.of("numbers").all == 1);
  CHECK(counting.questions == 3);
  counting.now += 1ms;
  CHECK(counting.of("numbers").all == 2);
  CHECK(counting.questions == 6);
}

TEST_CASE("whoever takes older counts asks the store less often") {
  SlowCounting counting;
  keep_reject(counting.repository, "a", "numbers", "missing_field");
  CHECK(counting.of("numbers", 10s).all == 1);
  keep_reject(counting.repository, "b", "numbers", "missing_field");
  counting.now += 9'999ms;
  CHECK(counting.of("numbers", 10s).all == 1);
  counting.now += 1ms;
  CHECK(counting.of("numbers", 10s).all == 2);
}

TEST_CASE("rejects that are too many to be grouped are counted together") {
  SlowCounting counting;
  keep_reject(counting.repository, "a", "numbers", "missing_field", "require");
  keep_reject(counting.repository, "b", "numbers", "type_mismatch");
  counting.cannot_group = true;
  const WaitingRejects rejects = counting.of("numbers");
  CHECK(rejects.all == 2);
  CHECK_FALSE(rejects.are_grouped);
  CHECK(rejects.by.empty());
}

TEST_CASE("a failure of the store is an error, and the counts known before stay") {
  SlowCounting counting;
  keep_reject(counting.repository, "a", "numbers", "missing_field");
  CHECK(counting.of("numbers").all == 1);
  counting.repository.before_aggregate = [](const AggregateQuery&) {
    return std::optional(Error{ErrorCode::unavailable, "The store is gone."});
  };
  const auto failed = counting.counts.of("numbers", kNoDeadline);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::unavailable);
  CHECK(counting.counts.known("numbers").all == 1);
}

}  // namespace dropzone
