#include <optional>
#include <string>
#include <vector>

#include <dropzone/store/filter_deletion.h>

#include "subject.h"

namespace dropzone::contract {
namespace {

using Ids = std::vector<std::string>;

TEST_CASE("what a filter selects is deleted in pages, and the rest stays") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  std::vector<Write> writes;
  for (int n = 0; n < 40; ++n) {
    writes.push_back(record(kind, "r" + std::to_string(100 + n), {{"a", n % 4}, {"b", n}}));
  }
  subject.write(std::move(writes));
  const FilterDeletion deletion(subject.repository(), kind, where("a", Operator::less, 3));
  const auto preview = deletion.preview(kNoDeadline);
  REQUIRE(preview);
  CHECK(preview->selected == 30);
  CHECK(preview->first_ids.size() == FilterDeletion::kShownIds);
  CHECK(preview->first_ids.front() == "r100");

  std::optional<Position> after;
  std::size_t deleted = 0;
  do {
    const auto selection = deletion.select(after, 12, kNoDeadline);
    REQUIRE(selection);
    const auto erased = deletion.erase(*selection, kNoDeadline);
    REQUIRE(erased);
    deleted += *erased;
    after = selection->next;
  } while (after);
  CHECK(deleted == 30);
  const auto left = subject.ask_all({.kind = kind, .filter = {}, .order = {}, .after = {}}, 100);
  REQUIRE(left);
  CHECK(*left ==
        Ids{"r103", "r107", "r111", "r115", "r119", "r123", "r127", "r131", "r135", "r139"});
}

TEST_CASE("what is replaced between the look and the deletion is looked at again") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(
      kind,
      {{"gone", {{"a", 1}}}, {"kept", {{"a", 1}}}, {"lost", {{"a", 1}}}, {"same", {{"a", 1}}}});
  const FilterDeletion deletion(subject.repository(), kind, where("a", Operator::equal, 1));
  const auto selection = deletion.select(std::nullopt, 10, kNoDeadline);
  REQUIRE(selection);
  CHECK(selection->records.size() == 4);
  subject.write(replacing(record(kind, "kept", {{"a", 2}})));
  subject.write(replacing(record(kind, "same", {{"a", 1}, {"b", 1}})));
  subject.erase(kind, {{.id = "gone"}});
  const auto erased = deletion.erase(*selection, kNoDeadline);
  REQUIRE(erased);
  CHECK(*erased == 2);
  const auto left = subject.ask_all({.kind = kind, .filter = {}, .order = {}, .after = {}}, 100);
  REQUIRE(left);
  CHECK(*left == Ids{"kept"});
}

}  // namespace
}  // namespace dropzone::contract
