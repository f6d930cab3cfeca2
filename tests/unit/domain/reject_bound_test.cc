#include <dropzone/store/reject_bound.h>

#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include <dropzone/kind/kind.h>
#include <dropzone/value/json_text.h>

#include "support/hooked_repository.h"

namespace dropzone {
namespace {

Write received_reject(const std::string& id, const std::string& kind, std::int64_t second) {
  Write write;
  write.kind = kRejectsKind;
  write.id = id;
  write.data = {{"kind", kind}, {"receivedAt", Timestamp{second * kMicrosPerSecond}}};
  write.data_json = to_json(write.data);
  write.meta.version = id;
  write.if_exists = IfExists::replace;
  return write;
}

struct BoundedRejects {
  void keep(const std::string& id, const std::string& kind, std::int64_t second) {
    REQUIRE(repository.write({received_reject(id, kind, second)}, Atomicity::partial, kNoDeadline));
  }

  RejectBound::Trimmed trim(std::int64_t most, const std::string& kind) {
    const auto trimmed = RejectBound(repository, most).trim(kind, kNoDeadline);
    REQUIRE(trimmed);
    return *trimmed;
  }

  std::string left() {
    std::string ids;
    REQUIRE(repository.query(
        {.kind = std::string(kRejectsKind), .filter = {}, .order = {}, .after = {}},
        {.data = false}, [&](const RecordView& view) { ids.append(view.id).append(" "); },
        kNoDeadline));
    return ids;
  }

  test::HookedRepository repository;
};

}  // namespace

TEST_CASE("beyond the bound of a kind those rejects go that were received the longest ago") {
  BoundedRejects rejects;
  rejects.keep("a", "numbers", 3);
  rejects.keep("b", "numbers", 1);
  rejects.keep("c", "numbers", 4);
  rejects.keep("d", "numbers", 2);
  rejects.keep("e", "others", 0);
  CHECK(rejects.trim(4, "numbers").erased == 0);
  CHECK(rejects.left() == "a b c d e ");
  const auto trimmed = rejects.trim(2, "numbers");
  CHECK(trimmed.erased == 2);
  CHECK(trimmed.is_within);
  CHECK(rejects.left() == "a c e ");
  CHECK(rejects.trim(0, "others").erased == 1);
  CHECK(rejects.left() == "a c ");
}

TEST_CASE("very many rejects beyond the bound go in several pages") {
  BoundedRejects rejects;
  for (int i = 0; i < 1'203; ++i) rejects.keep("r" + std::to_string(i), "numbers", i);
  CHECK(rejects.trim(3, "numbers").erased == 500);
  const auto second = rejects.trim(3, "numbers");
  CHECK(second.erased == 500);
  CHECK_FALSE(second.is_within);
  const auto last = rejects.trim(3, "numbers");
  CHECK(last.erased == 200);
  CHECK(last.is_within);
  CHECK(rejects.left() == "r1200 r1201 r1202 ");
}

TEST_CASE("two instances that erase at the same time leave as many rejects as the bound allows") {
  BoundedRejects rejects;
  for (int i = 0; i < 10; ++i) rejects.keep("r" + std::to_string(i), "numbers", i);
  int counts = 0;
  rejects.repository.before_aggregate = [&](const AggregateQuery&) -> std::optional<Error> {
    // The other one comes after this one has read which are the oldest.
    if (++counts != 2) return std::nullopt;
    rejects.trim(6, "numbers");
    return std::nullopt;
  };
  CHECK(rejects.trim(6, "numbers").erased == 0);
  CHECK(rejects.left() == "r4 r5 r6 r7 r8 r9 ");
}

TEST_CASE("a reject beyond the bound that is refused again meanwhile stays") {
  BoundedRejects rejects;
  for (int i = 0; i < 3; ++i) rejects.keep("r" + std::to_string(i), "numbers", i);
  rejects.repository.before_erase = [&]() -> std::optional<Error> {
    Write again = received_reject("r0", "numbers", 9);
    again.meta.version = "again";
    REQUIRE(rejects.repository.write({std::move(again)}, Atomicity::partial, kNoDeadline));
    return std::nullopt;
  };
  CHECK(rejects.trim(2, "numbers").erased == 0);
  CHECK(rejects.left() == "r0 r1 r2 ");
}

}  // namespace dropzone
