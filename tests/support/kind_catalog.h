#pragma once

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include <dropzone/kind/kind.h>

namespace dropzone::test {

/// A catalog of one kind, whose definition has only steps of the core.
inline KindCatalog catalog_of(const Object& definition) {
  auto kind = Kind::parse(definition, StepRegistry::with_core_steps());
  REQUIRE(kind);
  std::vector<Kind> kinds;
  kinds.push_back(*std::move(kind));
  auto all = KindCatalog::of(std::move(kinds));
  REQUIRE(all);
  return *std::move(all);
}

}  // namespace dropzone::test
